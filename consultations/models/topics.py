"""议题: a matter worth consulting on."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class TopicStatus(models.TextChoices):
    PROPOSED = "proposed", _("征集中")
    ACCEPTED = "accepted", _("已采纳")
    DECLINED = "declined", _("未采纳")


class Topic(models.Model):
    """A topic. `background` is rich text that has passed `hall.richtext.clean`.

    A decision (`status`) carries `decision_reason`; a declined topic always has one.
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

    class Meta:
        verbose_name = _("议题")
        ordering = ("-created_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(status="declined") | ~models.Q(decision_reason=""),
                name="declined_with_reason",
            ),
        )

    def __str__(self) -> str:
        return self.title
