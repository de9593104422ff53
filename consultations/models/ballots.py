"""表决: a formal question with options, put to the room for a while."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.models.consultations import Consultation
from members.models import Person
from members.roles import Role


class BallotKind(models.TextChoices):
    SINGLE = "single", _("单选")
    MULTIPLE = "multiple", _("多选")
    YES_NO = "yes_no", _("赞成、反对、弃权")


class Secrecy(models.TextChoices):
    OPEN = "open", _("记名")
    SECRET = "secret", _("无记名")


class ResultsShown(models.TextChoices):
    LIVE = "live", _("实时公布")
    AT_CLOSE = "at_close", _("结束后公布")


class HowClosed(models.TextChoices):
    HAND = "hand", _("主持人结束")
    TIME = "time", _("时间到")
    STAGE = "stage", _("随会议结束")
    VOID = "void", _("作废")


class Ballot(models.Model):
    """One question put to the vote, numbered per room from 1. At most one is open in a room.

    `quorum` is how many have to vote for the result to stand, 0 for none; `max_choices` how many
    options one vote may name. `key` is the opener's own id: opening again under it is the same
    ballot. `result` is written once, when the ballot is closed, as `ballot.closed` tells it. A void
    ballot has none: it is `{"void": reason}`.
    """

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="ballots", db_index=False
    )
    number = models.PositiveIntegerField(_("编号"))
    question = models.CharField(_("表决事项"), max_length=200)
    kind = models.CharField(_("方式"), max_length=8, choices=BallotKind.choices)
    secrecy = models.CharField(_("是否记名"), max_length=6, choices=Secrecy.choices)
    results = models.CharField(_("结果公布"), max_length=8, choices=ResultsShown.choices)
    quorum = models.PositiveIntegerField(_("法定票数"), default=0)
    max_choices = models.PositiveSmallIntegerField(_("最多选几项"), default=1)
    key = models.UUIDField()
    opened_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("发起人"), db_index=False
    )
    opened_at = models.DateTimeField(_("开始时间"))
    closes_at = models.DateTimeField(_("截止时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    how_closed = models.CharField(
        _("怎样结束"), max_length=5, choices=HowClosed.choices, blank=True
    )
    result = models.JSONField(_("结果"), null=True, blank=True)

    class Meta:
        verbose_name = _("表决")
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("consultation", "number"), name="ballot_number_once"),
            models.UniqueConstraint(
                fields=("consultation", "opened_by", "key"), name="ballot_key_once"
            ),
            models.UniqueConstraint(
                fields=("consultation",),
                condition=models.Q(closed_at__isnull=True),
                name="one_open_ballot_a_room",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True, result__isnull=True, how_closed="")
                | (
                    models.Q(closed_at__isnull=False, result__isnull=False)
                    & ~models.Q(how_closed="")
                ),
                name="closed_ballot_has_result",
            ),
        )
        indexes = (
            models.Index(
                fields=("closes_at",),
                condition=models.Q(closed_at__isnull=True),
                name="ballot_due",
            ),
        )

    def __str__(self) -> str:
        return f"{_('表决')} {self.number}"

    @property
    def void_reason(self) -> str:
        """Why it counts for nothing; "" for any other."""
        return str((self.result or {}).get("void", ""))

    @property
    def is_secret(self) -> bool:
        return self.secrecy == Secrecy.SECRET


class BallotOption(models.Model):
    """One answer to a ballot's question.

    `secret_votes` counts the votes of a secret ballot: nothing else is ever known of them. An
    open ballot's votes are counted from their rows.
    """

    ballot = models.ForeignKey(Ballot, models.CASCADE, related_name="options", db_index=False)
    position = models.PositiveSmallIntegerField(_("顺序"))
    text = models.CharField(_("选项"), max_length=100)
    secret_votes = models.PositiveIntegerField(_("无记名票数"), default=0)

    class Meta:
        verbose_name = _("表决选项")
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("ballot", "position"), name="option_position_once"),
        )

    def __str__(self) -> str:
        return f"{self.position}. {self.text}"


class BallotVote(models.Model):
    """That a person has voted; in an open ballot also when, and for what.

    `choices` are the positions chosen, ascending. A secret ballot leaves `choices` and `voted_at`
    empty, so that no row and no time leads from the person to an option.
    """

    ballot = models.ForeignKey(Ballot, models.CASCADE, related_name="votes", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="ballot_votes")
    identity = models.CharField(_("身份"), max_length=12, choices=Role.choices)
    key = models.UUIDField()
    choices = models.JSONField(_("所选"), null=True, blank=True)
    voted_at = models.DateTimeField(_("时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("表决票")
        constraints = (
            models.UniqueConstraint(fields=("ballot", "person"), name="one_vote_a_person"),
        )

    def __str__(self) -> str:
        return f"{self.person_id} · {self.ballot_id}"
