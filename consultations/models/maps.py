"""意见图谱: what the last computation of the opinion map found, kept for the next."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.models.consultations import Consultation


class OpinionMapState(models.Model):
    """The opinion map of one consultation as last computed. It can always be computed anew.

    `basis` is a digest of the stances it was computed from. `state` is what the next computation
    starts from, `found` what pages are made of (see `domain.opinion_map`). Both tell who stands
    where, and are never sent as they are.
    """

    consultation = models.OneToOneField(
        Consultation, models.CASCADE, primary_key=True, related_name="opinion_map"
    )
    basis = models.CharField(max_length=64)
    state = models.TextField()
    found = models.TextField()
    computed_at = models.DateTimeField(_("计算时间"))

    class Meta:
        verbose_name = _("意见图谱")

    def __str__(self) -> str:
        return f"{self.consultation_id} {self.computed_at}"
