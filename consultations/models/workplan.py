"""年度工作要点: the committee's plan for a year, its sections and items."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WorkPlan(models.Model):
    """One issuer's plan for one year. Importing the same plan again updates this row."""

    title = models.CharField(_("标题"), max_length=120)
    year = models.PositiveSmallIntegerField(_("年度"))
    issuer = models.CharField(_("制定机关"), max_length=80)
    published_on = models.DateField(_("发布日期"), null=True, blank=True)
    preamble = models.TextField(_("总体要求"), blank=True)
    imported_at = models.DateTimeField(_("导入时间"), auto_now=True)

    class Meta:
        verbose_name = _("年度工作要点")
        ordering = ("-year", "issuer")
        constraints = (models.UniqueConstraint(fields=("issuer", "year"), name="one_plan_a_year"),)

    def __str__(self) -> str:
        return self.title


class WorkSection(models.Model):
    """部分 一、二、…; `number` is the section's own number, from 1."""

    plan = models.ForeignKey(WorkPlan, models.CASCADE, related_name="sections")
    number = models.PositiveSmallIntegerField(_("序号"))
    title = models.CharField(_("标题"), max_length=200)

    class Meta:
        verbose_name = _("部分")
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("plan", "number"), name="section_number_in_plan"),
        )

    def __str__(self) -> str:
        return self.title


class WorkItem(models.Model):
    """条目: one numbered task of the plan. Numbers may restart in each section."""

    section = models.ForeignKey(WorkSection, models.CASCADE, related_name="items")
    number = models.PositiveSmallIntegerField(_("序号"))
    title = models.CharField(_("标题"), max_length=300)
    body = models.TextField(_("内容"), blank=True)

    class Meta:
        verbose_name = _("工作条目")
        ordering = ("section__number", "number")
        constraints = (
            models.UniqueConstraint(fields=("section", "number"), name="item_number_in_section"),
        )

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"
