"""Phone numbers as people write them, and as the hall stores them."""

import unicodedata

import phonenumbers
from django.utils.translation import gettext as _

REGION = "CN"


class InvalidPhone(ValueError):
    """Not a phone number that a code could be sent to; the text says so in a plain sentence."""


def parse_phone(text: str) -> str:
    """`text` as E.164, e.g. +8613800000001. Full-width digits, spaces and dashes are understood.

    Raises:
        InvalidPhone: if no valid number can be read from it.
    """
    try:
        number = phonenumbers.parse(unicodedata.normalize("NFKC", text), REGION)
    except phonenumbers.NumberParseException:
        raise InvalidPhone(_("请填写正确的手机号。")) from None
    if not phonenumbers.is_valid_number(number):
        raise InvalidPhone(_("请填写正确的手机号。"))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
