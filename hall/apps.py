"""What the hall does once, when Django has loaded."""

from django import forms
from django.apps import AppConfig
from django.core import validators
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy


class HallConfig(AppConfig):
    name = "hall"

    def ready(self) -> None:
        """Forms complain in the hall's words: Django's speak of “variables” and “characters”."""
        forms.Field.default_error_messages["required"] = _("请填写。")
        validators.MaxLengthValidator.message = ngettext_lazy(
            "最多写 %(limit_value)d 个字，现在有 %(show_value)d 个。",
            "最多写 %(limit_value)d 个字，现在有 %(show_value)d 个。",
            "limit_value",
        )
        validators.MaxValueValidator.message = _("最大填 %(limit_value)s。")
        validators.MinValueValidator.message = _("最小填 %(limit_value)s。")
