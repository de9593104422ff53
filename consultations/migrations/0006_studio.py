"""给委员的提问: questions to members, and reports of them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0005_notices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
                    ("asked", "有人向您的工作室提问"),
                    ("replied", "委员答复了您的提问"),
                    ("unasked", "您给委员的提问已被隐藏"),
                ],
                max_length=16,
                verbose_name="类别",
            ),
        ),
        migrations.CreateModel(
            name="StudioQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField()),
                ("text", models.TextField(verbose_name="内容")),
                ("asked_at", models.DateTimeField(verbose_name="提问时间")),
                ("answer", models.TextField(blank=True, verbose_name="答复")),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="答复时间"),
                ),
                (
                    "hidden_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="隐藏的理由"),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提问人",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="studio_questions",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="委员",
                    ),
                ),
            ],
            options={
                "verbose_name": "给委员的提问",
                "ordering": ("-asked_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="QuestionReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="理由")),
                ("reported_at", models.DateTimeField(verbose_name="时间")),
                (
                    "settled_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="处理时间"),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reports",
                        to="consultations.studioquestion",
                    ),
                ),
            ],
            options={
                "verbose_name": "举报",
            },
        ),
        migrations.AddField(
            model_name="notice",
            name="question",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="consultations.studioquestion",
            ),
        ),
        migrations.AddIndex(
            model_name="studioquestion",
            index=models.Index(fields=["member", "-asked_at"], name="questions_of_a_member"),
        ),
        migrations.AddConstraint(
            model_name="studioquestion",
            constraint=models.UniqueConstraint(
                fields=("asked_by", "key"), name="studio_question_key_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="studioquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_at__isnull", True)),
                    models.Q(
                        models.Q(("answer", ""), _negated=True), ("answered_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="answered_with_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="questionreport",
            constraint=models.UniqueConstraint(
                fields=("question", "by"), name="one_report_a_person"
            ),
        ),
    ]
