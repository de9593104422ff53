"""Ballots, their options and votes, and the triggers that keep them once they are sealed."""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_BALLOT = "(SELECT consultation_id FROM consultations_ballot WHERE id = R.ballot_id)"
_OWNED = {
    "consultations_ballot": "R.consultation_id",
    "consultations_ballotoption": _BALLOT,
    "consultations_ballotvote": _BALLOT,
}
_sealed = import_module("consultations.migrations.0002_sealed")


def create_triggers(apps, schema_editor):
    _sealed.guard(_OWNED, schema_editor)


def drop_triggers(apps, schema_editor):
    _sealed.unguard(_OWNED, schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0004_topic_calls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Ballot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="编号")),
                ("question", models.CharField(max_length=200, verbose_name="表决事项")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("single", "单选"),
                            ("multiple", "多选"),
                            ("yes_no", "赞成、反对、弃权"),
                        ],
                        max_length=8,
                        verbose_name="方式",
                    ),
                ),
                (
                    "secrecy",
                    models.CharField(
                        choices=[("open", "记名"), ("secret", "无记名")],
                        max_length=6,
                        verbose_name="是否记名",
                    ),
                ),
                (
                    "results",
                    models.CharField(
                        choices=[("live", "实时公布"), ("at_close", "结束后公布")],
                        max_length=8,
                        verbose_name="结果公布",
                    ),
                ),
                ("quorum", models.PositiveIntegerField(default=0, verbose_name="法定票数")),
                (
                    "max_choices",
                    models.PositiveSmallIntegerField(default=1, verbose_name="最多选几项"),
                ),
                ("key", models.UUIDField()),
                ("opened_at", models.DateTimeField(verbose_name="开始时间")),
                ("closes_at", models.DateTimeField(blank=True, null=True, verbose_name="截止时间")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                (
                    "how_closed",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("hand", "主持人结束"),
                            ("time", "时间到"),
                            ("stage", "随会议结束"),
                        ],
                        max_length=5,
                        verbose_name="怎样结束",
                    ),
                ),
                ("result", models.JSONField(blank=True, null=True, verbose_name="结果")),
            ],
            options={
                "verbose_name": "表决",
                "ordering": ("number",),
            },
        ),
        migrations.CreateModel(
            name="BallotOption",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="顺序")),
                ("text", models.CharField(max_length=100, verbose_name="选项")),
                ("secret_votes", models.PositiveIntegerField(default=0, verbose_name="无记名票数")),
            ],
            options={
                "verbose_name": "表决选项",
                "ordering": ("position",),
            },
        ),
        migrations.CreateModel(
            name="BallotVote",
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
                ("key", models.UUIDField()),
                ("choices", models.JSONField(blank=True, null=True, verbose_name="所选")),
                ("voted_at", models.DateTimeField(blank=True, null=True, verbose_name="时间")),
            ],
            options={
                "verbose_name": "表决票",
            },
        ),
        migrations.AddField(
            model_name="ballot",
            name="consultation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="ballots",
                to="consultations.consultation",
            ),
        ),
        migrations.AddField(
            model_name="ballot",
            name="opened_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="发起人",
            ),
        ),
        migrations.AddField(
            model_name="ballotoption",
            name="ballot",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="options",
                to="consultations.ballot",
            ),
        ),
        migrations.AddField(
            model_name="ballotvote",
            name="ballot",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="votes",
                to="consultations.ballot",
            ),
        ),
        migrations.AddField(
            model_name="ballotvote",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="ballot_votes",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="ballot",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)),
                fields=["closes_at"],
                name="ballot_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="ballot",
            constraint=models.UniqueConstraint(
                fields=("consultation", "number"), name="ballot_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="ballot",
            constraint=models.UniqueConstraint(
                fields=("consultation", "opened_by", "key"), name="ballot_key_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="ballot",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at__isnull", True)),
                fields=("consultation",),
                name="one_open_ballot_a_room",
            ),
        ),
        migrations.AddConstraint(
            model_name="ballot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at__isnull", True), ("how_closed", ""), ("result__isnull", True)
                    ),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("result__isnull", False),
                        models.Q(("how_closed", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="closed_ballot_has_result",
            ),
        ),
        migrations.AddConstraint(
            model_name="ballotoption",
            constraint=models.UniqueConstraint(
                fields=("ballot", "position"), name="option_position_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="ballotvote",
            constraint=models.UniqueConstraint(
                fields=("ballot", "person"), name="one_vote_a_person"
            ),
        ),
        migrations.RunPython(create_triggers, drop_triggers),
    ]
