"""签名日志头, 归档版次 and 依法删除, and the one change to what is sealed that the last may make."""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# What a running erasure may change of what is sealed: nothing but this, and only of its opinion.
# table → (the trigger that has guarded it, how a row leads to its consultation, columns that may
# change, when)
_RUNNING = (
    "EXISTS (SELECT 1 FROM consultations_erasure e"
    " JOIN consultations_opinion o ON o.id = e.opinion_id WHERE e.state = 'running' AND {which})"
)
_NUMBER = {
    "sqlite": "json_extract(OLD.body, '$.number')",
    "postgresql": "(OLD.body ->> 'number')::bigint",
}
_RELAXED = {
    "consultations_opinion": (
        "sealed_consultations_opinion_update",
        "R.consultation_id",
        ("text", "state", "state_reason", "pinned_at"),
        "NEW.text = '' AND NEW.state = 'erased' AND NEW.pinned_at IS NULL AND "
        + _RUNNING.format(which="o.id = OLD.id AND e.basis = NEW.state_reason"),
    ),
    "consultations_roomevent": (
        "sealed_consultations_roomevent_update",
        "R.consultation_id",
        ("body", "salt", "erasure_id"),
        "NEW.body IS NULL AND NEW.salt = '' AND substr(OLD.type, 1, 8) = 'opinion.' AND "
        + _RUNNING.format(
            which="e.id = NEW.erasure_id AND e.consultation_id = OLD.consultation_id"
            " AND o.number = {number}"
        ),
    ),
    "consultations_opinioncorrection": (
        "sealed_consultations_opinioncorrection_update",
        "(SELECT consultation_id FROM consultations_opinion WHERE id = R.opinion_id)",
        ("earlier",),
        "NEW.earlier = '' AND " + _RUNNING.format(which="o.id = OLD.opinion_id"),
    ),
    "consultations_minutes": (
        "sealed_consultations_minutes_update",
        "R.consultation_id",
        ("body",),
        _RUNNING.format(which="e.consultation_id = OLD.consultation_id"),
    ),
    "consultations_archive": (
        "sealed_archive_update",
        None,
        ("outcome",),
        _RUNNING.format(which="e.consultation_id = OLD.consultation_id"),
    ),
}
_KEPT = {
    "consultations_archiveedition": (None, "editions of archives are never changed"),
    "consultations_erasure": (
        "OLD.state IN ('done', 'declined')",
        "what was decided on an erasure is never changed",
    ),
}
_OWNED = {"consultations_livehead": "R.consultation_id"}
_sealed = import_module("consultations.migrations.0002_sealed")


def create_triggers(apps, schema_editor):
    """Guard the new tables, and let the old guards make way for an erasure that is running."""
    _sealed.guard(_OWNED, schema_editor)
    _sealed._create(_own_rules(), schema_editor)
    _replace(_relaxed_rules(schema_editor), schema_editor)


def drop_triggers(apps, schema_editor):
    """Take away the guards of the tables made here; those of 0002 have its names."""
    _sealed.unguard(_OWNED, schema_editor)
    _sealed._drop(_own_rules(), schema_editor)


def make_strict(apps, schema_editor):
    drop_triggers(apps, schema_editor)
    _replace([_rule(table, "") for table in _RELAXED], schema_editor)


def _own_rules():
    for table, (decided, message) in _KEPT.items():
        yield f"kept_{table}_update", table, "UPDATE", decided, message
        yield f"kept_{table}_delete", table, "DELETE", None, message


def _relaxed_rules(schema_editor):
    vendor = schema_editor.connection.vendor
    for table, (_name, _owner, free, when) in _RELAXED.items():
        rest = _rest_changed(table, free, schema_editor)
        number = _NUMBER[vendor]
        yield _rule(
            table, f" AND NOT COALESCE({when.replace('{number}', number)} AND NOT ({rest}), FALSE)"
        )


def _rule(table, but):
    name, owner, _free, _when = _RELAXED[table]
    if owner is None:
        return name, table, "UPDATE", f"1 = 1{but}", _sealed._ARCHIVED
    rows = " OR ".join(_sealed._is_sealed(owner, row) for row in ("OLD", "NEW"))
    return name, table, "UPDATE", f"({rows}){but}", _sealed._MESSAGE


def _rest_changed(table, free, schema_editor):
    """Whether any column but the free ones differs; later columns count where SQL can say so."""
    if schema_editor.connection.vendor == "postgresql":
        names = ", ".join(f"'{name}'" for name in free)
        return f"to_jsonb(NEW) - ARRAY[{names}] IS DISTINCT FROM to_jsonb(OLD) - ARRAY[{names}]"
    with schema_editor.connection.cursor() as cursor:
        described = schema_editor.connection.introspection.get_table_description(cursor, table)
    columns = [column.name for column in described if column.name not in free]
    return " OR ".join(f'NEW."{name}" IS NOT OLD."{name}"' for name in columns)


def _replace(rules, schema_editor):
    for rule in rules:
        name, table, *_rest = rule
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
            for statement in _sealed._sqlite(*rule):
                schema_editor.execute(statement)
        else:
            create, attach = _sealed._postgresql(*rule)
            schema_editor.execute(create.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            schema_editor.execute(attach)


def number_editions(apps, schema_editor):
    """Archives sealed before now have one edition, and no public file."""
    editions = apps.get_model("consultations", "ArchiveEdition").objects
    for archive in apps.get_model("consultations", "Archive").objects.all():
        editions.create(
            archive=archive,
            number=1,
            file=archive.file,
            digest=archive.digest,
            key_id=archive.key_id,
            sealed_at=archive.sealed_at,
            sealed_by_id=archive.sealed_by_id,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0011_moderation"),
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
                    ("returned", "您的意见未通过审核"),
                    ("hidden", "您的意见已被隐藏"),
                    ("restored", "您的意见已恢复显示"),
                    ("erased", "您的意见已依法删除"),
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
                    ("erased", "已依法删除"),
                ],
                default="visible",
                max_length=10,
                verbose_name="状态",
            ),
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("basis", models.CharField(max_length=120, verbose_name="法律依据")),
                ("reason", models.CharField(max_length=200, verbose_name="理由")),
                ("asked_at", models.DateTimeField(verbose_name="提出时间")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "待复核"),
                            ("running", "正在删除"),
                            ("done", "已删除"),
                            ("declined", "未同意"),
                        ],
                        default="asked",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="决定时间"),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erasures",
                        to="consultations.consultation",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "opinion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erasures",
                        to="consultations.opinion",
                    ),
                ),
            ],
            options={
                "verbose_name": "依法删除",
                "ordering": ("-asked_at", "-id"),
            },
        ),
        migrations.AddField(
            model_name="roomevent",
            name="erasure",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="consultations.erasure",
            ),
        ),
        migrations.CreateModel(
            name="LiveHead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("turn", models.PositiveIntegerField()),
                ("count", models.PositiveBigIntegerField(verbose_name="事件数")),
                ("chain_head", models.CharField(max_length=64)),
                ("merkle_root", models.CharField(max_length=64)),
                ("peaks", models.TextField()),
                ("key_id", models.CharField(max_length=64)),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("content", models.TextField()),
                ("signature", models.CharField(max_length=128)),
                (
                    "consultation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="live_heads",
                        to="consultations.consultation",
                    ),
                ),
            ],
            options={
                "verbose_name": "签名日志头",
                "ordering": ("turn",),
            },
        ),
        migrations.CreateModel(
            name="ArchiveEdition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="版次")),
                ("file", models.CharField(max_length=200, verbose_name="文件")),
                ("digest", models.CharField(max_length=64, unique=True, verbose_name="摘要")),
                (
                    "public_file",
                    models.CharField(blank=True, max_length=200, verbose_name="公开版文件"),
                ),
                (
                    "public_digest",
                    models.CharField(blank=True, max_length=64, verbose_name="公开版摘要"),
                ),
                ("key_id", models.CharField(max_length=64)),
                ("sealed_at", models.DateTimeField(verbose_name="封存时间")),
                (
                    "archive",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="editions",
                        to="consultations.archive",
                    ),
                ),
                (
                    "sealed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "归档版次",
                "ordering": ("archive", "number"),
                "constraints": [
                    models.UniqueConstraint(fields=("archive", "number"), name="edition_once")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "declined"), _negated=True),
                fields=("opinion",),
                name="erased_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("state", "asked")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("state", "declined"),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("state__in", ("running", "done")),
                        models.Q(("decided_by", models.F("asked_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="erased_by_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="livehead",
            constraint=models.UniqueConstraint(
                fields=("consultation", "turn"), name="live_head_turn_once"
            ),
        ),
        migrations.RunPython(create_triggers, make_strict),
        migrations.RunPython(number_editions, migrations.RunPython.noop),
    ]
