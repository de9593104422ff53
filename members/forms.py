"""Forms about people."""

from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm, LoginForm, VerifyPhoneForm
from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import LiaisonGroup, Person
from members.people import join_by_phone
from members.phones import InvalidPhone, parse_phone
from members.roles import Role


class PhoneField(forms.CharField):
    """A phone as people type it; its value is E.164."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("手机号"))
        kwargs.setdefault("max_length", 32)
        kwargs.setdefault("error_messages", {"required": _("请填写手机号。")})
        attrs = {"type": "tel", "autocomplete": "tel", "inputmode": "tel"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text = str(super().clean(value) or "")
        if not text:
            return ""
        try:
            return parse_phone(text)
        except InvalidPhone as error:
            raise forms.ValidationError(str(error)) from None


class SignInForm(LoginForm):  # type: ignore[misc]
    """A phone to send a code to; an unknown one joins when the code is asked for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("remember", None)
        self.fields["login"].help_text = _("没有登记过也可以直接登录，首次登录即加入议事厅。")

    def _clean_without_password(self, email: str | None, phone: str | None) -> Any:
        cleaned = super()._clean_without_password(email, phone)
        if phone and not self.errors:
            self.user = join_by_phone(phone)
        return cleaned


_CODE_ATTRS = {
    "autocomplete": "one-time-code",
    "inputmode": "numeric",
    "class": "input--code",
    "maxlength": "12",
}


class _CodeInput:
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: forms.Field = self.fields["code"]  # type: ignore[attr-defined]
        field.label = _("验证码")
        field.widget = forms.TextInput(attrs=_CODE_ATTRS)
        field.error_messages["required"] = _("请填写短信里的验证码。")


class SignInCodeForm(_CodeInput, ConfirmLoginCodeForm):  # type: ignore[misc]
    """The code that proves the phone at sign-in."""


class PhoneCodeForm(_CodeInput, VerifyPhoneForm):  # type: ignore[misc]
    """The code that proves a new phone."""


class ProfileForm(forms.Form):
    """What a person says of themselves."""

    alias = forms.CharField(
        label=_("称呼"),
        max_length=24,
        help_text=_("大家看到的名字，可以用昵称。真实姓名和手机号不会公开。"),
        error_messages={"required": _("请填写称呼。")},
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    liaison_group = forms.ModelChoiceField(
        label=_("所在乡镇"),
        queryset=LiaisonGroup.objects.all(),
        required=False,
        empty_label=_("暂不选择"),
    )
    senior_view = forms.BooleanField(label=_("使用长辈版（大字）"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        group: Any = self.fields["liaison_group"]
        group.label_from_instance = lambda each: each.township


class StandingForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the office says of a person; saved by `people.set_standing`, never by this form."""

    class Meta:
        model = Person
        fields = (
            "role",
            "real_name",
            "sector",
            "special_committee",
            "liaison_group",
            "studio",
            "department",
            "is_active",
        )
        help_texts = {
            "real_name": _("加密保存，不对外公开。"),
            "is_active": _("取消后，此人立即不能再登录和发言。"),
        }
        widgets = {"real_name": forms.TextInput(attrs={"autocomplete": "off"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                field.empty_label = _("暂无")


class AddPersonForm(forms.Form):
    """A person to enter before their first sign-in."""

    phone = PhoneField()
    alias = forms.CharField(
        label=_("称呼"), max_length=24, error_messages={"required": _("请填写称呼。")}
    )


class PeopleSearchForm(forms.Form):
    """What to list on the people page."""

    q = forms.CharField(label=_("称呼、单位或完整手机号"), required=False, max_length=60)
    role = forms.ChoiceField(
        label=_("身份"), required=False, choices=[("", _("全部身份")), *Role.choices]
    )
