"""意见 and 表态: what people say, and where others stand on it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.models.consultations import AgendaItem, Consultation
from members.models import Person
from members.roles import Role


class OpinionKind(models.TextChoices):
    OPINION = "opinion", _("意见")
    SUGGESTION = "suggestion", _("建议")
    QUESTION = "question", _("提问")
    REPLY = "reply", _("回复")


class OpinionState(models.TextChoices):
    VISIBLE = "visible", _("公开")
    HIDDEN = "hidden", _("已隐藏")
    HELD = "held", _("等待审核")
    RETURNED = "returned", _("已退回")
    ERASED = "erased", _("已依法删除")


# Instead of the author's name, wherever an opinion is named whose text was erased by law.
ERASED_AUTHOR = "（已依法删除）"
UNPUBLISHED = frozenset({OpinionState.HELD, OpinionState.RETURNED})


class Origin(models.TextChoices):
    ONLINE = "online", _("线上")
    DESK = "desk", _("现场代录")


class StanceValue(models.IntegerChoices):
    DISAGREE = -1, _("不赞成")
    PASS = 0, _("说不好")
    AGREE = 1, _("赞成")


class Opinion(models.Model):
    """One thing that one person said, numbered per room from 1 (意见 17). Plain text.

    `key` is the client's own id of the post: a resend under the same key is the same opinion.
    `identity` is the author's role when it was said; `posted_seq` is its event in the log. What
    was said at the place of the session has in `entered_by` who wrote it down for its author.

    What is held or returned was never public: nobody but its author and the moderators knows of
    it. `decided_by` let it through or returned it last. An opinion `merged_into` another one stays
    as it is, and counts there; merging goes one level deep.
    """

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="opinions", db_index=False
    )
    number = models.PositiveIntegerField(_("编号"))
    kind = models.CharField(_("类别"), max_length=10, choices=OpinionKind.choices)
    text = models.TextField(_("内容"))
    author = models.ForeignKey(Person, models.PROTECT, related_name="opinions")
    identity = models.CharField(_("身份"), max_length=12, choices=Role.choices)
    reply_to = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replies"
    )
    agenda_item = models.ForeignKey(
        AgendaItem, models.SET_NULL, null=True, blank=True, related_name="opinions", db_index=False
    )
    origin = models.CharField(
        _("来源"), max_length=8, choices=Origin.choices, default=Origin.ONLINE
    )
    entered_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("录入人"),
        db_index=False,
    )
    key = models.UUIDField()
    state = models.CharField(
        _("状态"), max_length=10, choices=OpinionState.choices, default=OpinionState.VISIBLE
    )
    state_reason = models.CharField(_("理由"), max_length=200, blank=True)
    decided_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("审核人"),
        db_index=False,
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        verbose_name=_("并入"),
        db_index=False,
    )
    posted_seq = models.PositiveBigIntegerField()
    # Of what was held: the event by which everyone could read it.
    approved_seq = models.PositiveBigIntegerField(null=True, blank=True)
    pinned_at = models.DateTimeField(_("置顶时间"), null=True, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    created_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("意见")
        ordering = ("number",)
        indexes = (
            models.Index(
                fields=("merged_into",),
                condition=models.Q(merged_into__isnull=False),
                name="opinions_merged",
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("consultation", "number"), name="opinion_number_in_room"
            ),
            models.UniqueConstraint(
                fields=("consultation", "author", "key"), name="opinion_key_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="hidden") | ~models.Q(state_reason=""),
                name="hidden_with_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


class Stance(models.Model):
    """Where one person stands on one opinion; taking another stance replaces it."""

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="stances", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="stances")
    identity = models.CharField(_("身份"), max_length=12, choices=Role.choices)
    value = models.SmallIntegerField(_("表态"), choices=StanceValue.choices)
    taken_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("表态")
        constraints = (
            models.UniqueConstraint(fields=("opinion", "person"), name="one_stance_a_person"),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.get_value_display()} {self.opinion_id}"
