"""Changing the signing key: archives of before and after, the chain of keys, and interruptions."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from consultations.archiving import verify
from consultations.archiving.verify import verify_archives
from consultations.domain import signing_key as keys
from consultations.domain.archives import seal
from consultations.domain.editions import archive_file
from consultations.domain.signing_key import (
    CHAIN,
    NEXT,
    PRIVATE,
    key_chain,
    key_chain_file,
    public_key_file,
    rotate_key,
    signing_key,
)
from consultations.models import Consultation, Stage
from tests.factories import bring_to_review, make_consultation


@pytest.fixture
def folder(settings: Any) -> Path:
    return Path(settings.HALL_KEYS)


def chain() -> list[dict[str, Any]]:
    file = key_chain_file()
    assert file is not None
    return verify.read_key_chain(file.read_text())


def another() -> Consultation:
    return bring_to_review(make_consultation(Stage.LIVE))


@pytest.mark.django_db
def test_archives_of_both_keys_verify_and_stay_one_row(
    reviewed: Consultation, capsys: pytest.CaptureFixture[str]
) -> None:
    first = seal(reviewed, by=reviewed.prepared_by)
    old = signing_key()
    call_command("rotate_key")
    said = capsys.readouterr().out
    new = signing_key()
    assert old.key_id in said
    assert new.key_id in said
    assert new.key_id != old.key_id
    room = another()
    second = seal(room, by=room.prepared_by)
    assert (first.key_id, second.key_id) == (old.key_id, new.key_id)
    files = [archive_file(each) for each in (first, second)]
    for trusted in (old, new):
        known = verify.trusted_by_chain([trusted.public_key], chain())
        assert all(report.ok for report in verify_archives(files, trusted=known))
    assert [r.ok for r in verify_archives(files, trusted=[new.key_id])] == [False, True]
    with pytest.raises(SystemExit) as ended:
        call_command("verify_archive", *map(str, files))
    assert ended.value.code == 0, capsys.readouterr().out


def test_chain_names_every_key_in_its_order(folder: Path) -> None:
    every = [signing_key().key_id]
    for _ in range(3):
        former, new = rotate_key()
        assert former == every[-1]
        every.append(new.key_id)
    assert [said["key_id"] for said in chain()] == every
    assert [said["former"] for said in chain()] == [None, *every[:-1]]
    assert [line.key_id for line in key_chain()] == every[::-1]
    public = public_key_file()
    assert public is not None
    assert verify.read_keys(str(public)) == [signing_key().public_key]
    private = [
        path for path in folder.iterdir() if path.suffix == ".pem" and ".pub" not in path.name
    ]
    assert len(private) == 4
    assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o600}
    assert not (folder / NEXT).exists()


@pytest.mark.parametrize("stop", ["chain", "retired", "public", "last"])
def test_rotation_that_was_interrupted_goes_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, stop: str
) -> None:
    """Killed after each of its writes; a seal in between signs with the key that holds then."""
    old = signing_key()
    place, replace, calls = keys._place, keys._replace, {"place": 0, "replace": 0}

    def dying(kind: str, number: int, real: Any) -> Any:
        def write(*args: Any, **kwargs: Any) -> None:
            calls[kind] += 1
            if calls[kind] == number:
                raise KeyboardInterrupt
            real(*args, **kwargs)

        return write

    with monkeypatch.context() as patch:
        match stop:
            case "chain":
                patch.setattr(keys, "_replace", dying("replace", 1, replace))
            case "retired":
                patch.setattr(keys, "_place", dying("place", 2, place))
            case "public":
                patch.setattr(keys, "_replace", dying("replace", 2, replace))
            case "last":
                patch.setattr(Path, "replace", dying("replace", 3, Path.replace))
        with pytest.raises(KeyboardInterrupt):
            rotate_key()
    assert signing_key().key_id == old.key_id
    waiting = keys.SigningKey.from_pem((folder / NEXT).read_bytes())
    former, new = rotate_key()
    assert (former, new.key_id) == (old.key_id, waiting.key_id)
    assert [said["key_id"] for said in chain()] == [old.key_id, new.key_id]
    assert signing_key().key_id == new.key_id


def test_key_that_was_lost_begins_another_chain(folder: Path) -> None:
    old = signing_key()
    rotate_key()
    before = (folder / CHAIN).read_text()
    (folder / PRIVATE).unlink()
    new = signing_key()
    assert [said["key_id"] for said in chain()] == [new.key_id]
    (kept,) = folder.glob("archive-keys.before-*.json")
    assert kept.read_text() == before
    assert next(said["key_id"] for said in verify.read_key_chain(before)) == old.key_id
    public = public_key_file()
    assert public is not None
    assert public.read_bytes() == new.public_pem()


def test_hall_that_had_a_key_before_there_were_chains_gets_one(folder: Path) -> None:
    key = signing_key()
    (folder / CHAIN).unlink()
    assert key_chain() == []
    assert signing_key().key_id == key.key_id
    assert [json.loads(e["statement"])["key_id"] for e in entries(folder)] == [key.key_id]


def entries(folder: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads((folder / CHAIN).read_text())["keys"]
    return found
