"""依法删除: taking one opinion's text out of the record, as a law or a court demands it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.models.consultations import Consultation
from consultations.models.opinions import Opinion
from members.models import Person


class ErasureState(models.TextChoices):
    ASKED = "asked", _("待复核")
    RUNNING = "running", _("正在删除")
    DONE = "done", _("已删除")
    DECLINED = "declined", _("未同意")


class Erasure(models.Model):
    """One erasure, from the request to the deed. Two people: who asks does not decide.

    `running` is seen by nobody else: it is the transaction that erases, and by it the database's
    triggers know the one change to a sealed consultation that they let through. What was decided
    is never changed, and no row is ever deleted.
    """

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="erasures")
    opinion = models.ForeignKey(Opinion, models.PROTECT, related_name="erasures")
    basis = models.CharField(_("法律依据"), max_length=120)
    reason = models.CharField(_("理由"), max_length=200)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField(_("提出时间"))
    state = models.CharField(
        _("状态"), max_length=8, choices=ErasureState.choices, default=ErasureState.ASKED
    )
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("依法删除")
        ordering = ("-asked_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("opinion",),
                condition=~models.Q(state="declined"),
                name="erased_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state="asked", decided_by=None, decided_at=None)
                | models.Q(state="declined", decided_by__isnull=False, decided_at__isnull=False)
                | (
                    models.Q(
                        state__in=("running", "done"),
                        decided_by__isnull=False,
                        decided_at__isnull=False,
                    )
                    & ~models.Q(decided_by=models.F("asked_by"))
                ),
                name="erased_by_two_people",
            ),
        )

    def __str__(self) -> str:
        return f"{self.opinion_id} {self.get_state_display()}"
