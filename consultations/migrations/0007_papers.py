"""Document numbers, templates and exports; the database keeps a number as it was given."""

from importlib import import_module

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


_sealed = import_module("consultations.migrations.0002_sealed")


def _rules():
    for deed in ("UPDATE", "DELETE"):
        name = f"kept_papernumber_{deed.lower()}"
        message = "document numbers are never changed"
        yield name, "consultations_papernumber", deed, None, message


def create_triggers(apps, schema_editor):
    _sealed._create(_rules(), schema_editor)


def drop_triggers(apps, schema_editor):
    _sealed._drop(_rules(), schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0006_studio"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="NumberSeries",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("minutes", "协商纪要"),
                            ("consensus", "共识清单"),
                            ("report", "协商专报"),
                            ("opinion-report", "社情民意信息"),
                            ("speeches", "发言记录"),
                            ("attendance", "签到表"),
                            ("assignment", "建议交办单"),
                        ],
                        max_length=16,
                        verbose_name="文种",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("last", models.PositiveIntegerField(default=0, verbose_name="末号")),
            ],
            options={
                "verbose_name": "文号序列",
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "year"), name="one_series_a_year")
                ],
            },
        ),
        migrations.CreateModel(
            name="PaperTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("minutes", "协商纪要"),
                            ("consensus", "共识清单"),
                            ("report", "协商专报"),
                            ("opinion-report", "社情民意信息"),
                            ("speeches", "发言记录"),
                            ("attendance", "签到表"),
                            ("assignment", "建议交办单"),
                        ],
                        max_length=16,
                        unique=True,
                        verbose_name="文种",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="文件名")),
                ("file", models.BinaryField(verbose_name="文件")),
                ("uploaded_at", models.DateTimeField(verbose_name="上传时间")),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
            ],
            options={
                "verbose_name": "公文模板",
                "ordering": ("kind",),
            },
        ),
        migrations.CreateModel(
            name="ExportJob",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("minutes", "协商纪要"),
                            ("consensus", "共识清单"),
                            ("report", "协商专报"),
                            ("opinion-report", "社情民意信息"),
                            ("speeches", "发言记录"),
                            ("attendance", "签到表"),
                            ("assignment", "建议交办单"),
                        ],
                        max_length=16,
                        verbose_name="文种",
                    ),
                ),
                ("format", models.CharField(max_length=8, verbose_name="格式")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "等待生成"),
                            ("running", "正在生成"),
                            ("done", "已生成"),
                            ("failed", "没有生成"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("done", models.PositiveSmallIntegerField(default=0, verbose_name="进度")),
                ("complaint", models.CharField(blank=True, max_length=300, verbose_name="原因")),
                ("name", models.CharField(blank=True, max_length=255, verbose_name="文件名")),
                ("size", models.PositiveBigIntegerField(default=0, verbose_name="大小")),
                ("created_at", models.DateTimeField(verbose_name="开始时间")),
                ("touched_at", models.DateTimeField(verbose_name="最后进展")),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "文件生成",
                "ordering": ("-created_at",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("waiting", "running"))),
                        fields=("person", "consultation", "kind", "format"),
                        name="one_export_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PaperNumber",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("minutes", "协商纪要"),
                            ("consensus", "共识清单"),
                            ("report", "协商专报"),
                            ("opinion-report", "社情民意信息"),
                            ("speeches", "发言记录"),
                            ("attendance", "签到表"),
                            ("assignment", "建议交办单"),
                        ],
                        max_length=16,
                        verbose_name="文种",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("number", models.PositiveIntegerField(verbose_name="序号")),
                ("text", models.CharField(max_length=80, verbose_name="文号")),
                ("issued_at", models.DateTimeField(verbose_name="编号时间")),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paper_numbers",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="编号人",
                    ),
                ),
            ],
            options={
                "verbose_name": "文号",
                "ordering": ("kind", "-year", "-number"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("consultation", "kind"), name="one_number_a_document"
                    ),
                    models.UniqueConstraint(
                        fields=("kind", "year", "number"), name="number_given_once"
                    ),
                ],
            },
        ),
        migrations.RunPython(create_triggers, drop_triggers),
    ]
