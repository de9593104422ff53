"""发言: who wants the floor, who has it, and for how long they spoke."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.models.consultations import Consultation
from members.models import Person
from members.roles import Role

DEFAULT_MINUTES = 3


class TurnState(models.TextChoices):
    WAITING = "waiting", _("等待发言")
    SPEAKING = "speaking", _("正在发言")
    SPOKE = "spoke", _("已发言")
    LOWERED = "lowered", _("已放下")
    SKIPPED = "skipped", _("已跳过")


class SpeakingList(models.Model):
    """How the floor is given in one consultation: minutes a turn, and whether hands may be raised.

    A consultation without a row has the defaults.
    """

    consultation = models.OneToOneField(
        Consultation, models.CASCADE, primary_key=True, related_name="speaking_list"
    )
    minutes = models.PositiveSmallIntegerField(_("每次发言分钟"), default=DEFAULT_MINUTES)
    is_open = models.BooleanField(_("可以举手"), default=True)

    class Meta:
        verbose_name = _("发言名单")

    def __str__(self) -> str:
        return f"{self.consultation_id} · {self.minutes}"


class SpeakingTurn(models.Model):
    """One raised hand and what came of it, numbered per room from 1.

    `placed` is where a moderator has put it among those waiting, from 1; null leaves it to the
    fair order. It stays when the turn is called or skipped, for whoever undoes that. `seconds` is
    how long the person spoke, written when the turn ends; `limit` is how many seconds they were
    given, and of one who waits again what was left of them.

    `subject` is what everyone may read, `held_subject` what the person and the moderators alone
    may; null where nothing was ever withheld. `subject_at` is when the person gave the latest.
    """

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="turns", db_index=False
    )
    number = models.PositiveIntegerField(_("编号"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="turns")
    identity = models.CharField(_("身份"), max_length=12, choices=Role.choices)
    subject = models.CharField(_("想说的事"), max_length=60, blank=True)
    held_subject = models.CharField(  # noqa: DJ001 (null tells what never was)
        _("未公开的想说的事"), max_length=60, null=True, blank=True
    )
    subject_at = models.DateTimeField(_("写下时间"), null=True, blank=True)
    state = models.CharField(
        _("状态"), max_length=8, choices=TurnState.choices, default=TurnState.WAITING
    )
    placed = models.PositiveIntegerField(_("排在第几"), null=True, blank=True)
    raised_at = models.DateTimeField(_("举手时间"))
    called_at = models.DateTimeField(_("开始发言"), null=True, blank=True)
    ended_at = models.DateTimeField(_("结束发言"), null=True, blank=True)
    limit = models.PositiveIntegerField(_("限时秒数"), default=0)
    seconds = models.PositiveIntegerField(_("发言秒数"), default=0)

    class Meta:
        verbose_name = _("发言")
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("consultation", "number"), name="turn_number_once"),
            models.UniqueConstraint(
                fields=("consultation", "person"),
                condition=models.Q(state__in=("waiting", "speaking")),
                name="one_hand_a_person",
            ),
            models.UniqueConstraint(
                fields=("consultation",),
                condition=models.Q(state="speaking"),
                name="one_speaker_a_room",
            ),
        )

    def __str__(self) -> str:
        return f"{self.consultation_id} · {self.number} {self.get_state_display()}"
