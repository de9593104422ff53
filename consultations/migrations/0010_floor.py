"""发言名单, 请部门答复 and 主持人便签, and the triggers that keep them once they are sealed."""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_OWNED = {
    "consultations_speakinglist": "R.consultation_id",
    "consultations_speakingturn": "R.consultation_id",
    "consultations_answerrequest": "R.consultation_id",
    "consultations_moderatornote": "R.consultation_id",
}
_sealed = import_module("consultations.migrations.0002_sealed")


def create_triggers(apps, schema_editor):
    _sealed.guard(_OWNED, schema_editor)


def drop_triggers(apps, schema_editor):
    _sealed.unguard(_OWNED, schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0009_venue"),
        ("members", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SpeakingList",
            fields=[
                (
                    "consultation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="speaking_list",
                        serialize=False,
                        to="consultations.consultation",
                    ),
                ),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(default=3, verbose_name="每次发言分钟"),
                ),
                ("is_open", models.BooleanField(default=True, verbose_name="可以举手")),
            ],
            options={
                "verbose_name": "发言名单",
            },
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
        migrations.CreateModel(
            name="AnswerRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="编号")),
                ("asked_at", models.DateTimeField(verbose_name="转请时间")),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="撤回时间"),
                ),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="答复时间"),
                ),
                (
                    "answer",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers_request",
                        to="consultations.opinion",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "consultation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answer_requests",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answer_requests",
                        to="members.department",
                    ),
                ),
                (
                    "opinion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answer_requests",
                        to="consultations.opinion",
                    ),
                ),
            ],
            options={
                "verbose_name": "请部门答复",
                "ordering": ("number",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("consultation", "number"), name="request_number_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("opinion", "department"),
                        name="department_asked_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer__isnull", True), ("answered_at__isnull", True)),
                            models.Q(("answer__isnull", False), ("answered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="answer_with_its_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ModeratorNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="编号")),
                ("text", models.CharField(max_length=300, verbose_name="内容")),
                ("about", models.PositiveIntegerField(default=0, verbose_name="关于第几号意见")),
                ("written_at", models.DateTimeField(verbose_name="时间")),
                (
                    "removed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="删去时间"),
                ),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "consultation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="consultations.consultation",
                    ),
                ),
            ],
            options={
                "verbose_name": "主持人便签",
                "ordering": ("number",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("consultation", "number"), name="note_number_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SpeakingTurn",
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
                ("subject", models.CharField(blank=True, max_length=60, verbose_name="想说的事")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "等待发言"),
                            ("speaking", "正在发言"),
                            ("spoke", "已发言"),
                            ("lowered", "已放下"),
                            ("skipped", "已跳过"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                (
                    "placed",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="排在第几"),
                ),
                ("raised_at", models.DateTimeField(verbose_name="举手时间")),
                ("called_at", models.DateTimeField(blank=True, null=True, verbose_name="开始发言")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="结束发言")),
                ("limit", models.PositiveIntegerField(default=0, verbose_name="限时秒数")),
                ("seconds", models.PositiveIntegerField(default=0, verbose_name="发言秒数")),
                (
                    "consultation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="turns",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="turns",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "发言",
                "ordering": ("number",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("consultation", "number"), name="turn_number_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("waiting", "speaking"))),
                        fields=("consultation", "person"),
                        name="one_hand_a_person",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "speaking")),
                        fields=("consultation",),
                        name="one_speaker_a_room",
                    ),
                ],
            },
        ),
        migrations.RunPython(create_triggers, drop_triggers),
    ]
