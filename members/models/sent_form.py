"""Forms that a person has sent, so that one which comes again is not done again."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.person import Person


class SentForm(models.Model):
    """One form that was done: the page's own `key`, a digest of what was filled in, and where
    doing it led. Kept for a day; see `members.once`."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    key = models.UUIDField()
    digest = models.CharField(max_length=64)
    led_to = models.CharField(max_length=500)
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("已提交的表单")
        constraints = (
            models.UniqueConstraint(fields=("person", "key", "digest"), name="form_sent_once"),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.key}"
