"""What a hand is about may be withheld; an erasure reaches it, in what is sealed as well."""

from importlib import import_module
from typing import Any

from django.db import migrations, models

_sealed = import_module("consultations.migrations.0002_sealed")
_vault = import_module("consultations.migrations.0012_vault")
_erasure = import_module("consultations.migrations.0014_erasure")
_TURN = "consultations_speakingturn"
_EVENT = "consultations_roomevent"
_UNSAID = "{row}.subject = '' AND COALESCE({row}.held_subject, '') = ''"
_OF_TURN = (
    f"OLD.type = 'hand.subject' AND EXISTS (SELECT 1 FROM {_TURN} t"
    " WHERE t.consultation_id = OLD.consultation_id AND t.number = {number}"
    f" AND {_UNSAID.format(row='t')})"
)


def relax(_apps: Any, editor: Any) -> None:
    """Let the guards of 0010 and 0014 make way, under the names that they have."""
    _vault._replace([_turns(editor), _events(editor)], editor)


def tighten(_apps: Any, editor: Any) -> None:
    """As they were. The guard of turns stands again when the columns are gone."""
    on = f" ON {_TURN}" if editor.connection.vendor == "postgresql" else ""
    editor.execute(f"DROP TRIGGER IF EXISTS sealed_{_TURN}_update{on}")
    _vault._replace([_erasure._events(editor)], editor)


def guard(_apps: Any, editor: Any) -> None:
    strict = next(rule for rule in _sealed._guards({_TURN: "R.consultation_id"}) if "UPDATE" in rule)
    _vault._replace([strict], editor)


def _turns(editor: Any) -> Any:
    which = f"e.consultation_id = OLD.consultation_id AND {_UNSAID.format(row='NEW')}"
    running = _vault._RUNNING.format(which=which)
    free = ("subject", "held_subject")
    return _erasure._rule(f"sealed_{_TURN}_update", _TURN, free, running, editor)


def _events(editor: Any) -> Any:
    name, _owner, free, _when = _vault._RELAXED[_EVENT]
    own = "substr(OLD.type, 1, 8) = 'opinion.' AND o.number = {number}"
    which = (
        "e.id = NEW.erasure_id AND e.consultation_id = OLD.consultation_id"
        f" AND ({own} OR {_erasure._OF_OBJECTION} OR {_OF_TURN})"
    ).replace("{number}", _vault._NUMBER[editor.connection.vendor])
    when = "NEW.body IS NULL AND NEW.salt = '' AND " + _vault._RUNNING.format(which=which)
    return _erasure._rule(name, _EVENT, free, when, editor)


class Migration(migrations.Migration):
    dependencies = (("consultations", "0023_topics"),)

    operations = (
        migrations.RunPython(migrations.RunPython.noop, guard),
        # Null without a default: on SQLite anything else is a new table, without its triggers.
        migrations.AddField(
            "speakingturn",
            "held_subject",
            models.CharField("未公开的想说的事", max_length=60, blank=True, null=True),
        ),
        migrations.AddField(
            "speakingturn",
            "subject_at",
            models.DateTimeField("写下时间", blank=True, null=True),
        ),
        migrations.RunPython(relax, tighten),
    )
