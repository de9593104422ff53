"""公文: the numbers that official documents bear, the templates that staff put in place of ours,
and the documents that are being made.

None of it belongs to the sealed record: papers go out, and are numbered, after the seal as well.
"""

import uuid

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consultations.models.consultations import Consultation
from consultations.models.workplan import WorkPlan
from members.models import Person


class PaperKind(models.TextChoices):
    """Every document that a consultation can come out as, in the order of offering."""

    MINUTES = "minutes", _("协商纪要")
    CONSENSUS = "consensus", _("共识清单")
    REPORT = "report", _("协商专报")
    OPINION_REPORT = "opinion-report", _("社情民意信息")
    SPEECHES = "speeches", _("发言记录")
    ATTENDANCE = "attendance", _("签到表")
    ASSIGNMENT = "assignment", _("建议交办单")


class NumberSeries(models.Model):
    """The last number given to one kind of document in one year; its row is the series' lock."""

    kind = models.CharField(_("文种"), max_length=16, choices=PaperKind.choices)
    year = models.PositiveSmallIntegerField(_("年度"))
    last = models.PositiveIntegerField(_("末号"), default=0)

    class Meta:
        verbose_name = _("文号序列")
        constraints = (models.UniqueConstraint(fields=("kind", "year"), name="one_series_a_year"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last}"


class PaperNumber(models.Model):
    """文号: given once to one document of one consultation. The database refuses to change it.

    `text` is as it was issued: another pattern in the settings changes later numbers alone.
    """

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="paper_numbers")
    kind = models.CharField(_("文种"), max_length=16, choices=PaperKind.choices)
    year = models.PositiveSmallIntegerField(_("年度"))
    number = models.PositiveIntegerField(_("序号"))
    text = models.CharField(_("文号"), max_length=80)
    issued_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", verbose_name=_("编号人")
    )
    issued_at = models.DateTimeField(_("编号时间"))

    class Meta:
        verbose_name = _("文号")
        ordering = ("kind", "-year", "-number")
        constraints = (
            models.UniqueConstraint(fields=("consultation", "kind"), name="one_number_a_document"),
            models.UniqueConstraint(fields=("kind", "year", "number"), name="number_given_once"),
        )

    def __str__(self) -> str:
        return self.text


class TemplateState(models.TextChoices):
    """An upload is tried out before it is used; what was used before is kept beside it."""

    TRIED = "tried", _("待启用")
    USED = "used", _("在用")
    FORMER = "former", _("上一个")


class PaperTemplate(models.Model):
    """A Word file that staff put in place of the hall's own look of one document."""

    kind = models.CharField(_("文种"), max_length=16, choices=PaperKind.choices)
    state = models.CharField(
        _("状态"), max_length=8, choices=TemplateState.choices, default=TemplateState.TRIED
    )
    name = models.CharField(_("文件名"), max_length=120)
    file = models.BinaryField(_("文件"))
    uploaded_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("上传人")
    )
    uploaded_at = models.DateTimeField(_("上传时间"))

    class Meta:
        verbose_name = _("公文模板")
        ordering = ("kind", "state")
        constraints = (
            models.UniqueConstraint(fields=("kind", "state"), name="one_template_a_state"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.name}"


class ExportState(models.TextChoices):
    WAITING = "waiting", _("等待生成")
    RUNNING = "running", _("正在生成")
    DONE = "done", _("已生成")
    FAILED = "failed", _("没有生成")


class ExportJob(models.Model):
    """A document, or a zip of them, being made in the background; gone some hours later.

    It is of one consultation, or of all on a plan; `kind` is "" for a zip of all documents.
    Without a `person` it is a document of an archive, which is anyone's. `done` is per cent,
    `step` of `steps` the files of a zip. `touched_at` is moved on by the process that makes it,
    also while it waits there: a job that nobody has touched for long was left by a process that
    ended.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")
    consultation = models.ForeignKey(Consultation, models.CASCADE, null=True, related_name="+")
    plan = models.ForeignKey(WorkPlan, models.CASCADE, null=True, related_name="+")
    kind = models.CharField(_("文种"), max_length=16, choices=PaperKind.choices, blank=True)
    format = models.CharField(_("格式"), max_length=8)
    state = models.CharField(
        _("状态"), max_length=8, choices=ExportState.choices, default=ExportState.WAITING
    )
    done = models.PositiveSmallIntegerField(_("进度"), default=0)
    step = models.PositiveIntegerField(_("已完成文件"), default=0)
    steps = models.PositiveIntegerField(_("文件总数"), default=0)
    complaint = models.CharField(_("原因"), max_length=300, blank=True)
    name = models.CharField(_("文件名"), max_length=255, blank=True)
    size = models.PositiveBigIntegerField(_("大小"), default=0)
    created_at = models.DateTimeField(_("开始时间"))
    touched_at = models.DateTimeField(_("最后进展"))

    class Meta:
        verbose_name = _("文件生成")
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(consultation__isnull=False, plan__isnull=True)
                | models.Q(consultation__isnull=True, plan__isnull=False),
                name="export_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=("person", "consultation", "kind", "format"),
                condition=models.Q(state__in=("waiting", "running")),
                name="one_export_at_a_time",
            ),
            models.UniqueConstraint(
                fields=("person", "plan"),
                condition=models.Q(state__in=("waiting", "running")),
                name="one_year_at_a_time",
            ),
            models.UniqueConstraint(
                fields=("consultation", "kind", "format"),
                condition=models.Q(state__in=("waiting", "running"), person=None),
                name="one_public_export_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind}.{self.format}: {self.state}"

    @property
    def title(self) -> str:
        """What it makes, in words."""
        if self.plan_id is not None:
            return gettext("全年协商公文")
        if not self.kind:
            return gettext("全部公文")
        return f"{self.get_kind_display()}　{self.format.upper()}"

    @property
    def label(self) -> str:
        """How far it is, in words."""
        if self.state == ExportState.RUNNING and self.steps:
            values = {"step": min(self.step + 1, self.steps), "steps": self.steps}
            return gettext("正在生成第 %(step)s 个文件，共 %(steps)s 个") % values
        return str(self.get_state_display())
