"""Signing in by phone and code, through django-allauth.

There is one way in for all: a phone, then the code sent to it. A number that the hall does not
know joins as a resident, so that the answer never tells whether someone has an account.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from members import sms
from members.forms import PhoneField
from members.models import Person
from members.people import prove_phone


class PhoneAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Phones of people, for allauth."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": _("验证码不对，请核对短信后再填。"),
        "too_many_login_attempts": _("验证码填错的次数太多，这个验证码已经作废，请重新获取。"),
        "too_many_codes": _("获取验证码太频繁，请过几分钟再试。"),
        "rate_limited": _("操作太频繁，请稍候再试。"),
        "phone_taken": _("这个手机号已被使用。"),
        "same_as_current": _("新手机号和现在的一样。"),
    }

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """allauth words two things alike: a code that is void by wrong tries, which is told beside
        the form, and codes that were asked for too often, in it. Only the second has to wait."""
        asked_too_often = code == "too_many_login_attempts"
        told = "too_many_codes" if asked_too_often else code
        error: ValidationError = super().validation_error(told, *args)
        return error

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        return PhoneField(**kwargs)

    def get_phone(self, user: Person) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone(self, user: Person, phone: str, verified: bool) -> None:
        user.phone = phone
        user.phone_verified = verified
        user.save(update_fields=["phone", "phone_verified"])

    def set_phone_verified(self, user: Person, phone: str) -> None:
        if not user.phone_verified:
            self.request.session["newcomer"] = True
        prove_phone(user, phone)

    def get_user_by_phone(self, phone: str) -> Person | None:
        return Person.objects.filter(phone=phone).first()

    def send_verification_code_sms(self, user: Person, phone: str, code: str, **_: Any) -> None:
        sms.send_code(phone, code)

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        """Nothing: whoever asks learns nothing, and nobody can make the hall text strangers."""

    def post_login(
        self, request: HttpRequest, user: Person, *, redirect_url: str | None, **kwargs: Any
    ) -> HttpResponse:
        response: HttpResponse = super().post_login(
            request, user, redirect_url=redirect_url, **kwargs
        )
        if not request.session.pop("newcomer", False):
            return response
        onward = urlencode({"next": response["Location"]})
        return redirect(f"{reverse('welcome')}?{onward}")
