"""Whether an archive that somebody brings is one that this hall has sealed.

A file proves that nothing in it was changed. That it was not replaced as a whole, by another that
the hall's own key has signed, only the rows of the archives say, or its neighbours.
"""

from collections.abc import Sequence

from django.db.models import Q

from consultations.archiving.verify import Report
from consultations.domain.events import room_name
from consultations.domain.signing_key import key_chain
from consultations.models import Archive, ArchiveEdition


def hold_against_hall(reports: Sequence[Report]) -> None:
    """Add to each report what the database knows of the archive: nothing is written.

    A problem where the room, or the place in the row of archives, has another one; a warning where
    it has a later edition, or the hall knows nothing of it. What the keys of others have signed is
    not looked up.
    """
    keys = {line.key_id for line in key_chain()}
    keys.update(ArchiveEdition.objects.order_by().values_list("key_id", flat=True).distinct())
    for report in reports:
        if report.head:
            _hold_against(report, keys)


def _hold_against(report: Report, keys: set[str]) -> None:
    of_digest = Q(digest=report.head_digest) | Q(public_digest=report.head_digest)
    edition = ArchiveEdition.objects.filter(of_digest).select_related("archive").first()
    if edition is not None:
        _compare_edition(report, edition)
    elif report.head["key_id"] not in keys:
        report.notes.append("不是本厅的公钥签的，没有与本厅数据库核对")
    elif (instead := _in_its_place(report)) is not None:
        room = room_name(instead.consultation_id)
        digest = instead.editions.order_by("-number").values_list("digest", flat=True)[0]
        report.problem(
            "archive-replaced",
            f"本厅封存的归档 {instead.number}（房间 {room}）是 {digest}，"
            "这一份不在本厅数据库里：整份被替换",
            "head.json",
        )
    else:
        report.warn("archive-unknown", "本厅数据库里没有这份归档", "head.json")


def _compare_edition(report: Report, edition: ArchiveEdition) -> None:
    number, archive = edition.number, edition.archive
    report.notes.append(f"与本厅数据库一致：归档 {archive.number}，第 {number} 版")
    newest = archive.editions.order_by("-number").values_list("number", flat=True)[0]
    if newest > number:
        report.warn("archive-superseded", f"本厅已有第 {newest} 版，这是第 {number} 版")


def _in_its_place(report: Report) -> Archive | None:
    """The hall's archive of the same room, else the one that comes after the same archive."""
    room, previous = report.head["room"], report.head["previous_archive"]
    archives = list(
        Archive.objects.defer("outcome", "previous__outcome").select_related("previous")
    )
    of_room = [one for one in archives if room_name(one.consultation_id) == room]
    of_place = [one for one in archives if _digest(one.previous) == previous]
    return next(iter(of_room + of_place), None)


def _digest(archive: Archive | None) -> str | None:
    return archive.digest if archive else None
