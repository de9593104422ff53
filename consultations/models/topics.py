"""议题: a matter worth consulting on."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.roles import Role


class TopicStatus(models.TextChoices):
    PROPOSED = "proposed", _("征集中")
    ACCEPTED = "accepted", _("已采纳")
    DECLINED = "declined", _("未采纳")
    MERGED = "merged", _("已合并")
    WITHDRAWN = "withdrawn", _("已撤回")


class Criterion(models.TextChoices):
    """What staff weigh a topic by."""

    NEEDED = "needed", _("党政所需")
    WISHED = "wished", _("群众所盼")
    ABLE = "able", _("政协所能")


class DeedKind(models.TextChoices):
    """What was done with a topic, as its page tells it."""

    EDITED = "edited", _("修改了议题")
    ACCEPTED = "accepted", _("采纳了议题")
    DECLINED = "declined", _("没有采纳议题")
    MERGED = "merged", _("把议题并入了另一个")
    HIDDEN = "hidden", _("隐藏了议题")
    RESTORED = "restored", _("恢复显示了议题")
    WITHDRAWN = "withdrawn", _("撤回了议题")


class TopicCall(models.Model):
    """征集: staff ask for topics on a matter, up to and with a day, unless it is closed before."""

    title = models.CharField(_("征集主题"), max_length=80)
    text = models.CharField(_("说明"), max_length=1000)
    closes_on = models.DateField(_("截止日期"))
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("发起时间"))
    closed_at = models.DateTimeField(_("提前结束时间"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("议题征集")

    def __str__(self) -> str:
        return self.title


class Topic(models.Model):
    """A topic. `background` is rich text that has passed `hall.richtext.clean`.

    A decision (`status`) carries `decision_reason`; a declined or merged topic always has one.
    A merged topic names the one that goes on in its stead, which is never merged itself. `call` is
    the one that it was proposed for, if any. `key` is the proposing page's own id: sending it twice
    proposes once. A hidden topic (`hidden_reason` is given) and a withdrawn one are read by its
    proposer and by those who decide on topics alone.
    """

    title = models.CharField(_("议题"), max_length=80)
    summary = models.CharField(_("一句话说明"), max_length=200, blank=True)
    background = models.TextField(_("背景"), blank=True)
    status = models.CharField(
        _("状态"), max_length=10, choices=TopicStatus.choices, default=TopicStatus.PROPOSED
    )
    decision_reason = models.CharField(_("理由"), max_length=300, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="topics", verbose_name=_("提出人")
    )
    created_at = models.DateTimeField(_("提出时间"), auto_now_add=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged"
    )
    call = models.ForeignKey(
        TopicCall, models.PROTECT, null=True, blank=True, related_name="topics"
    )
    key = models.UUIDField(null=True, blank=True)
    hidden_reason = models.CharField(_("隐藏的理由"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("议题")
        ordering = ("-created_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(status="declined") | ~models.Q(decision_reason=""),
                name="declined_with_reason",
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(status="merged", merged_into__isnull=False)
                    & ~models.Q(decision_reason="")
                )
                | (~models.Q(status="merged") & models.Q(merged_into__isnull=True)),
                name="merged_with_reason",
            ),
            models.UniqueConstraint(fields=("proposed_by", "key"), name="topic_key_once"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it; the same as `queries.topics.public`, of one."""
        return not self.hidden_reason and self.status != TopicStatus.WITHDRAWN


class TopicDeed(models.Model):
    """One thing that was done with a topic: who did it, when and why.

    An edit keeps what stood there before; where that is `withheld` (it gave away what is private),
    it is read by the proposer and by those who decide on topics alone.
    """

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="deeds")
    kind = models.CharField(_("类别"), max_length=10, choices=DeedKind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    identity = models.CharField(_("身份"), max_length=12, choices=Role.choices)
    at = models.DateTimeField(_("时间"))
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    former_title = models.CharField(_("原来的题目"), max_length=80, blank=True)
    former_summary = models.CharField(_("原来的说明"), max_length=200, blank=True)
    former_background = models.TextField(_("原来的背景"), blank=True)
    withheld = models.BooleanField(_("原文不公开"), default=False)

    class Meta:
        verbose_name = _("议题经过")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.topic_id} {self.kind}"


class TopicSupport(models.Model):
    """One person's support of a topic that someone else proposed."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="supports", db_index=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="topic_supports"
    )
    given_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("议题支持")
        constraints = (
            models.UniqueConstraint(fields=("topic", "person"), name="one_support_a_person"),
        )

    def __str__(self) -> str:
        return f"{self.person_id} + {self.topic_id}"


class TopicScore(models.Model):
    """What one of the staff gives a topic by one criterion, from 1 to 5. For staff alone."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="scores", db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    criterion = models.CharField(_("标准"), max_length=8, choices=Criterion.choices)
    value = models.PositiveSmallIntegerField(_("分"))
    note = models.CharField(_("说明"), max_length=200, blank=True)
    scored_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("议题评分")
        constraints = (
            models.UniqueConstraint(fields=("topic", "by", "criterion"), name="score_once_each"),
            models.CheckConstraint(
                condition=models.Q(value__gte=1, value__lte=5), name="score_from_one_to_five"
            ),
        )

    def __str__(self) -> str:
        return f"{self.topic_id} {self.get_criterion_display()} {self.value}"
