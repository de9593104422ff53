"""The published outcome of an archive, made once and kept: what is sealed does not change.

A file is kept under the digest of the archive's edition: an erasure makes another edition, so that
what was made before is out of reach at once, and taken from the disk with the earlier edition
(`editions.withdraw_earlier_files`). A new number, template or programme makes another file.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from django.conf import settings

from consultations.domain.editions import newest_edition, published_folder
from consultations.domain.paper_templates import template_of
from consultations.domain.papers import issued_number
from consultations.exports import ExportFile, check_format, export_paper
from consultations.models import Archive, ArchiveEdition, PaperKind

KIND = PaperKind.CONSENSUS


def published(archive: Archive, fmt: str) -> ExportFile | None:
    """The outcome as it was made before, or None. At most three queries.

    Raises:
        Refusal: `not_found` for an unknown format.
    """
    form = check_format(KIND, fmt)
    folder = _place(archive, newest_edition(archive), fmt)
    try:
        (kept,) = folder.iterdir()
        return ExportFile(kept.name, form.content_type, kept.read_bytes())
    except FileNotFoundError:
        return None


def publish(
    archive: Archive, fmt: str, *, progress: Callable[[int], None] = lambda _percent: None
) -> ExportFile:
    """Make the outcome of an archive and keep it; what has been kept already is given out.

    Raises:
        Refusal: see `export_paper`.
    """
    if (kept := published(archive, fmt)) is not None:
        return kept
    edition = newest_edition(archive)
    place = _place(archive, edition, fmt)
    made = export_paper(archive.consultation, KIND, fmt, progress=progress)
    place.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix="part-", dir=place.parent))
    try:
        (part / made.name).write_bytes(made.data)
        if not place.exists():
            part.rename(place)
            for outdated in set(place.parent.glob(f"{fmt}-*")) - {place}:
                shutil.rmtree(outdated, ignore_errors=True)
        # An erasure may have come in between: then it is not for anyone to have.
        if newest_edition(archive).pk != edition.pk:
            shutil.rmtree(place, ignore_errors=True)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return made


def _place(archive: Archive, edition: ArchiveEdition, fmt: str) -> Path:
    """The folder that holds this one file under its name."""
    number = issued_number(archive.consultation, KIND)
    template = template_of(KIND) if fmt == "docx" else None
    depends_on = (
        *(_programme(), number.text if number else ""),
        hashlib.sha256(template).hexdigest() if template else "",
        *(settings.HALL_COMMITTEE, settings.HALL_NAME, settings.HALL_SUMMARY_NAME),
        *(settings.HALL_ADDRESSEES[KIND], settings.HALL_COPIES[KIND]),
    )
    key = hashlib.sha256(json.dumps(depends_on).encode()).hexdigest()[:16]
    return published_folder(edition) / f"{fmt}-{key}"


@cache
def _programme() -> str:
    """What lays documents out, as it is in this process."""
    found = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.*")):
        if path.suffix in {".py", ".typ"}:
            found.update(path.read_bytes())
    return found.hexdigest()
