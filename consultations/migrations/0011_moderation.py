"""发言规则, 禁言, 审核 and 合并, and the triggers that keep them once they are sealed."""

from importlib import import_module

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_OWNED = {
    "consultations_postingrules": "R.consultation_id",
    "consultations_mute": "R.consultation_id",
}
_sealed = import_module("consultations.migrations.0002_sealed")


def create_triggers(apps, schema_editor):
    _sealed.guard(_OWNED, schema_editor)


def drop_triggers(apps, schema_editor):
    _sealed.unguard(_OWNED, schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0010_floor"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Mute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("until", models.DateTimeField(verbose_name="到什么时候")),
                ("reason", models.CharField(max_length=200, verbose_name="理由")),
            ],
            options={
                "verbose_name": "禁言",
            },
        ),
        migrations.CreateModel(
            name="PostingRules",
            fields=[
                (
                    "consultation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="posting_rules",
                        serialize=False,
                        to="consultations.consultation",
                    ),
                ),
                (
                    "holds_residents",
                    models.BooleanField(default=False, verbose_name="居民发言先审后发"),
                ),
                (
                    "slow_seconds",
                    models.PositiveSmallIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(600)],
                        verbose_name="慢速发言间隔（秒）",
                    ),
                ),
                ("closed", models.BooleanField(default=False, verbose_name="暂停发言")),
            ],
            options={
                "verbose_name": "发言规则",
            },
        ),
        migrations.AddField(
            model_name="opinion",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="审核人",
            ),
        ),
        migrations.AddField(
            model_name="opinion",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="consultations.opinion",
                verbose_name="并入",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("topic_accepted", "您提出的议题已采纳"),
                    ("topic_declined", "您提出的议题未采纳"),
                    ("topic_merged", "您提出的议题已并入另一个议题"),
                    ("returned", "您的意见未通过审核"),
                    ("hidden", "您的意见已被隐藏"),
                    ("restored", "您的意见已恢复显示"),
                    ("answered", "您的提问已答复"),
                    ("answer_asked", "有一条意见请您单位答复"),
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
        migrations.AlterField(
            model_name="opinion",
            name="state",
            field=models.CharField(
                choices=[
                    ("visible", "公开"),
                    ("hidden", "已隐藏"),
                    ("held", "等待审核"),
                    ("returned", "已退回"),
                ],
                default="visible",
                max_length=10,
                verbose_name="状态",
            ),
        ),
        migrations.AddIndex(
            model_name="opinion",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)),
                fields=["merged_into"],
                name="opinions_merged",
            ),
        ),
        migrations.AddField(
            model_name="mute",
            name="consultation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="mutes",
                to="consultations.consultation",
            ),
        ),
        migrations.AddField(
            model_name="mute",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="mutes",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="mute",
            constraint=models.UniqueConstraint(
                fields=("consultation", "person"), name="one_mute_a_person"
            ),
        ),
        migrations.RunPython(create_triggers, drop_triggers),
    ]
