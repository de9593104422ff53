"""Signed heads: what the hall publishes of a room's log while it is live."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.models.consultations import Consultation


class LiveHead(models.Model):
    """How far a room's log had come at one moment, signed and published.

    `turn` counts the heads of a room from 1: whichever process writes the next turn first has
    published it. `content` is the canonical text that `signature` (hex) is over; `peaks` (hex
    digests, comma-separated) let the next head go on from here without reading the log anew.
    """

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="live_heads", db_index=False
    )
    turn = models.PositiveIntegerField()
    count = models.PositiveBigIntegerField(_("事件数"))
    chain_head = models.CharField(max_length=64)
    merkle_root = models.CharField(max_length=64)
    peaks = models.TextField()
    key_id = models.CharField(max_length=64)
    at = models.DateTimeField(_("时间"))
    content = models.TextField()
    signature = models.CharField(max_length=128)

    class Meta:
        verbose_name = _("签名日志头")
        ordering = ("turn",)
        constraints = (
            models.UniqueConstraint(fields=("consultation", "turn"), name="live_head_turn_once"),
        )

    def __str__(self) -> str:
        return f"{self.consultation_id}@{self.count} {self.chain_head[:12]}"
