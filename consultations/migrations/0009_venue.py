"""签到, 更正, 举手计票 and 大屏; what belongs to a consultation is kept once it is sealed."""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_OWNED = {
    "consultations_checkin": "R.consultation_id",
    "consultations_opinioncorrection": (
        "(SELECT consultation_id FROM consultations_opinion WHERE id = R.opinion_id)"
    ),
    "consultations_handcount": (
        "(SELECT consultation_id FROM consultations_ballot WHERE id = R.ballot_id)"
    ),
}
_sealed = import_module("consultations.migrations.0002_sealed")


def create_triggers(apps, schema_editor):
    _sealed.guard(_OWNED, schema_editor)


def drop_triggers(apps, schema_editor):
    _sealed.unguard(_OWNED, schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0008_reviews"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="opinion",
            name="entered_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="录入人",
            ),
        ),
        migrations.CreateModel(
            name="CheckIn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField()),
                (
                    "how",
                    models.CharField(
                        choices=[("scan", "扫码"), ("desk", "签到台")],
                        max_length=4,
                        verbose_name="签到方式",
                    ),
                ),
                ("votes_by_hand", models.BooleanField(default=False, verbose_name="现场举手表决")),
                ("at", models.DateTimeField(verbose_name="签到时间")),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="撤销时间"),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "consultation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="check_ins",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="check_ins",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="撤销人",
                    ),
                ),
            ],
            options={
                "verbose_name": "签到",
                "ordering": ("at", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("consultation", "key"), name="check_in_key_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("consultation", "person"),
                        name="one_check_in_a_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HandCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField()),
                ("people", models.PositiveIntegerField(verbose_name="举手人数")),
                ("counts", models.JSONField(verbose_name="各项举手数")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "ballot",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hand_counts",
                        to="consultations.ballot",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="录入人",
                    ),
                ),
            ],
            options={
                "verbose_name": "举手计票",
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(fields=("ballot", "key"), name="hand_count_key_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="OpinionCorrection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField()),
                ("earlier", models.TextField(verbose_name="更正前")),
                ("at", models.DateTimeField(verbose_name="更正时间")),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="更正人",
                    ),
                ),
                (
                    "opinion",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="corrections",
                        to="consultations.opinion",
                    ),
                ),
            ],
            options={
                "verbose_name": "更正",
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(fields=("opinion", "key"), name="correction_key_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Screen",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code_digest", models.CharField(max_length=64, unique=True)),
                ("code_until", models.DateTimeField(verbose_name="投屏码有效至")),
                ("invited_at", models.DateTimeField(verbose_name="发码时间")),
                ("key_digest", models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="接通时间")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="有效至")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="断开时间")),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="screens",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="发码人",
                    ),
                ),
            ],
            options={
                "verbose_name": "大屏",
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("expires_at__isnull", True),
                                ("key_digest__isnull", True),
                                ("opened_at__isnull", True),
                            ),
                            models.Q(
                                ("expires_at__isnull", False),
                                ("key_digest__isnull", False),
                                ("opened_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="open_screen_has_key",
                    )
                ],
            },
        ),
        migrations.RunPython(create_triggers, drop_triggers),
    ]
