"""Sending text messages. The sender is a function named by `settings.HALL_SMS_SENDER`."""

import logging
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from hall.errors import Code, Refusal

logger = logging.getLogger(__name__)


class Sender(Protocol):
    """Hands `text` to a carrier for `phone` (E.164); raises where the carrier did not take it."""

    def __call__(self, phone: str, text: str) -> None: ...


def to_console(phone: str, text: str) -> None:
    """Write the message to the log: for demonstrations and development."""
    logger.info("SMS %s: %s", phone, text)


def send_code(phone: str, code: str) -> None:
    """Send a sign-in code to `phone`.

    Raises:
        Refusal: `busy` where the sender raised anything, which the log then has.
    """
    text = _("【%(hall)s】验证码 %(code)s，10 分钟内有效。请勿告诉他人。")
    sender = cast(Sender, import_string(settings.HALL_SMS_SENDER))
    try:
        sender(phone, text % {"hall": settings.HALL_NAME, "code": code})
    # A sender of the operator's own may fail in any way.
    except Exception as error:
        logger.exception("a code could not be sent")
        sentence = _("验证码短信没有发出去，请过几分钟再试。一直收不到，请联系工作人员。")
        raise Refusal(Code.BUSY, sentence) from error
