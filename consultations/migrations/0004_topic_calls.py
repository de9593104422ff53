"""议题征集: support, scores, and topics merged into others."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0003_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TopicScore",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "criterion",
                    models.CharField(
                        choices=[
                            ("needed", "党政所需"),
                            ("wished", "群众所盼"),
                            ("able", "政协所能"),
                        ],
                        max_length=8,
                        verbose_name="标准",
                    ),
                ),
                ("value", models.PositiveSmallIntegerField(verbose_name="分")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("scored_at", models.DateTimeField(verbose_name="时间")),
            ],
            options={
                "verbose_name": "议题评分",
            },
        ),
        migrations.CreateModel(
            name="TopicSupport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("given_at", models.DateTimeField(verbose_name="时间")),
            ],
            options={
                "verbose_name": "议题支持",
            },
        ),
        migrations.AddField(
            model_name="topic",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="consultations.topic",
            ),
        ),
        migrations.AlterField(
            model_name="topic",
            name="status",
            field=models.CharField(
                choices=[
                    ("proposed", "征集中"),
                    ("accepted", "已采纳"),
                    ("declined", "未采纳"),
                    ("merged", "已合并"),
                ],
                default="proposed",
                max_length=10,
                verbose_name="状态",
            ),
        ),
        migrations.AddConstraint(
            model_name="topic",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("merged_into__isnull", False),
                        ("status", "merged"),
                        models.Q(("decision_reason", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("status", "merged"), _negated=True), ("merged_into__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="merged_with_reason",
            ),
        ),
        migrations.AddField(
            model_name="topicscore",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="topicscore",
            name="topic",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="scores",
                to="consultations.topic",
            ),
        ),
        migrations.AddField(
            model_name="topicsupport",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="topic_supports",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="topicsupport",
            name="topic",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="supports",
                to="consultations.topic",
            ),
        ),
        migrations.AddConstraint(
            model_name="topicscore",
            constraint=models.UniqueConstraint(
                fields=("topic", "by", "criterion"), name="score_once_each"
            ),
        ),
        migrations.AddConstraint(
            model_name="topicscore",
            constraint=models.CheckConstraint(
                condition=models.Q(("value__gte", 1), ("value__lte", 5)),
                name="score_from_one_to_five",
            ),
        ),
        migrations.AddConstraint(
            model_name="topicsupport",
            constraint=models.UniqueConstraint(
                fields=("topic", "person"), name="one_support_a_person"
            ),
        ),
    ]
