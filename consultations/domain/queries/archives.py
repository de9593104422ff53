"""The public page of an archive."""

from dataclasses import dataclass
from datetime import datetime

from consultations.domain.editions import newest_edition
from consultations.domain.erasures import erased_in
from consultations.domain.outcome_parts import ArchiveLine, Outcome
from consultations.domain.outcome_view import archive_line, outcome
from consultations.models import Archive
from hall.errors import Code, Refusal


@dataclass(frozen=True, slots=True)
class ArchivePage:
    """An archive with its outcome, its newest edition, and its neighbours in the chain.

    `public_digest` is "" where it has no public file; `erased` are opinions whose text was
    erased by law: (number, basis, when).
    """

    archive: ArchiveLine
    outcome: Outcome
    previous_number: int | None
    previous_digest: str
    edition: int
    public_digest: str
    erased: tuple[tuple[int, str, datetime], ...]


def find_archive(number: int) -> Archive:
    """The archive itself; `Refusal` `not_found` without one."""
    rows = Archive.objects.select_related("consultation__topic", "sealed_by", "previous")
    found = rows.filter(number=number).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found


def archive_page(number: int) -> ArchivePage:
    """The public page of an archive.

    Raises:
        Refusal: `not_found`.
    """
    found = find_archive(number)
    edition = newest_edition(found)
    return ArchivePage(
        archive=archive_line(found),
        outcome=outcome(found.consultation),
        previous_number=found.previous.number if found.previous else None,
        previous_digest=found.previous.digest if found.previous else "",
        edition=edition.number,
        public_digest=edition.public_digest,
        erased=erased_in(found.consultation),
    )
