"""现场: what a session that is held in a physical place too keeps of it.

Who came there, what staff entered for them, the hands that were counted, and the big screen.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.models.ballots import Ballot
from consultations.models.consultations import Consultation
from consultations.models.opinions import Opinion
from members.models import Person


class HowCheckedIn(models.TextChoices):
    SCAN = "scan", _("扫码")
    DESK = "desk", _("签到台")


class CheckIn(models.Model):
    """签到: one person who came to the place of a session: when, how, and by whom entered.

    `key` is what a desk calls the attendee by, also before the hall has heard of them. With
    `votes_by_hand` the person raises a hand in ballots and cannot vote online as well. A mistaken
    check-in is withdrawn and stays readable.
    """

    consultation = models.ForeignKey(
        Consultation, models.CASCADE, related_name="check_ins", db_index=False
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="check_ins")
    key = models.UUIDField()
    how = models.CharField(_("签到方式"), max_length=4, choices=HowCheckedIn.choices)
    votes_by_hand = models.BooleanField(_("现场举手表决"), default=False)
    by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("经办人"), db_index=False
    )
    at = models.DateTimeField(_("签到时间"))
    withdrawn_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("撤销人"),
        db_index=False,
    )
    withdrawn_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("签到")
        ordering = ("at", "id")
        constraints = (
            models.UniqueConstraint(fields=("consultation", "key"), name="check_in_key_once"),
            models.UniqueConstraint(
                fields=("consultation", "person"),
                condition=models.Q(withdrawn_at__isnull=True),
                name="one_check_in_a_person",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} · {self.get_how_display()}"


class OpinionCorrection(models.Model):
    """更正: what an opinion that staff had entered said before it was corrected."""

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="corrections", db_index=False)
    key = models.UUIDField()
    earlier = models.TextField(_("更正前"))
    by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("更正人"), db_index=False
    )
    at = models.DateTimeField(_("更正时间"))

    class Meta:
        verbose_name = _("更正")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("opinion", "key"), name="correction_key_once"),
        )

    def __str__(self) -> str:
        return f"{self.opinion} · {self.at}"


class HandCount(models.Model):
    """举手计票: hands counted in the room for an open ballot. The last one counts.

    `people` is how many raised a hand; `counts` are the hands by option, in the options' order.
    """

    ballot = models.ForeignKey(Ballot, models.CASCADE, related_name="hand_counts", db_index=False)
    key = models.UUIDField()
    people = models.PositiveIntegerField(_("举手人数"))
    counts = models.JSONField(_("各项举手数"))
    by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("录入人"), db_index=False
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("举手计票")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("ballot", "key"), name="hand_count_key_once"),
        )

    def __str__(self) -> str:
        return f"{self.ballot} · {self.people}"


class Screen(models.Model):
    """大屏: a display that reads one room and can do nothing else. No person stands behind it.

    It is invited by a code that opens it once, until `code_until`, and is known afterwards by a
    secret key, until `expires_at` or until it is ended. Of both only digests are kept.
    """

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="screens")
    code_digest = models.CharField(max_length=64, unique=True)
    code_until = models.DateTimeField(_("投屏码有效至"))
    invited_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("发码人"), db_index=False
    )
    invited_at = models.DateTimeField(_("发码时间"))
    key_digest = models.CharField(max_length=64, unique=True, null=True, blank=True)
    opened_at = models.DateTimeField(_("接通时间"), null=True, blank=True)
    expires_at = models.DateTimeField(_("有效至"), null=True, blank=True)
    ended_at = models.DateTimeField(_("断开时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("大屏")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(
                    key_digest__isnull=True, opened_at__isnull=True, expires_at__isnull=True
                )
                | models.Q(
                    key_digest__isnull=False, opened_at__isnull=False, expires_at__isnull=False
                ),
                name="open_screen_has_key",
            ),
        )

    def __str__(self) -> str:
        return f"{self.consultation} · {self.pk}"
