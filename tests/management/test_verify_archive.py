"""verify_archive beside the hall's database: a whole archive that was replaced does not pass."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from consultations.archiving.bag import ArchiveContents, write_bag
from consultations.archiving.canonical import timestamp
from consultations.archiving.signing import SigningKey
from consultations.domain.archives import seal
from consultations.domain.editions import archive_file
from consultations.domain.erasures import ask_erasure, confirm_erasure
from consultations.domain.events import room_name
from consultations.domain.log import chained_events
from consultations.domain.signing_key import public_key_file, rotate_key, signing_key
from consultations.models import Archive, Stage
from members.roles import Role
from tests.factories import bring_to_review, make_consultation, make_person

pytestmark = pytest.mark.django_db
HALL = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _archive_folders(settings: Any, tmp_path: Path) -> None:
    settings.HALL_ARCHIVES = tmp_path / "archives"
    settings.HALL_KEYS = tmp_path / "keys"


@pytest.fixture
def sealed() -> Archive:
    """The second archive of the hall."""
    for _ in range(2):
        room = bring_to_review(make_consultation(Stage.LIVE))
        archive = seal(room, by=room.prepared_by)
    return archive


def forged(archive: Archive, path: Path, key: SigningKey | None = None, **changes: Any) -> Path:
    """Another archive in the place of this one, sound in itself and signed, by default by us."""
    events = list(chained_events(archive.consultation_id))
    contents = ArchiveContents(
        room=room_name(archive.consultation_id),
        title="换过的成果",
        sealed_at=timestamp(archive.sealed_at),
        events=events,
        previous=archive.previous.digest if archive.previous else None,
        files={"outcome.json": b"{}\n"},
    )
    return write_bag(path, replace(contents, **changes), key or signing_key()).path


def verified(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        call_command("verify_archive", *map(str, arguments))
    assert isinstance(ended.value.code, int)
    return ended.value.code, capsys.readouterr().out


@pytest.mark.parametrize("public", [False, True])
def test_archive_of_the_hall_passes_under_its_number(
    sealed: Archive, capsys: pytest.CaptureFixture[str], public: bool
) -> None:
    code, said = verified(capsys, archive_file(sealed, public=public))
    assert code == 0, said
    assert "与本厅数据库一致：归档 2，第 1 版" in said


def test_archive_replaced_as_a_whole_is_found_without_its_neighbours(
    sealed: Archive, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, said = verified(capsys, forged(sealed, tmp_path / "forged.zip"))
    assert code == 1
    room = room_name(sealed.consultation_id)
    assert (
        f"[archive-replaced] head.json：本厅封存的归档 2（房间 {room}）是 {sealed.digest}" in said
    )


def test_former_key_of_the_hall_does_not_help(
    sealed: Archive, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    stolen = signing_key()
    rotate_key()
    code, said = verified(capsys, forged(sealed, tmp_path / "forged.zip", stolen))
    assert code == 1
    assert "本厅封存的归档 2" in said


def test_archive_of_no_room_in_the_place_of_another_is_found(
    sealed: Archive, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    other = make_consultation(Stage.LIVE)
    bring_to_review(other)
    path = forged(
        sealed,
        tmp_path / "forged.zip",
        room=room_name(other.pk),
        events=list(chained_events(other.pk)),
    )
    code, said = verified(capsys, path)
    assert code == 1
    assert f"本厅封存的归档 2（房间 {room_name(sealed.consultation_id)}）" in said


def test_archive_that_the_hall_knows_nothing_of_is_a_warning(
    sealed: Archive, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    other = bring_to_review(make_consultation(Stage.LIVE))
    path = forged(
        sealed,
        tmp_path / "next.zip",
        room=room_name(other.pk),
        events=list(chained_events(other.pk)),
        previous=sealed.digest,
    )
    code, said = verified(capsys, path)
    assert code == 0
    assert "注意 [archive-unknown] head.json：本厅数据库里没有这份归档" in said


def test_archive_of_another_hall_is_not_held_against_this_one(
    sealed: Archive, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    theirs = SigningKey.generate()
    path = forged(sealed, tmp_path / "theirs.zip", theirs)
    code, said = verified(capsys, path, "--key", theirs.public_key)
    assert code == 0, said
    assert "不是本厅的公钥签的" in said
    assert verified(capsys, path)[0] == 1


def test_former_edition_passes_and_says_that_there_is_a_later_one(
    sealed: Archive,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    kept = tmp_path / "kept.zip"
    kept.write_bytes(archive_file(sealed).read_bytes())
    words = {"number": 1, "basis": "某某裁定", "reason": "本人申请"}
    waiting = ask_erasure(sealed.consultation, by=make_person(Role.STAFF), **words)
    confirm_erasure(waiting, by=make_person(Role.STAFF))
    code, said = verified(capsys, kept)
    assert code == 0, said
    assert "本厅已有第 2 版，这是第 1 版" in said
    code, said = verified(capsys, archive_file(sealed))
    assert code == 0, said
    assert "归档 2，第 2 版" in said


def test_without_the_halls_database_the_file_alone_is_checked(
    sealed: Archive, tmp_path: Path
) -> None:
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [
            *(sys.executable, "manage.py", "verify_archive"),
            *(str(archive_file(sealed)), "--key", str(public_key_file())),
        ],
        cwd=HALL,
        env={**environment, "HALL_DATA": str(tmp_path / "elsewhere")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "这里没有本厅的数据库，没有与它核对" in done.stdout
