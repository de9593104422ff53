"""主持人便签: what those who moderate a room tell one another."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.models.consultations import Consultation
from members.models import Person


class ModeratorNote(models.Model):
    """One note, numbered per room from 1. Nobody but the moderators reads it, in no document.

    `about` is the number of the opinion that it is about, or 0.
    """

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="notes", db_index=False
    )
    number = models.PositiveIntegerField(_("编号"))
    text = models.CharField(_("内容"), max_length=300)
    about = models.PositiveIntegerField(_("关于第几号意见"), default=0)
    author = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    written_at = models.DateTimeField(_("时间"))
    removed_at = models.DateTimeField(_("删去时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("主持人便签")
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("consultation", "number"), name="note_number_once"),
        )

    def __str__(self) -> str:
        return f"{self.consultation_id} · {self.number}"
