"""Confirmations of clauses, signatures and objections to minutes, and their triggers."""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_OWNED = {
    "consultations_clauseconfirmation": (
        "(SELECT consultation_id FROM consultations_consensusclause WHERE id = R.clause_id)"
    ),
    "consultations_minutessignature": (
        "(SELECT consultation_id FROM consultations_minutes WHERE id = R.minutes_id)"
    ),
    "consultations_minutesobjection": "R.consultation_id",
}
_sealed = import_module("consultations.migrations.0002_sealed")


def create_triggers(apps, schema_editor):
    _sealed.guard(_OWNED, schema_editor)


def drop_triggers(apps, schema_editor):
    _sealed.unguard(_OWNED, schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0007_papers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="consultation",
            name="objection_days",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="异议期（工作日）"
            ),
        ),
        migrations.AddField(
            model_name="consultation",
            name="objections_until",
            field=models.DateField(blank=True, null=True, verbose_name="异议期截止"),
        ),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("topic_accepted", "您提出的议题已采纳"),
                    ("topic_declined", "您提出的议题未采纳"),
                    ("topic_merged", "您提出的议题已并入另一个议题"),
                    ("hidden", "您的意见已被隐藏"),
                    ("restored", "您的意见已恢复显示"),
                    ("answered", "您的提问已答复"),
                    ("cited", "您的意见写进了共识"),
                    ("announced", "您有席位的协商会已公告"),
                    ("started", "您有席位的协商会开始了"),
                    ("cancelled", "您有席位的协商会已取消"),
                    ("sealed", "您有席位的协商会已归档"),
                    ("to_confirm", "请您确认共识、签认纪要"),
                    ("objected", "有人对纪要提出异议，请答复"),
                    ("objection_answer", "您对纪要的异议已答复"),
                    ("asked", "有人向您的工作室提问"),
                    ("replied", "委员答复了您的提问"),
                    ("unasked", "您给委员的提问已被隐藏"),
                ],
                max_length=16,
                verbose_name="类别",
            ),
        ),
        migrations.CreateModel(
            name="ClauseConfirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "identity",
                    models.CharField(
                        choices=[
                            ("resident", "居民"),
                            ("member", "政协委员"),
                            ("staff", "机关工作人员"),
                            ("department", "承办单位"),
                            ("admin", "系统管理员"),
                        ],
                        max_length=12,
                        verbose_name="身份",
                    ),
                ),
                (
                    "value",
                    models.CharField(
                        choices=[
                            ("agree", "同意"),
                            ("reserved", "有保留意见"),
                            ("against", "反对"),
                        ],
                        max_length=8,
                        verbose_name="确认",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "clause",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="confirmations",
                        to="consultations.consensusclause",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "确认",
                "ordering": ("at", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("clause", "person"), name="one_confirmation_a_clause_and_person"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MinutesObjection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="编号")),
                (
                    "identity",
                    models.CharField(
                        choices=[
                            ("resident", "居民"),
                            ("member", "政协委员"),
                            ("staff", "机关工作人员"),
                            ("department", "承办单位"),
                            ("admin", "系统管理员"),
                        ],
                        max_length=12,
                        verbose_name="身份",
                    ),
                ),
                ("paragraph", models.PositiveIntegerField(verbose_name="段落")),
                ("passage", models.TextField(verbose_name="原文")),
                ("text", models.CharField(max_length=500, verbose_name="异议")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("accepted", "采纳，修改纪要"), ("explained", "说明理由，不改")],
                        max_length=9,
                        verbose_name="处理",
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=500, verbose_name="答复")),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="答复时间"),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "minutes",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="consultations.minutes",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "异议",
                "ordering": ("number",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("consultation", "number"), name="objection_number_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MinutesSignature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "identity",
                    models.CharField(
                        choices=[
                            ("resident", "居民"),
                            ("member", "政协委员"),
                            ("staff", "机关工作人员"),
                            ("department", "承办单位"),
                            ("admin", "系统管理员"),
                        ],
                        max_length=12,
                        verbose_name="身份",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "minutes",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="consultations.minutes",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "签认",
                "ordering": ("at", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("minutes", "person"), name="one_signature_a_version"
                    )
                ],
            },
        ),
        migrations.RunPython(create_triggers, drop_triggers),
    ]
