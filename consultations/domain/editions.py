"""The files of an archive: a complete one for those who keep it, a public one for everyone.

Both are one archive: the same chain, tree and place in the row of archives. The public one has no
body that is not everyone's: of those it has the salted digests alone.
"""

import logging
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from consultations.archiving.bag import (
    ArchiveContents,
    SealedArchive,
    SignedHead,
    read_heads,
    write_bag,
)
from consultations.archiving.canonical import timestamp
from consultations.archiving.chain import ChainBroken, ChainedEvent
from consultations.domain.events import room_name
from consultations.domain.log import chained_events
from consultations.domain.signing_key import signing_key, sync_folder
from consultations.domain.speaking_list import SUBJECT
from consultations.models import (
    EVERYONE,
    Archive,
    ArchiveEdition,
    Consultation,
    Opinion,
    OpinionState,
    RoomEvent,
    SpeakingTurn,
)
from hall.errors import Code, Refusal
from members.models import Person

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Written:
    """The two files of one edition, complete and on disk, not yet in the database."""

    number: int
    complete: SealedArchive
    public: SealedArchive

    def unlink(self) -> None:
        _unlink((self.complete, self.public))


def newest_edition(archive: Archive) -> ArchiveEdition:
    """The edition that holds now. One query."""
    return archive.editions.order_by("-number")[0]


def archive_file(archive: Archive, *, public: bool = False) -> Path:
    """Where the zip of the newest edition lies: the complete one, or the public one.

    Raises:
        Refusal: `not_found` if the file is gone from the data folder, or never was.
    """
    edition = newest_edition(archive)
    name = edition.public_file if public else edition.file
    path = Path(settings.HALL_ARCHIVES) / name
    if not name or not path.is_file():
        raise Refusal(Code.NOT_FOUND, _("归档文件不在存放的位置，请联系管理员。"))
    return path


def write_edition(
    consultation: Consultation,
    files: Mapping[str, bytes],
    *,
    number: int,
    previous: str | None,
    at: datetime,
    former: ArchiveEdition | None = None,
) -> Written:
    """Write the files of archive `number`, its first edition or the one after `former`.

    `files` are names below `data/` and contents that everyone may have; `previous` is the digest
    of the archive sealed before. Runs in the transaction that keeps the edition.

    Raises:
        Refusal: `wrong_state` where the log does not verify; `busy` where a file cannot be
            written, or the former edition cannot be read. Nothing is left behind.
    """
    head = RoomEvent.objects.filter(consultation=consultation).order_by("-seq")[0]
    edition = former.number + 1 if former else 1
    # The chain's head is in the name: a file left by a seal that failed is never in the way.
    stem = f"archive-{number:04d}-{head.digest[:12]}" + (f"-{edition}" if former else "")
    folder = Path(settings.HALL_ARCHIVES)
    contents = ArchiveContents(
        room=room_name(consultation.pk),
        title=consultation.title,
        sealed_at=timestamp(at),
        events=chained_events(consultation.pk),
        organization=settings.HALL_COMMITTEE,
        previous=previous,
        files=files,
    )
    written: list[SealedArchive] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        earlier = _heads(folder, former.file if former else "")
        key = signing_key()
        contents = replace(contents, earlier=earlier)
        written.append(write_bag(folder / f"{stem}.zip", contents, key))
        public = replace(
            contents,
            events=_for_everyone(consultation.pk),
            earlier=_heads(folder, former.public_file if former else ""),
            complete=written[0].head.digest,
        )
        written.append(write_bag(folder / f"{stem}-public.zip", public, key))
        sync_folder(folder)
    except ChainBroken as error:
        _unlink(written)
        logger.exception("the log of room %s does not verify", consultation.pk)
        sentence = _("第 %(seq)s 号记录核验不通过，不能归档，请联系管理员。")
        raise Refusal(Code.WRONG_STATE, sentence % {"seq": error.seq}) from error
    except OSError as error:
        _unlink(written)
        logger.exception("the archive of room %s cannot be written", consultation.pk)
        raise Refusal(Code.BUSY, _("归档文件写不进数据目录，没有归档，请联系管理员。")) from error
    return Written(edition, *written)


def _unlink(written: Sequence[SealedArchive]) -> None:
    for sealed in written:
        sealed.path.unlink(missing_ok=True)


def keep_edition(archive: Archive, written: Written, *, at: datetime, by: Person) -> ArchiveEdition:
    """Keep what was written as the archive's next edition."""
    return ArchiveEdition.objects.create(
        archive=archive,
        number=written.number,
        file=written.complete.path.name,
        digest=written.complete.head.digest,
        public_file=written.public.path.name,
        public_digest=written.public.head.digest,
        key_id=written.complete.head.fields["key_id"],
        sealed_at=at,
        sealed_by=by,
    )


def published_folder(edition: ArchiveEdition) -> Path:
    """Where documents that were made of this edition for everyone are kept."""
    return Path(settings.HALL_DATA) / "published" / edition.digest[:32]


def withdraw_earlier_files(archive: Archive) -> None:
    """Take the files of all editions but the newest from the disk; their rows stay.

    Run after commit. What could not be taken away is tried again with the next erasure.
    """
    folder = Path(settings.HALL_ARCHIVES)
    newest, *earlier = archive.editions.order_by("-number")
    for edition in earlier:
        for name in {edition.file, edition.public_file} - {newest.file, newest.public_file, ""}:
            (folder / name).unlink(missing_ok=True)
        shutil.rmtree(published_folder(edition), ignore_errors=True)
    sync_folder(folder)


def _heads(folder: Path, name: str) -> Sequence[SignedHead]:
    return read_heads(folder / name) if name else ()


def _for_everyone(consultation_id: int) -> Iterator[ChainedEvent]:
    """The log as everyone may have it: what is for some, or is out of sight now, is withheld."""
    unseen = set(
        Opinion.objects.filter(consultation_id=consultation_id)
        .exclude(state=OpinionState.VISIBLE)
        .values_list("number", flat=True)
    )
    turns = SpeakingTurn.objects.filter(consultation_id=consultation_id, subject="")
    unspoken = set(turns.values_list("number", flat=True))
    for event in chained_events(consultation_id):
        body = event.body
        if body is None:
            yield event
            continue
        tells = event.type.startswith("opinion.") and "text" in body and body["number"] in unseen
        unsaid = event.type == SUBJECT and body["subject"] and body["number"] in unspoken
        if event.audience != EVERYONE or tells or unsaid:
            event = replace(event, salt=None, body=None, withheld=True)  # noqa: PLW2901
        yield event
