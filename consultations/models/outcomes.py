"""共识, 分歧 and 纪要: what a consultation came to."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models.consultations import Consultation
from consultations.models.opinions import Opinion
from members.models import Person


class OutcomeSentence(models.Model):
    """A sentence of the outcome with the opinions that it rests on, numbered from 1.

    `key` is the writer's own id of the adding, where one was given: once more adds nothing.
    """

    position = models.PositiveSmallIntegerField(_("序号"))
    text = models.TextField(_("内容"))
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)
    key = models.UUIDField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ("position",)

    def __str__(self) -> str:
        return f"{self.position}. {self.text[:20]}"


class ConsensusClause(OutcomeSentence):
    """共识条款. `few_accepted_at` is when a moderator let these words stand on few voices."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="clauses")
    evidence = models.ManyToManyField(Opinion, related_name="clauses")
    few_accepted_at = models.DateTimeField(_("确认表态少仍作为共识的时间"), null=True, blank=True)

    class Meta(OutcomeSentence.Meta):
        verbose_name = _("共识")
        constraints = (
            models.UniqueConstraint(
                fields=("consultation", "position"), name="clause_position_once"
            ),
        )


class DissentNote(OutcomeSentence):
    """分歧: what no agreement was reached on, in neutral form."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="dissent_notes")
    evidence = models.ManyToManyField(Opinion, related_name="dissent_notes")

    class Meta(OutcomeSentence.Meta):
        verbose_name = _("分歧")
        constraints = (
            models.UniqueConstraint(
                fields=("consultation", "position"), name="dissent_position_once"
            ),
        )


class Minutes(models.Model):
    """纪要: one saved version; the highest version is current, older ones stay.

    `body` is rich text that has passed `hall.richtext.clean`.
    """

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="minutes")
    version = models.PositiveSmallIntegerField(_("版本"))
    body = models.TextField(_("正文"))
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("时间"), default=timezone.now)

    class Meta:
        verbose_name = _("纪要")
        ordering = ("-version",)
        constraints = (
            models.UniqueConstraint(fields=("consultation", "version"), name="minutes_version"),
        )

    def __str__(self) -> str:
        return f"{self.consultation_id} v{self.version}"
