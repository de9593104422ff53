"""All documents of a consultation, or of a year's, in one zip."""

import hashlib
import zipfile
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO

from django.utils.translation import gettext as _

from consultations.domain.archives import archive_file
from consultations.exports import FACES, export_read, read_all
from consultations.exports.names import file_name
from consultations.models import Consultation
from hall.errors import Refusal

MANIFEST = "manifest-sha256.txt"
NOTES = "说明.txt"


def bundle(
    consultations: Sequence[Consultation], into: IO[bytes], *, folders: bool = False
) -> Generator[tuple[int, int]]:
    """Write the zip file by file, and say after each how many of how many are done.

    Every document in every format, and the archive where it is sealed; with `folders` each
    consultation has its own. A consultation is read once. `manifest-sha256.txt` names every file's
    digest, as `sha256sum -c` reads it; what could not be made is named in `说明.txt` with the
    reason. No more than one file is held in memory. The zip is whole when the last step has been
    taken. Who may have it is asked by the caller.
    """
    steps = sum(_steps(consultation) for consultation in consultations)
    done = 0
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as package:
        content = _Content(package)
        for consultation in consultations:
            content.folder = f"{_folder(consultation)}/" if folders else ""
            for _one in _fill(consultation, content):
                done += 1
                yield done, steps
        content.close()


@dataclass(slots=True)
class _Content:
    """What is in the zip so far, and what could not be made."""

    package: zipfile.ZipFile
    folder: str = ""
    digests: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def add(self, name: str, data: bytes) -> None:
        name = f"{self.folder}{name}"
        self.package.writestr(name, data)
        self.digests.append(f"{hashlib.sha256(data).hexdigest()}  {name}\n")

    def lack(self, name: str, refusal: Refusal) -> None:
        self.missing.append(f"{self.folder}{name}：{refusal.message}")

    def close(self) -> None:
        self.folder = ""
        if self.missing:
            self.add(NOTES, "\n".join(self.missing).encode())
        self.package.writestr(MANIFEST, "".join(self.digests))


def _steps(consultation: Consultation) -> int:
    return sum(len(face.formats) for face in FACES.values()) + _is_sealed(consultation)


def _is_sealed(consultation: Consultation) -> bool:
    return getattr(consultation, "archive", None) is not None


def _fill(consultation: Consultation, content: _Content) -> Iterator[None]:
    read = read_all(consultation)
    for kind, face in FACES.items():
        for fmt in face.formats:
            try:
                made = export_read(read, kind, fmt)
            except Refusal as refusal:
                content.lack(f"{kind.label}.{fmt}", refusal)
            else:
                # The name may be the same for two kinds of document: the kind leads.
                content.add(f"{kind.label}/{made.name}", made.data)
            yield
    if _is_sealed(consultation):
        try:
            path = archive_file(consultation.archive)
        except Refusal as refusal:
            content.lack(_("归档包"), refusal)
        else:
            content.add(f"{_('归档包')}/{path.name}", path.read_bytes())
        yield


def _folder(consultation: Consultation) -> str:
    values = {"title": consultation.title, "pk": str(consultation.pk)}
    return file_name("{pk} {title}", values, "x").removesuffix(".x")
