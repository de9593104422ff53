"""What moderators set for speaking in a room, and whom they have asked to be silent for a while."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.models.consultations import Consultation
from members.models import Person

MAX_SLOW_SECONDS = 600


class PostingRules(models.Model):
    """发言规则 of one room. A room without a row holds nothing, is not slow and not closed.

    With `holds_residents` (先审后发) what residents say waits until a moderator lets it through.
    `slow_seconds` is the least time between two posts of one person, 0 for none. While `closed`
    nobody but those who moderate or record may post.
    """

    consultation = models.OneToOneField(
        Consultation, models.CASCADE, primary_key=True, related_name="posting_rules"
    )
    holds_residents = models.BooleanField(_("居民发言先审后发"), default=False)
    slow_seconds = models.PositiveSmallIntegerField(
        _("慢速发言间隔（秒）"), default=0, validators=[MaxValueValidator(MAX_SLOW_SECONDS)]
    )
    closed = models.BooleanField(_("暂停发言"), default=False)

    class Meta:
        verbose_name = _("发言规则")

    def __str__(self) -> str:
        return f"{self.consultation_id}: {self.holds_residents} {self.slow_seconds} {self.closed}"


class Mute(models.Model):
    """禁言: one person may not post in a room before `until`. The person reads the reason.

    One row a person and room; the log has the earlier ones. It is gone when it was lifted.
    """

    consultation = models.ForeignKey(
        Consultation, models.CASCADE, related_name="mutes", db_index=False
    )
    person = models.ForeignKey(Person, models.CASCADE, related_name="mutes")
    until = models.DateTimeField(_("到什么时候"))
    reason = models.CharField(_("理由"), max_length=200)

    class Meta:
        verbose_name = _("禁言")
        constraints = (
            models.UniqueConstraint(fields=("consultation", "person"), name="one_mute_a_person"),
        )

    def __str__(self) -> str:
        return f"{self.person_id} until {self.until:%H:%M}"
