"""All documents of a consultation, or of a year's, in one zip that is written as it is read."""

import hashlib
import zipfile
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from consultations.domain.archives import archive_file
from consultations.exports import FACES, ExportFile, export_paper
from consultations.exports.names import file_name
from consultations.models import Consultation
from hall.errors import Refusal

MANIFEST = "manifest-sha256.txt"
NOTES = "说明.txt"


def bundle(consultations: Iterable[Consultation], *, folders: bool = False) -> Iterator[bytes]:
    """The zip, piece by piece: every document in every format, and the archive where it is sealed.

    With `folders` each consultation has its own. `manifest-sha256.txt` names every file's digest,
    as `sha256sum -c` reads it; what could not be made is named in `说明.txt` with the reason. No
    more than one file is held in memory. Who may have it is asked by the caller.
    """
    sink = _Sink()
    digests: list[str] = []
    missing: list[str] = []
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as package:
        for consultation in consultations:
            folder = f"{_folder(consultation)}/" if folders else ""
            for name, data in _files(consultation, folder, missing):
                package.writestr(name, data)
                digests.append(f"{hashlib.sha256(data).hexdigest()}  {name}\n")
                yield sink.taken()
        if missing:
            note = "\n".join(missing).encode()
            package.writestr(NOTES, note)
            digests.append(f"{hashlib.sha256(note).hexdigest()}  {NOTES}\n")
        package.writestr(MANIFEST, "".join(digests))
    yield sink.taken()


def _files(
    consultation: Consultation, folder: str, missing: list[str]
) -> Iterator[tuple[str, bytes]]:
    for kind, face in FACES.items():
        for fmt in face.formats:
            try:
                made: ExportFile = export_paper(consultation, kind, fmt)
            except Refusal as refusal:
                missing.append(f"{folder}{kind.label}.{fmt}：{refusal.message}")
            else:
                # The name may be the same for two kinds of document: the kind leads.
                yield f"{folder}{kind.label}/{made.name}", made.data
    archive = getattr(consultation, "archive", None)
    if archive is not None:
        try:
            data = archive_file(archive).read_bytes()
        except Refusal as refusal:
            missing.append(f"{folder}归档包：{refusal.message}")
        else:
            yield f"{folder}{_('归档包')}/{archive.file}", data


def _folder(consultation: Consultation) -> str:
    values = {"title": consultation.title, "pk": str(consultation.pk)}
    return file_name("{pk} {title}", values, "x").removesuffix(".x")


class _Sink:
    """What a zip is written into without going back; gives out what has come."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        """Nothing to close."""

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
