import json
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from consultations.archiving.chain import check_chain
from consultations.archiving.verify import verify_archives
from consultations.domain import archives as archives_module
from consultations.domain.archives import archive_file, seal
from consultations.domain.events import room_name
from consultations.domain.log import chained_events
from consultations.domain.outcome_view import outcome
from consultations.domain.signing_key import CHAIN, PRIVATE, public_key_file, signing_key
from consultations.models import Archive, Consultation, RoomEvent, Stage, StageChange
from hall.errors import Code, Refusal
from members.models import DutyEvent
from members.roles import HALL_TABLE, Permission, Role, SeatRole
from tests.factories import (
    STARTS_AT,
    bring_to_review,
    make_consultation,
    make_opinion,
    make_person,
    make_seat,
    seated,
)

pytestmark = pytest.mark.django_db


def code_of(act: Any, *args: Any, **kwargs: Any) -> Code:
    with pytest.raises(Refusal) as refused:
        act(*args, **kwargs)
    return refused.value.code


def another() -> Consultation:
    return bring_to_review(make_consultation(Stage.LIVE))


def test_seal_writes_log_row_and_file_together(reviewed: Consultation) -> None:
    staff = reviewed.prepared_by
    archive = seal(reviewed, by=staff)
    row = Consultation.objects.get(pk=reviewed.pk)
    last = RoomEvent.objects.filter(consultation=row).latest("seq")
    assert row.stage == Stage.SEALED
    assert (last.type, last.body) == (
        "stage.moved",
        {"from": "review", "to": "sealed", "reason": ""},
    )
    assert StageChange.objects.filter(to_stage=Stage.SEALED, by=staff, at=last.at).count() == 1
    assert Archive.objects.get() == archive
    assert (archive.number, archive.previous, archive.sealed_by, archive.sealed_at) == (
        1,
        None,
        staff,
        last.at,
    )
    walk = check_chain(chained_events(row.pk), room=room_name(row.pk))
    assert (archive.event_count, archive.chain_head, archive.merkle_root) == (
        last.seq,
        last.digest,
        walk.root(),
    )
    assert archive.chain_head == walk.head
    assert archive.key_id == signing_key().key_id
    assert archive_file(archive).name == f"archive-0001-{last.digest[:12]}.zip"


def test_seal_archive_verifies_and_holds_the_outcome(reviewed: Consultation) -> None:
    archive = seal(reviewed, by=reviewed.prepared_by, documents=lambda _: {"a.txt": b"A"})
    key = signing_key()
    (report,) = verify_archives([archive_file(archive)], trusted=[key.public_key])
    assert (report.ok, report.warnings, report.key_trusted) == (True, [], True)
    assert report.head_digest == archive.digest
    with zipfile.ZipFile(archive_file(archive)) as bag:
        base = archive_file(archive).stem
        inside = json.loads(bag.read(f"{base}/data/outcome.json"))
        assert bag.read(f"{base}/data/a.txt") == b"A"
        assert "会议纪要正文" in bag.read(f"{base}/data/minutes.html").decode()
    assert inside == archive.outcome
    assert inside["archive"] is None
    now = outcome(Consultation.objects.get(pk=reviewed.pk)).as_dict()
    assert inside == {**now, "archive": None}
    (clause,) = inside["clauses"]
    assert [(one["number"], one["agree"]) for one in clause["evidence"]] == [(1, 1)]


def test_archives_form_a_chain(reviewed: Consultation) -> None:
    first = seal(reviewed, by=reviewed.prepared_by)
    second_room = another()
    second = seal(second_room, by=second_room.prepared_by)
    assert (second.number, second.previous) == (2, first)
    files = [archive_file(first), archive_file(second)]
    assert [report.ok for report in verify_archives(files)] == [True, True]
    swapped = verify_archives(list(reversed(files)))
    assert [problem.code for report in swapped for problem in report.problems] == ["archive-link"]


def test_seal_appends_duty_for_members_alone() -> None:
    room = make_consultation(Stage.LIVE, title="公交线路协商会")
    chair = seated(room, SeatRole.MODERATOR, Role.MEMBER, first_seen_at=STARTS_AT)
    speaker = seated(room, hall_role=Role.MEMBER)
    absent = seated(room, hall_role=Role.MEMBER)
    seated(room, first_seen_at=STARTS_AT)
    make_opinion(room, speaker)
    bring_to_review(room)
    archive = seal(room, by=room.prepared_by)
    rows = DutyEvent.objects.values_list("person", "kind", "title", "happened_at", "source")
    source = f"archive:{archive.digest}"
    assert set(rows) == {
        (person.pk, kind, "公交线路协商会", STARTS_AT, source)
        for person, kind in [
            (chair, "attended"),
            (chair, "moderated"),
            (speaker, "attended"),
            (speaker, "spoke"),
        ]
    }
    assert absent.pk not in {row[0] for row in rows}


def test_seal_twice_is_refused(reviewed: Consultation) -> None:
    stale = Consultation.objects.get(pk=reviewed.pk)
    seal(reviewed, by=reviewed.prepared_by)
    assert code_of(seal, stale, by=stale.prepared_by) == Code.SEALED
    assert Archive.objects.count() == 1


@pytest.mark.parametrize("stage", [s for s in Stage if s not in {Stage.REVIEW, Stage.SEALED}])
def test_seal_needs_review(stage: Stage) -> None:
    consultation = make_consultation(stage)
    assert code_of(seal, consultation, by=consultation.prepared_by) == Code.WRONG_STAGE


def test_seal_is_for_the_roles_of_the_table(reviewed: Consultation) -> None:
    for role in Role:
        if Permission.CONSULTATION_SEAL not in HALL_TABLE[role]:
            assert code_of(seal, reviewed, by=make_person(role)) == Code.FORBIDDEN
    for seat in SeatRole:
        assert code_of(seal, reviewed, by=make_seat(reviewed, role=seat).person) == Code.FORBIDDEN
    assert seal(reviewed, by=make_person(Role.ADMIN)).number == 1


def untouched(consultation: Consultation, events: int) -> bool:
    row = Consultation.objects.get(pk=consultation.pk)
    return (
        row.stage == Stage.REVIEW
        and RoomEvent.objects.filter(consultation=row).count() == row.head.seq == events
        and not Archive.objects.exists()
        and not DutyEvent.objects.exists()
    )


def files(settings: Any) -> list[Path]:
    return [path for path in Path(settings.HALL_ARCHIVES).glob("**/*") if path.is_file()]


def test_seal_without_a_place_to_write_seals_nothing(
    reviewed: Consultation, settings: Any, tmp_path: Path
) -> None:
    events = RoomEvent.objects.count()
    settings.HALL_ARCHIVES = tmp_path / "taken"
    settings.HALL_ARCHIVES.write_text("a file where the folder should be")
    assert code_of(seal, reviewed, by=reviewed.prepared_by) == Code.BUSY
    reviewed.refresh_from_db()
    assert untouched(reviewed, events)


def test_seal_that_fails_after_the_file_takes_it_back(
    reviewed: Consultation, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = RoomEvent.objects.count()

    def no_room(*_args: Any, **_kwargs: Any) -> None:
        assert len(files(settings)) == 2
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archives_module, "append_deeds", no_room)
    with pytest.raises(OSError, match="No space"):
        seal(reviewed, by=reviewed.prepared_by)
    reviewed.refresh_from_db()
    assert untouched(reviewed, events)
    assert files(settings) == []


def test_seal_refuses_a_log_that_was_tampered_with(reviewed: Consultation) -> None:
    RoomEvent.objects.filter(seq=2).update(body={"number": 1, "text": "改过的话"})
    with pytest.raises(Refusal) as refused:
        seal(reviewed, by=reviewed.prepared_by)
    assert refused.value.message == "第 2 号记录核验不通过，不能归档，请联系管理员。"
    assert not Archive.objects.exists()


def test_archive_file_says_when_it_is_gone(reviewed: Consultation) -> None:
    archive = seal(reviewed, by=reviewed.prepared_by)
    archive_file(archive).unlink()
    assert code_of(archive_file, archive) == Code.NOT_FOUND


def test_signing_key_is_private_and_made_once(settings: Any) -> None:
    assert public_key_file() is None
    key = signing_key()
    path = Path(settings.HALL_KEYS) / PRIVATE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert signing_key().key_id == key.key_id
    public = public_key_file()
    assert public is not None
    assert public.read_bytes() == key.public_pem()
    there = {entry.name for entry in path.parent.iterdir()}
    assert there == {path.name, public.name, CHAIN}


def test_seal_and_verify_archive_commands(
    reviewed: Consultation, capsys: pytest.CaptureFixture[str], settings: Any
) -> None:
    call_command("seal", reviewed.pk)
    archive = Archive.objects.get()
    path = archive_file(archive)
    said = f"已归档，归档号 1，摘要 {archive.digest}\n{path}\n"
    assert capsys.readouterr().out == said
    with zipfile.ZipFile(path) as bag:
        names = {name.partition("/")[2] for name in bag.namelist()}
    assert {"data/minutes.docx", "data/minutes.pdf"} < names
    with pytest.raises(SystemExit) as ended:
        call_command("verify_archive", str(path))
    assert (ended.value.code, capsys.readouterr().out[:5]) == (0, "通过 OK")
    content = path.read_bytes()
    path.write_bytes(content[:200] + bytes([content[200] ^ 1]) + content[201:])
    with pytest.raises(SystemExit) as ended:
        call_command("verify_archive", str(path))
    assert ended.value.code == 1
    assert "不通过 FAILED" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["999999"], "没有编号为 999999 的协商会。"),
        (["{id}", "--by", "999999"], "没有编号为 999999 的人员。"),
    ],
)
def test_seal_command_says_what_is_wrong(
    reviewed: Consultation,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    sentence: str,
) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("seal", *[word.format(id=reviewed.pk) for word in arguments])
    assert (ended.value.code, capsys.readouterr().err) == (1, sentence + "\n")


def test_posting_into_a_sealed_room_says_sealed(reviewed: Consultation) -> None:
    author = reviewed.seats.filter(role=SeatRole.PARTICIPANT)[0].person
    seal(reviewed, by=reviewed.prepared_by)
    assert code_of(make_opinion, reviewed, author) == Code.SEALED
