"""Sealing a consultation: its log and its outcome go into a signed archive, for good."""

from collections.abc import Callable, Iterator, Mapping

from django.db import connection, transaction
from django.utils.html import escape

from consultations.archiving.canonical import canonical
from consultations.domain.editions import Written, archive_file, keep_edition, write_edition
from consultations.domain.events import Advanced
from consultations.domain.moves import lock_stage, write_move
from consultations.domain.outcome_view import Outcome, outcome
from consultations.domain.stages import require_move
from consultations.models import (
    Archive,
    Consultation,
    Opinion,
    OpinionState,
    Stage,
)
from hall.words import own_language
from members.duty import Deed, append_deeds
from members.models import Person
from members.models.duty import DutyKind
from members.roles import Role, SeatRole

__all__ = ["Documents", "archive_file", "archive_files", "seal"]

Documents = Callable[[Outcome], Mapping[str, bytes]]


@own_language()
def seal(consultation: Consultation, *, by: Person, documents: Documents | None = None) -> Archive:
    """Move the consultation from review to sealed, and write its archive.

    Stage, log, archive file, archive row and the members' duty records succeed or fail together:
    if the file cannot be written, nothing is sealed. The move is the log's last event. The
    archive names the one sealed before it. Afterwards the database refuses every change to the
    consultation. `documents` may add files (name below `data/` → content) made from the final
    outcome; it runs inside the transaction.

    Raises:
        Refusal: see `stages.require_move`; `wrong_state` where the log does not verify; `busy`
            where the file cannot be written.
    """
    with transaction.atomic():
        turn = lock_stage(consultation)
        reason = require_move(consultation, to=Stage.SEALED, by=by, reason="")
        _wait_for_other_seals()
        write_move(consultation, to=Stage.SEALED, by=by, reason=reason, turn=turn)
        found = outcome(consultation)
        previous = Archive.objects.order_by("-number").first()
        written = write_edition(
            consultation,
            archive_files(found, documents),
            number=previous.number + 1 if previous else 1,
            previous=previous.digest if previous else None,
            at=turn.at,
        )
        try:
            archive = _record(consultation, found, previous, turn, written, by)
        except BaseException:
            written.unlink()
            raise
    # A commit that fails leaves the files behind: without its row it is no archive, and if the
    # commit did succeed after all, the row has its files.
    return archive


def _wait_for_other_seals() -> None:
    """Archives form one chain: two seals at once are made one after the other."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE consultations_archive IN SHARE ROW EXCLUSIVE MODE")


def archive_files(found: Outcome, documents: Documents | None) -> dict[str, bytes]:
    """What lies beside the log in an archive: outcome, minutes, and the documents made of them."""
    minutes = found.minutes.body if found.minutes else ""
    page = (
        '<!doctype html>\n<html lang="zh-Hans">\n<meta charset="utf-8">\n'
        f"<title>{escape(found.title)}</title>\n{minutes}\n</html>\n"
    )
    own = {"outcome.json": canonical(found.as_dict()) + b"\n", "minutes.html": page.encode()}
    return {**own, **(documents(found) if documents else {})}


def _record(
    consultation: Consultation,
    found: Outcome,
    previous: Archive | None,
    turn: Advanced,
    written: Written,
    by: Person,
) -> Archive:
    head = written.complete.head.fields
    archive = Archive.objects.create(
        consultation=consultation,
        number=previous.number + 1 if previous else 1,
        previous=previous,
        file=written.complete.path.name,
        digest=written.complete.head.digest,
        chain_head=head["chain_head"],
        merkle_root=head["merkle_root"],
        event_count=head["count"],
        key_id=head["key_id"],
        sealed_at=turn.at,
        sealed_by=by,
        outcome=found.as_dict(),
    )
    keep_edition(archive, written, at=turn.at, by=by)
    append_deeds(
        _deeds(consultation),
        title=consultation.title,
        happened_at=consultation.opened_at or consultation.starts_at,
        source=f"archive:{archive.digest}",
    )
    # Last of all: from here on the database itself refuses to change what belongs to it.
    consultation.save(update_fields=["stage"])
    return archive


def _deeds(consultation: Consultation) -> Iterator[Deed]:
    """What the members did: attended, spoke so that it can be read, moderated."""
    spoke = set(
        Opinion.objects.filter(consultation=consultation, state=OpinionState.VISIBLE)
        .order_by()
        .values_list("author_id", flat=True)
        .distinct()
    )
    for seat in consultation.seats.filter(identity=Role.MEMBER):
        if seat.first_seen_at is not None:
            yield Deed(seat.person_id, DutyKind.ATTENDED)
            if seat.role == SeatRole.MODERATOR:
                yield Deed(seat.person_id, DutyKind.MODERATED)
        if seat.person_id in spoke:
            yield Deed(seat.person_id, DutyKind.SPOKE)
