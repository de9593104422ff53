"""The one error that the hall says aloud, and what its log says of others."""

import logging
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Code(StrEnum):
    """Stable codes of refusals. Clients and tests decide by code, people read the sentence."""

    SIGN_IN = "sign_in"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    WRONG_STAGE = "wrong_stage"
    WRONG_STATE = "wrong_state"
    OPPOSED = "opposed"
    INVALID = "invalid"
    TOO_LONG = "too_long"
    EMPTY = "empty"
    KEY_REUSED = "key_reused"
    TOO_MANY = "too_many"
    TOO_SOON = "too_soon"
    MUTED = "muted"
    POSTING_CLOSED = "posting_closed"
    SEALED = "sealed"
    BUSY = "busy"


STATUS: dict[Code, int] = {
    Code.SIGN_IN: 401,
    Code.FORBIDDEN: 403,
    Code.NOT_FOUND: 404,
    Code.WRONG_STAGE: 409,
    Code.WRONG_STATE: 409,
    Code.OPPOSED: 409,
    Code.INVALID: 422,
    Code.TOO_LONG: 422,
    Code.EMPTY: 422,
    Code.KEY_REUSED: 409,
    Code.TOO_MANY: 429,
    Code.TOO_SOON: 429,
    Code.MUTED: 403,
    Code.POSTING_CLOSED: 409,
    Code.SEALED: 409,
    Code.BUSY: 503,
}

SENTENCES: dict[Code, Promise] = {
    Code.SIGN_IN: _("请先登录。"),
    Code.FORBIDDEN: _("您没有这项权限。"),
    Code.NOT_FOUND: _("没有找到。"),
    Code.WRONG_STAGE: _("现在的阶段不能这样做。"),
    Code.WRONG_STATE: _("它现在的状态不允许这样做。"),
    Code.OPPOSED: _("有人反对，不能写成共识，可以登记为分歧。"),
    Code.INVALID: _("填写的内容有误。"),
    Code.TOO_LONG: _("内容太长。"),
    Code.EMPTY: _("请填写内容。"),
    Code.KEY_REUSED: _("同一编号已用于另一条内容。"),
    Code.TOO_MANY: _("操作太频繁，请稍候再试。"),
    Code.TOO_SOON: _("现在是慢速发言，请稍等一会儿再发。"),
    Code.MUTED: _("主持人请您暂停发言。"),
    Code.POSTING_CLOSED: _("主持人已暂停大家发言，请稍候。"),
    Code.SEALED: _("本场已经归档，不能再改动。"),
    Code.BUSY: _("系统正忙，请稍候再试。"),
}


class Refusal(Exception):
    """A request that the hall declines, with a stable code and a sentence a resident understands.

    Nothing has been changed when it is raised: the transaction around it rolls back.
    `field` names the offending input where there is one.
    """

    def __init__(
        self, code: Code, message: str | Promise | None = None, *, field: str | None = None
    ) -> None:
        super().__init__(code)
        self.code = code
        self._message = message if message is not None else SENTENCES[code]
        self.field = field

    @property
    def message(self) -> str:
        return str(self._message)

    @property
    def status(self) -> int:
        return STATUS[self.code]

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


def in_short(error: BaseException) -> str:
    """What a log says of a failure of the database: PostgreSQL's further lines quote the row."""
    return str(error).partition("\n")[0] or type(error).__name__


class OneLine(logging.Filter):
    """Keeps to one line what a client did wrong (a foreign host, too many fields): anybody can do
    it as often as they like, and where in the code it was noticed tells an operator nothing."""

    MOST = 300

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security") or getattr(record, "status_code", 500) < 500:
            record.msg, record.args = record.getMessage()[: self.MOST], ()
            record.exc_info = record.exc_text = None
        return True
