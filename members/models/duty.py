"""履职记录: what members did, earned from archives."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models.person import Person


class DutyKind(models.TextChoices):
    ATTENDED = "attended", _("出席协商会")
    SPOKE = "spoke", _("协商发言")
    MODERATED = "moderated", _("主持协商会")


class DutyEvent(models.Model):
    """One deed of one person, appended when an archive is sealed and never edited.

    `source` names the archive that proves it (`archive:<digest>`); a deed counts once per source.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="duty_events")
    kind = models.CharField(_("类别"), max_length=12, choices=DutyKind.choices)
    title = models.CharField(_("事项"), max_length=120)
    happened_at = models.DateTimeField(_("时间"))
    source = models.CharField(_("依据"), max_length=80)

    class Meta:
        verbose_name = _("履职记录")
        ordering = ("-happened_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=("person", "kind", "source"), name="duty_once"),
        )

    def __str__(self) -> str:
        return f"{self.person} {self.get_kind_display()} {self.title}"
