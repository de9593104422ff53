"""公示确认: what participants and attendees say of an outcome before it is sealed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.models.consultations import Consultation
from consultations.models.outcomes import ConsensusClause, Minutes
from members.models import Person
from members.roles import Role


class Confirmed(models.TextChoices):
    AGREE = "agree", _("同意")
    RESERVED = "reserved", _("有保留意见")
    AGAINST = "against", _("反对")


class Verdict(models.TextChoices):
    """What the moderator makes of an objection."""

    ACCEPTED = "accepted", _("采纳，修改纪要")
    EXPLAINED = "explained", _("说明理由，不改")


class ClauseConfirmation(models.Model):
    """确认: where one person stands on one clause as it is worded; a reworded clause has none."""

    clause = models.ForeignKey(ConsensusClause, models.CASCADE, related_name="confirmations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    identity = models.CharField(_("身份"), max_length=12, choices=Role.choices)
    value = models.CharField(_("确认"), max_length=8, choices=Confirmed.choices)
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("确认")
        ordering = ("at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("clause", "person"), name="one_confirmation_a_clause_and_person"
            ),
        )

    def __str__(self) -> str:
        return f"{self.clause_id} {self.person_id} {self.value}"


class MinutesSignature(models.Model):
    """签认: an attendee stands by one version of the minutes."""

    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="signatures")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    identity = models.CharField(_("身份"), max_length=12, choices=Role.choices)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("签认")
        ordering = ("at", "id")
        constraints = (
            models.UniqueConstraint(fields=("minutes", "person"), name="one_signature_a_version"),
        )

    def __str__(self) -> str:
        return f"{self.minutes_id} {self.person_id}"


class MinutesObjection(models.Model):
    """异议: what an attendee objects to at a passage of the minutes, and the answer.

    `paragraph` counts the version's blocks from 1; `passage` is what stood there, quoted.
    `verdict` and `answered_at` are empty until it is answered, once.
    """

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="objections")
    number = models.PositiveIntegerField(_("编号"))
    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="objections")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    identity = models.CharField(_("身份"), max_length=12, choices=Role.choices)
    paragraph = models.PositiveIntegerField(_("段落"))
    passage = models.TextField(_("原文"))
    text = models.CharField(_("异议"), max_length=500)
    at = models.DateTimeField(_("时间"))
    verdict = models.CharField(_("处理"), max_length=9, choices=Verdict.choices, blank=True)
    answer = models.CharField(_("答复"), max_length=500, blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("异议")
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(
                fields=("consultation", "number"), name="objection_number_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.consultation_id} 异议 {self.number}"
