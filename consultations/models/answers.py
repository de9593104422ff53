"""请部门答复: an opinion that a department is asked to answer."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.models.consultations import Consultation
from consultations.models.opinions import Opinion
from members.models import Department, Person


class AnswerRequest(models.Model):
    """One department asked to answer one opinion; withdrawn and asked anew are two rows.

    `answer` is the department's reply to it, an opinion of the same room.
    """

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="answer_requests", db_index=False
    )
    number = models.PositiveIntegerField(_("编号"))
    opinion = models.ForeignKey(Opinion, models.PROTECT, related_name="answer_requests")
    department = models.ForeignKey(Department, models.PROTECT, related_name="answer_requests")
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField(_("转请时间"))
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)
    answer = models.OneToOneField(
        Opinion, models.PROTECT, null=True, blank=True, related_name="answers_request"
    )
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("请部门答复")
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("consultation", "number"), name="request_number_once"),
            models.UniqueConstraint(
                fields=("opinion", "department"),
                condition=models.Q(withdrawn_at__isnull=True),
                name="department_asked_once",
            ),
            models.CheckConstraint(
                condition=models.Q(answer__isnull=True, answered_at__isnull=True)
                | models.Q(answer__isnull=False, answered_at__isnull=False),
                name="answer_with_its_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.consultation_id} · {self.number} {self.department}"
