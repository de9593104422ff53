"""The search index: a table of entries, and the full-text index that its database has.

Both read the words that the hall has cut itself. SQLite keeps FTS5's index by triggers, which a
later change of the table in SQLite drops with it: such a migration has to make them anew.
"""

import django.db.models.deletion
from django.db import migrations, models

_TABLE = "consultations_searchentry"
_INDEX = "consultations_searchindex"
_COLUMNS = "title_words, text_words"
_TAKE_IN = (
    f"INSERT INTO {_INDEX} (rowid, {_COLUMNS}) VALUES (NEW.id, NEW.title_words, NEW.text_words);"
)
_TAKE_OUT = (
    f"INSERT INTO {_INDEX} ({_INDEX}, rowid, {_COLUMNS})"
    " VALUES ('delete', OLD.id, OLD.title_words, OLD.text_words);"
)
_SQLITE = (
    f"CREATE VIRTUAL TABLE {_INDEX} USING fts5"
    f" ({_COLUMNS}, content='{_TABLE}', content_rowid='id', tokenize='ascii')",
    f"CREATE TRIGGER {_INDEX}_insert AFTER INSERT ON {_TABLE} BEGIN {_TAKE_IN} END",
    f"CREATE TRIGGER {_INDEX}_delete AFTER DELETE ON {_TABLE} BEGIN {_TAKE_OUT} END",
    f"CREATE TRIGGER {_INDEX}_update AFTER UPDATE ON {_TABLE} BEGIN {_TAKE_OUT} {_TAKE_IN} END",
)
_POSTGRESQL = (
    f"ALTER TABLE {_TABLE} ADD COLUMN words tsvector GENERATED ALWAYS AS"
    " (setweight(to_tsvector('pg_catalog.simple', title_words), 'A')"
    " || setweight(to_tsvector('pg_catalog.simple', text_words), 'B')) STORED",
    f"CREATE INDEX {_INDEX} ON {_TABLE} USING gin (words)",
)


def create_index(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[vendor]:
        schema_editor.execute(statement)


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for deed in ("insert", "delete", "update"):
            schema_editor.execute(f"DROP TRIGGER {_INDEX}_{deed}")
        schema_editor.execute(f"DROP TABLE {_INDEX}")
    else:
        schema_editor.execute(f"ALTER TABLE {_TABLE} DROP COLUMN words")


class Migration(migrations.Migration):
    dependencies = [("consultations", "0002_sealed")]
    operations = [
        migrations.CreateModel(
            name="SearchEntry",
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
                            ("consultation", "协商会"),
                            ("topic", "议题"),
                            ("opinion", "意见"),
                            ("clause", "共识"),
                            ("dissent", "分歧"),
                            ("item", "工作条目"),
                        ],
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                ("object_id", models.PositiveBigIntegerField()),
                ("number", models.PositiveIntegerField(default=0, verbose_name="编号")),
                ("title", models.CharField(max_length=300, verbose_name="标题")),
                ("text", models.TextField(blank=True, verbose_name="内容")),
                ("title_words", models.TextField(blank=True)),
                ("text_words", models.TextField(blank=True)),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "consultation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="search_entries",
                        to="consultations.consultation",
                    ),
                ),
            ],
            options={
                "verbose_name": "检索条目",
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "object_id"), name="found_once")
                ],
            },
        ),
        migrations.RunPython(create_index, drop_index),
    ]
