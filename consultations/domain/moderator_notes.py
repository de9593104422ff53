"""Notes that those who moderate a room write to one another. Nobody else ever reads them."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from consultations.archiving.canonical import timestamp
from consultations.domain.events import Advanced, advance, record
from consultations.domain.opinions import opinion_by_number
from consultations.domain.stages import Act, require_stage
from consultations.models import MODERATORS, Consultation, ModeratorNote, RoomEvent
from hall.errors import Code, Refusal
from hall.plaintext import plain_line
from members.access import require
from members.models import Person
from members.roles import Permission

MAX_LENGTH = 300
LATEST = 200


@transaction.atomic
def write_note(consultation: Consultation, *, text: str, about: int | None, by: Person) -> int:
    """Write a note, about opinion `about` or none; returns its number.

    Logged for moderators as `note.written`. The same words as one's latest note are that note.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`, `empty`, `too_long`; `not_found` without
            such an opinion.
    """
    text = plain_line(text, max_length=MAX_LENGTH, field="text")
    turn = _begin(consultation, by)
    if about is not None:
        opinion_by_number(consultation, about)
    latest = consultation.notes.order_by("-number").first()
    same = (by.pk, None, text, about or 0)
    if latest and (latest.author_id, latest.removed_at, latest.text, latest.about) == same:
        transaction.set_rollback(True)
        return latest.number
    last = consultation.notes.aggregate(last=Max("number"))["last"] or 0
    note = ModeratorNote.objects.create(
        consultation=consultation,
        number=last + 1,
        text=text,
        about=about or 0,
        author=by,
        written_at=turn.at,
    )
    body = {"number": note.number, "text": text, "about": about, "author": by.alias}
    record(consultation.pk, "note.written", body, by=by, audience=MODERATORS, turn=turn)
    return note.number


@transaction.atomic
def remove_note(
    consultation: Consultation, *, number: int, removed: bool, by: Person
) -> RoomEvent | None:
    """Take one's own note away, or bring it back; None if it is so already.

    Logged for moderators as `note.removed`.

    Raises:
        Refusal: `forbidden` for someone else's, `not_found`, `wrong_stage`, `sealed`.
    """
    turn = _begin(consultation, by)
    note = consultation.notes.filter(number=number).first()
    if note is None:
        raise Refusal(Code.NOT_FOUND)
    if note.author_id != by.pk:
        raise Refusal(Code.FORBIDDEN, _("只能删去自己写的便签。"))
    if (note.removed_at is not None) == removed:
        transaction.set_rollback(True)
        return None
    note.removed_at = turn.at if removed else None
    note.save(update_fields=["removed_at"])
    body = {"number": number, "removed": removed}
    return record(consultation.pk, "note.removed", body, by=by, audience=MODERATORS, turn=turn)


def notes(consultation: Consultation, *, by: Person) -> list[dict[str, Any]]:
    """The latest 200 notes, the newest first. One query beside the permission's.

    `{number, text, about, author, at, mine, removed}`; one's own stay in sight when they are
    removed, so that it can be undone.

    Raises:
        Refusal: `forbidden`, `not_found`.
    """
    require(by, Permission.OPINION_MODERATE, consultation)
    rows = consultation.notes.select_related("author").order_by("-number")[:LATEST]
    return [
        {
            "number": note.number,
            "text": note.text,
            "about": note.about or None,
            "author": note.author.alias,
            "at": timestamp(note.written_at),
            "mine": note.author_id == by.pk,
            "removed": note.removed_at is not None,
        }
        for note in rows
        if note.removed_at is None or note.author_id == by.pk
    ]


def _begin(consultation: Consultation, by: Person) -> Advanced:
    require(by, Permission.OPINION_MODERATE, consultation)
    turn = advance(consultation.pk)
    consultation.refresh_from_db(fields=["stage"])
    require_stage(consultation, Act.MODERATE)
    return turn
