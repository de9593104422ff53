"""Triggers: a duty record is earned from a sealed archive, and is as lasting as that."""

from django.db import migrations

_TABLE = "members_dutyevent"
_MESSAGE = "duty records are never changed"
_DEEDS = {"UPDATE": "NEW", "DELETE": "OLD"}


def create_triggers(apps, schema_editor):
    for deed, row in _DEEDS.items():
        name = f"kept_{_TABLE}_{deed.lower()}"
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {deed} ON {_TABLE} FOR EACH ROW"
                f" BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
            )
            continue
        schema_editor.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'restrict_violation';"
            f" RETURN {row}; END $$"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {name} BEFORE {deed} ON {_TABLE}"
            f" FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def drop_triggers(apps, schema_editor):
    for deed in _DEEDS:
        name = f"kept_{_TABLE}_{deed.lower()}"
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER {name}")
        else:
            schema_editor.execute(f"DROP TRIGGER {name} ON {_TABLE}")
            schema_editor.execute(f"DROP FUNCTION {name}()")


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial")]
    operations = [migrations.RunPython(create_triggers, drop_triggers)]
