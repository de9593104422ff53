"""What a running erasure may change of objections to the minutes, and of the events that told them.

Only columns in which the tombstone then stands, and only events of an objection that bears one.
"""

from importlib import import_module

from django.db import migrations

_sealed = import_module("consultations.migrations.0002_sealed")
_vault = import_module("consultations.migrations.0012_vault")

_TOMBSTONE = "'〔' || o.number || ' 号意见已依法删除〕'"
_BEARS = f"replace({{words}}, {_TOMBSTONE}, '') <> {{words}}"
_FREE = ("passage", "text", "answer")
_OBJECTION = "consultations_minutesobjection"
_EVENT = "consultations_roomevent"
_OF_OBJECTION = (
    "OLD.type IN ('minutes.objected', 'minutes.answered') AND EXISTS (SELECT 1"
    f" FROM {_OBJECTION} m WHERE m.consultation_id = OLD.consultation_id AND m.number = {{number}}"
    f" AND {_BEARS.format(words='(m.passage || m.text || m.answer)')})"
)


def create_triggers(apps, schema_editor):
    """Let the guards of 0008 and 0012 make way, under the names that they have."""
    _vault._replace([_objections(schema_editor), _events(schema_editor)], schema_editor)


def drop_triggers(apps, schema_editor):
    """They go with those of 0008 and 0002."""


def tighten(apps, schema_editor):
    table = _OBJECTION
    strict = next(rule for rule in _sealed._guards({table: "R.consultation_id"}) if "UPDATE" in rule)
    former = [rule for rule in _vault._relaxed_rules(schema_editor) if rule[1] == _EVENT]
    _vault._replace([strict, *former], schema_editor)


def _objections(schema_editor):
    bears = " AND ".join(
        f"(NEW.{name} = OLD.{name} OR {_BEARS.format(words=f'NEW.{name}')})" for name in _FREE
    )
    which = f"e.consultation_id = OLD.consultation_id AND {bears}"
    name = f"sealed_{_OBJECTION}_update"
    return _rule(name, _OBJECTION, _FREE, _vault._RUNNING.format(which=which), schema_editor)


def _events(schema_editor):
    name, _owner, free, _when = _vault._RELAXED[_EVENT]
    own = "substr(OLD.type, 1, 8) = 'opinion.' AND o.number = {number}"
    which = (
        "e.id = NEW.erasure_id AND e.consultation_id = OLD.consultation_id"
        f" AND ({own} OR {_OF_OBJECTION})"
    ).replace("{number}", _vault._NUMBER[schema_editor.connection.vendor])
    when = "NEW.body IS NULL AND NEW.salt = '' AND " + _vault._RUNNING.format(which=which)
    return _rule(name, _EVENT, free, when, schema_editor)


def _rule(name, table, free, when, schema_editor):
    rows = " OR ".join(_sealed._is_sealed("R.consultation_id", row) for row in ("OLD", "NEW"))
    rest = _vault._rest_changed(table, free, schema_editor)
    but = f"NOT COALESCE({when} AND NOT ({rest}), FALSE)"
    return name, table, "UPDATE", f"({rows}) AND {but}", _sealed._MESSAGE


class Migration(migrations.Migration):
    dependencies = [("consultations", "0013_minutes_and_notices")]
    operations = [migrations.RunPython(create_triggers, tighten)]
