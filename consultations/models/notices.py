"""通知: what a person is told of what became of their words, topics and consultations."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.models.consultations import Consultation
from consultations.models.studio import StudioQuestion
from consultations.models.topics import Topic


class NoticeKind(models.TextChoices):
    TOPIC_ACCEPTED = "topic_accepted", _("您提出的议题已采纳")
    TOPIC_DECLINED = "topic_declined", _("您提出的议题未采纳")
    TOPIC_MERGED = "topic_merged", _("您提出的议题已并入另一个议题")
    TOPIC_EDITED = "topic_edited", _("工作人员修改了您提出的议题")
    TOPIC_HIDDEN = "topic_hidden", _("您提出的议题已被隐藏")
    TOPIC_RESTORED = "topic_restored", _("您提出的议题已恢复显示")
    TOPIC_WITHDRAWN = "topic_withdrawn", _("您支持的议题已由提出人撤回")
    RETURNED = "returned", _("您的意见未通过审核")
    HIDDEN = "hidden", _("您的意见已被隐藏")
    RESTORED = "restored", _("您的意见已恢复显示")
    ERASED = "erased", _("您的意见已依法删除")
    ANSWERED = "answered", _("您的发言已有答复")
    ANSWER_ASKED = "answer_asked", _("有一条意见请您单位答复")
    CITED = "cited", _("您的意见写进了共识")
    ANNOUNCED = "announced", _("您有席位的协商会已公告")
    TOPIC_ANNOUNCED = "topic_announced", _("您提出或支持的议题要开协商会了")
    SEATED = "seated", _("给您安排了席位")
    UNSEATED = "unseated", _("您的席位已撤销")
    MOVED = "moved", _("协商会的时间或地点改了")
    WITHDRAWN = "withdrawn", _("协商会的公告已撤回")
    STARTED = "started", _("您有席位的协商会开始了")
    CANCELLED = "cancelled", _("协商会已取消")
    SEALED = "sealed", _("您有席位的协商会已归档")
    TO_CONFIRM = "to_confirm", _("请您确认共识、签认纪要")
    CONFIRM_CLAUSES = "confirm_clauses", _("请您确认共识")
    OBJECTED = "objected", _("有人对纪要提出异议，请答复")
    OBJECTION_ANSWER = "objection_answer", _("您对纪要的异议已答复")
    ASKED = "asked", _("有人向您的工作室提问")
    REPLIED = "replied", _("委员答复了您的提问")
    UNASKED = "unasked", _("您给委员的提问已被隐藏")
    ERASURE_ASKED = "erasure_asked", _("有一条意见等待复核删除")


class Notice(models.Model):
    """One thing that one person is told; about a topic, a consultation or a question to a member.

    `number` is the person's opinion there, or 0; `reason` what was given as such. `facts` are what
    stood at that moment and may stand otherwise today: `before` and `after` (`{starts_at, ends_at,
    venue}`) of what was moved or withdrawn, the `role` of a seat. Written in the transaction of the
    verb that it tells of.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", db_index=False
    )
    kind = models.CharField(_("类别"), max_length=16, choices=NoticeKind.choices)
    topic = models.ForeignKey(Topic, models.CASCADE, null=True, blank=True, related_name="+")
    consultation = models.ForeignKey(
        Consultation, models.CASCADE, null=True, blank=True, related_name="notices"
    )
    question = models.ForeignKey(
        StudioQuestion, models.CASCADE, null=True, blank=True, related_name="+"
    )
    number = models.PositiveIntegerField(_("编号"), default=0)
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(_("已读时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("通知")
        ordering = ("-at", "-id")
        indexes = (
            models.Index(fields=("person", "-at"), name="notices_of_a_person"),
            models.Index(
                fields=("person",), condition=models.Q(read_at=None), name="notices_unread"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"
