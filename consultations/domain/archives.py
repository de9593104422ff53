"""Sealing a consultation: its log and its outcome go into a signed archive, for good."""

import logging
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils.html import escape
from django.utils.translation import gettext as _

from consultations.archiving.bag import ArchiveContents, SealedArchive, write_bag
from consultations.archiving.canonical import canonical, timestamp
from consultations.archiving.chain import ChainBroken, ChainedEvent
from consultations.domain.consultations import lock_stage, write_move
from consultations.domain.events import Advanced, room_name
from consultations.domain.outcome_view import Outcome, outcome
from consultations.domain.signing_key import signing_key, sync_folder
from consultations.domain.stages import require_move
from consultations.models import (
    Archive,
    Consultation,
    Opinion,
    OpinionState,
    RoomEvent,
    Stage,
)
from hall.errors import Code, Refusal
from members.duty import Deed, append_deeds
from members.models import Person
from members.models.duty import DutyKind
from members.roles import Role, SeatRole

logger = logging.getLogger(__name__)

BATCH = 1000

Documents = Callable[[Outcome], Mapping[str, bytes]]


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
        sealed = _write(consultation, found, previous, turn, documents)
        try:
            archive = _record(consultation, found, previous, turn, sealed, by)
        except BaseException:
            sealed.path.unlink(missing_ok=True)
            raise
    # A commit that fails leaves the file behind: without its row it is no archive, and if the
    # commit did succeed after all, the row has its file.
    return archive


def archive_file(archive: Archive) -> Path:
    """Where the archive's zip lies.

    Raises:
        Refusal: `not_found` if the file is gone from the data folder.
    """
    path = Path(settings.HALL_ARCHIVES) / archive.file
    if not path.is_file():
        raise Refusal(Code.NOT_FOUND, _("归档文件不在存放的位置，请联系管理员。"))
    return path


def chained_events(consultation_id: int) -> Iterator[ChainedEvent]:
    """The room's log in order, as `consultations.archiving` reads it; one query per thousand.

    No cursor stays open between the queries: a reader may stop anywhere.
    """
    log = RoomEvent.objects.filter(consultation_id=consultation_id).order_by("seq")
    last = 0
    while batch := list(log.filter(seq__gt=last)[:BATCH]):
        last = batch[-1].seq
        for event in batch:
            yield ChainedEvent(
                seq=event.seq,
                type=event.type,
                at=timestamp(event.at),
                by=event.by_id,
                audience=event.audience,
                salt=event.salt,
                body=event.body,
                body_digest=event.body_digest,
                digest=event.digest,
            )


def _wait_for_other_seals() -> None:
    """Archives form one chain: two seals at once are made one after the other."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE consultations_archive IN SHARE ROW EXCLUSIVE MODE")


def _write(
    consultation: Consultation,
    found: Outcome,
    previous: Archive | None,
    turn: Advanced,
    documents: Documents | None,
) -> SealedArchive:
    head = RoomEvent.objects.values_list("digest", flat=True).get(
        consultation=consultation, seq=turn.seq
    )
    number = previous.number + 1 if previous else 1
    # The chain's head is in the name: a file left by a seal that failed is never in the way.
    target = Path(settings.HALL_ARCHIVES) / f"archive-{number:04d}-{head[:12]}.zip"
    files = {**_own_files(found), **(documents(found) if documents else {})}
    contents = ArchiveContents(
        room=room_name(consultation.pk),
        title=consultation.title,
        sealed_at=timestamp(turn.at),
        events=chained_events(consultation.pk),
        organization=settings.HALL_COMMITTEE,
        previous=previous.digest if previous else None,
        files=files,
    )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        sealed = write_bag(target, contents, signing_key())
        sync_folder(target.parent)
    except ChainBroken as error:
        logger.exception("the log of room %s does not verify", consultation.pk)
        sentence = _("第 %(seq)s 号记录核验不通过，不能归档，请联系管理员。")
        raise Refusal(Code.WRONG_STATE, sentence % {"seq": error.seq}) from error
    except OSError as error:
        logger.exception("the archive of room %s cannot be written", consultation.pk)
        raise Refusal(Code.BUSY, _("归档文件写不进数据目录，没有归档，请联系管理员。")) from error
    return sealed


def _own_files(found: Outcome) -> dict[str, bytes]:
    minutes = found.minutes.body if found.minutes else ""
    page = (
        '<!doctype html>\n<html lang="zh-Hans">\n<meta charset="utf-8">\n'
        f"<title>{escape(found.title)}</title>\n{minutes}\n</html>\n"
    )
    return {"outcome.json": canonical(found.as_dict()) + b"\n", "minutes.html": page.encode()}


def _record(
    consultation: Consultation,
    found: Outcome,
    previous: Archive | None,
    turn: Advanced,
    sealed: SealedArchive,
    by: Person,
) -> Archive:
    head = sealed.head.fields
    archive = Archive.objects.create(
        consultation=consultation,
        number=previous.number + 1 if previous else 1,
        previous=previous,
        file=sealed.path.name,
        digest=sealed.head.digest,
        chain_head=head["chain_head"],
        merkle_root=head["merkle_root"],
        event_count=head["count"],
        key_id=head["key_id"],
        sealed_at=turn.at,
        sealed_by=by,
        outcome=found.as_dict(),
    )
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
