"""通知: what people are told of."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0004_ballots"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
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
                        ],
                        max_length=16,
                        verbose_name="类别",
                    ),
                ),
                ("number", models.PositiveIntegerField(default=0, verbose_name="编号")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="已读时间")),
                (
                    "consultation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="consultations.topic",
                    ),
                ),
            ],
            options={
                "verbose_name": "通知",
                "ordering": ("-at", "-id"),
                "indexes": [
                    models.Index(fields=["person", "-at"], name="notices_of_a_person"),
                    models.Index(
                        condition=models.Q(("read_at", None)),
                        fields=["person"],
                        name="notices_unread",
                    ),
                ],
            },
        ),
    ]
