"""When an opinion that was held became everyone's to read."""

from importlib import import_module
from typing import Any

from django.db import migrations, models

_vault = import_module("consultations.migrations.0012_vault")
_TABLE = "consultations_opinion"


def fill(apps: Any, _editor: Any) -> None:
    """From the log; a sealed consultation's rows are closed for good, and stay without."""
    events = apps.get_model("consultations", "RoomEvent").objects.filter(type="opinion.approved")
    opinions = apps.get_model("consultations", "Opinion").objects
    for event in events.exclude(consultation__stage="sealed").order_by("pk").iterator():
        if event.body is not None:
            found = opinions.filter(
                consultation=event.consultation_id, number=event.body["number"]
            )
            found.update(approved_seq=event.seq)


def guard(_apps: Any, editor: Any) -> None:
    """Let an erasure leave the columns alone that there are now."""
    rules = [rule for rule in _vault._relaxed_rules(editor) if rule[1] == _TABLE]
    _vault._replace(rules, editor)


def unguard(_apps: Any, editor: Any) -> None:
    name, *_rest = _vault._RELAXED[_TABLE]
    on = f" ON {_TABLE}" if editor.connection.vendor == "postgresql" else ""
    editor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


class Migration(migrations.Migration):
    dependencies = (("consultations", "0018_call"),)

    operations = (
        # On the way back the guard stands again when the column is gone.
        migrations.RunPython(migrations.RunPython.noop, guard),
        # Null without a default: on SQLite anything else is a new table, without its triggers.
        migrations.AddField(
            "opinion",
            "approved_seq",
            models.PositiveBigIntegerField(blank=True, null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(guard, unguard),
    )
