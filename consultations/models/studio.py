"""委员工作室: what residents ask a member, and what the member answers."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class StudioQuestion(models.Model):
    """One question to one member, in the open. Plain text, and so is the answer.

    `key` is the asking page's own id: sending it twice asks once. A hidden question
    (`hidden_reason` is given) is read by its author, its member and staff alone.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="studio_questions",
        db_index=False,
        verbose_name=_("委员"),
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提问人")
    )
    key = models.UUIDField()
    text = models.TextField(_("内容"))
    asked_at = models.DateTimeField(_("提问时间"))
    answer = models.TextField(_("答复"), blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    hidden_reason = models.CharField(_("隐藏的理由"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("给委员的提问")
        ordering = ("-asked_at", "-id")
        indexes = (models.Index(fields=("member", "-asked_at"), name="questions_of_a_member"),)
        constraints = (
            models.UniqueConstraint(fields=("asked_by", "key"), name="studio_question_key_once"),
            models.CheckConstraint(
                condition=models.Q(answer="", answered_at__isnull=True)
                | (~models.Q(answer="") & models.Q(answered_at__isnull=False)),
                name="answered_with_words",
            ),
        )

    def __str__(self) -> str:
        return f"{self.member_id} ? {self.asked_by_id}"


class QuestionReport(models.Model):
    """One person's word to the staff that a question should not stand there."""

    question = models.ForeignKey(
        StudioQuestion, models.CASCADE, related_name="reports", db_index=False
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(_("理由"), max_length=200)
    reported_at = models.DateTimeField(_("时间"))
    settled_at = models.DateTimeField(_("处理时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("举报")
        constraints = (
            models.UniqueConstraint(fields=("question", "by"), name="one_report_a_person"),
        )

    def __str__(self) -> str:
        return f"{self.by_id} ! {self.question_id}"
