"""The room's log: what everything shown in a room is made of."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.models.consultations import Consultation

EVERYONE = "everyone"
MODERATORS = "moderators"


def only(person_id: int) -> str:
    """The audience of one person, beside the moderators."""
    return f"person:{person_id}"


class RoomHead(models.Model):
    """The head of one room's log: a row of its own, narrow, locked by every logged verb.

    `seq` counts events, `opinions` numbers opinions; both from 0 and without gaps.
    `epoch` changes when the log was restored from a backup; clients then start afresh.
    """

    consultation = models.OneToOneField(
        Consultation, models.CASCADE, primary_key=True, related_name="head"
    )
    seq = models.PositiveBigIntegerField(default=0)
    opinions = models.PositiveIntegerField(default=0)
    epoch = models.CharField(max_length=16)

    class Meta:
        verbose_name = _("房间日志头")

    def __str__(self) -> str:
        return f"{self.consultation_id}@{self.seq}"


class RoomEvent(models.Model):
    """One event. Appended by `domain.events.record` alone, never changed.

    `audience` says who may read the body: `EVERYONE`, `MODERATORS`, or `only(person)`; the
    others learn the event's number and nothing else.

    `digest` is the hash chain (see `consultations.archiving.canonical`); it covers
    `body_digest`, a salted digest, so that an erased body leaves the chain verifiable: then body
    and salt are gone, and `erasure` says on what basis.
    """

    consultation = models.ForeignKey(
        Consultation, models.CASCADE, related_name="events", db_index=False
    )
    seq = models.PositiveBigIntegerField()
    type = models.CharField(max_length=40)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    audience = models.CharField(max_length=32, default=EVERYONE)
    body = models.JSONField(null=True)
    salt = models.CharField(max_length=32, blank=True)
    erasure = models.ForeignKey(
        "consultations.Erasure", models.PROTECT, null=True, related_name="events", db_index=False
    )
    body_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("房间事件")
        ordering = ("seq",)
        constraints = (
            models.UniqueConstraint(fields=("consultation", "seq"), name="event_seq_in_room"),
        )

    def __str__(self) -> str:
        return f"{self.consultation_id}#{self.seq} {self.type}"
