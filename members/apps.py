from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hall import env


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = _("人员")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A sender of codes that is not there is told at the start, and not to whoever signs in."""
        env.function("HALL_SMS_SENDER", settings.HALL_SMS_SENDER)
