"""Triggers: a sealed consultation refuses every change in the database itself, archives always.

A row belongs to a consultation directly or through its opinion, clause or note. What the hall's
code does or fails to do makes no difference to them.
"""

from django.db import migrations

# table → how a row (OLD or NEW, written as R) leads to its consultation's id
_OWNED = {
    "consultations_consultation_work_items": "R.consultation_id",
    "consultations_seat": "R.consultation_id",
    "consultations_agendaitem": "R.consultation_id",
    "consultations_stagechange": "R.consultation_id",
    "consultations_roomhead": "R.consultation_id",
    "consultations_roomevent": "R.consultation_id",
    "consultations_opinion": "R.consultation_id",
    "consultations_stance": (
        "(SELECT consultation_id FROM consultations_opinion WHERE id = R.opinion_id)"
    ),
    "consultations_consensusclause": "R.consultation_id",
    "consultations_consensusclause_evidence": (
        "(SELECT consultation_id FROM consultations_consensusclause"
        " WHERE id = R.consensusclause_id)"
    ),
    "consultations_dissentnote": "R.consultation_id",
    "consultations_dissentnote_evidence": (
        "(SELECT consultation_id FROM consultations_dissentnote WHERE id = R.dissentnote_id)"
    ),
    "consultations_minutes": "R.consultation_id",
}
_DEEDS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}
_MESSAGE = "the consultation is sealed"
_ARCHIVED = "archives are never changed"


def _is_sealed(owner, row):
    owner = owner.replace("R.", f"{row}.")
    return (
        "EXISTS (SELECT 1 FROM consultations_consultation"
        f" WHERE id = {owner} AND stage = 'sealed')"
    )


def _guards(owned):
    """(trigger, table, deed, condition, message) for the tables in `owned`."""
    for table, owner in owned.items():
        for deed, rows in _DEEDS.items():
            condition = " OR ".join(_is_sealed(owner, row) for row in rows)
            yield f"sealed_{table}_{deed.lower()}", table, deed, condition, _MESSAGE


def _rules():
    """The same of every trigger made here."""
    yield from _guards(_OWNED)
    for deed in ("UPDATE", "DELETE"):
        name = f"sealed_consultation_{deed.lower()}"
        yield name, "consultations_consultation", deed, "OLD.stage = 'sealed'", _MESSAGE
        name = f"sealed_archive_{deed.lower()}"
        yield name, "consultations_archive", deed, None, _ARCHIVED


def _sqlite(name, table, deed, condition, message):
    when = f" WHEN {condition}" if condition else ""
    yield (
        f"CREATE TRIGGER {name} BEFORE {deed} ON {table} FOR EACH ROW{when}"
        f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


def _postgresql(name, table, deed, condition, message):
    row = "OLD" if deed == "DELETE" else "NEW"
    yield (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {condition or 'true'} THEN RAISE EXCEPTION '{message}'"
        " USING ERRCODE = 'restrict_violation'; END IF;"
        f" RETURN {row}; END $$"
    )
    yield f"CREATE TRIGGER {name} BEFORE {deed} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"


def guard(owned, schema_editor):
    """Guard more tables in the same way, from a later migration."""
    _create(_guards(owned), schema_editor)


def unguard(owned, schema_editor):
    _drop(_guards(owned), schema_editor)


def create_triggers(apps, schema_editor):
    _create(_rules(), schema_editor)


def drop_triggers(apps, schema_editor):
    _drop(_rules(), schema_editor)


def _create(rules, schema_editor):
    write = {"sqlite": _sqlite, "postgresql": _postgresql}[schema_editor.connection.vendor]
    for rule in rules:
        for statement in write(*rule):
            schema_editor.execute(statement)


def _drop(rules, schema_editor):
    for name, table, *_rest in rules:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER {name}")
        else:
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}")
            schema_editor.execute(f"DROP FUNCTION {name}()")


class Migration(migrations.Migration):
    dependencies = [("consultations", "0001_initial")]
    operations = [migrations.RunPython(create_triggers, drop_triggers)]
