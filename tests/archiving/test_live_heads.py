"""Heads that were signed while a room was live, held against the archive of its log."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from consultations.archiving import verify
from consultations.archiving.bag import SealedArchive
from consultations.archiving.chain import ChainedEvent, ChainWalk
from consultations.archiving.signing import SigningKey, sign_live_head
from consultations.archiving.verify import verify_archive

Seal = Callable[..., SealedArchive]
Chained = Callable[..., list[ChainedEvent]]
Heads = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def heads(key: SigningKey, make_chained: Chained) -> Heads:
    """heads(0, 4, 12): what was published when the log of twelve had so many events."""

    def sign(*counts: int, signer: SigningKey = key, **changes: Any) -> list[tuple[str, str]]:
        signed = []
        events = changes.pop("events", make_chained(12))
        for count in counts:
            walk = ChainWalk("7", "demo")
            for event in events[:count]:
                walk.add(event)
            fields = {
                "room": "7",
                "hall": "demo",
                "count": count,
                "chain_head": walk.head,
                "merkle_root": walk.root(),
                "at": "2024-05-20T08:30:00.000000Z",
            }
            head = sign_live_head(signer, **{**fields, **changes})
            signed.append((head.content.decode(), head.signature.hex()))
        return signed

    return sign


def codes(report: verify.Report) -> list[tuple[str, str, int]]:
    return [(found.code, found.file, found.line) for found in report.problems]


@pytest.mark.parametrize("counts", [(0,), (1, 2, 3), (4, 8, 12), (12, 12), tuple(range(13))])
def test_archive_passes_through_the_heads_of_its_log(
    seal: Seal, heads: Heads, key: SigningKey, counts: tuple[int, ...]
) -> None:
    path = seal().path
    report = verify_archive(path, trusted=[key.public_key], heads=heads(*counts))
    assert report.ok, report.as_text()
    assert f"与 {len(counts)} 个会中公布的签名日志头核对" in report.as_text()


def test_log_that_was_rewritten_and_signed_anew_is_found(
    seal: Seal, heads: Heads, key: SigningKey, make_chained: Chained
) -> None:
    """The hall itself, with its key, changes what was said: only the heads tell."""
    published = heads(2, 4, 6)
    other = make_chained(12, said="改过的话", after=5)
    path = seal(events=other).path
    assert verify_archive(path, trusted=[key.public_key]).ok
    report = verify_archive(path, trusted=[key.public_key], heads=published)
    assert codes(report) == [("live-head", verify.HEADS, 3)]
    assert "前 6 条与 2024-05-20T08:30:00.000000Z 公布的日志头不符" in report.as_text()


def test_log_that_was_cut_short_is_found(
    seal: Seal, heads: Heads, key: SigningKey, make_chained: Chained
) -> None:
    path = seal(events=make_chained(9)).path
    report = verify_archive(path, trusted=[key.public_key], heads=heads(9, 11))
    assert codes(report) == [("live-head", verify.HEADS, 2)]
    assert "已公布到第 11 条，现只有 9 条" in report.as_text()


def test_erased_bodies_do_not_disturb_the_heads(
    seal: Seal,
    heads: Heads,
    key: SigningKey,
    make_chained: Chained,
    erase_event: Callable[..., ChainedEvent],
) -> None:
    published = heads(4, 8, 12)
    events = make_chained(12)
    events[2] = erase_event(events[2])
    report = verify_archive(seal(events=events).path, trusted=[key.key_id], heads=published)
    assert report.ok, report.as_text()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"room": "8"}, "live-head"),
        ({"hall": "other"}, "live-head"),
        ({"chain_head": "0" * 64}, "live-head"),
        ({"merkle_root": "0" * 64}, "live-head"),
        ({"at": "yesterday"}, "head-form"),
        ({"count": -1}, "head-form"),
    ],
    ids=str,
)
def test_head_that_says_something_else(
    seal: Seal, heads: Heads, key: SigningKey, changes: dict[str, Any], code: str
) -> None:
    report = verify_archive(seal().path, trusted=[key.key_id], heads=heads(4, **changes))
    assert codes(report) == [(code, verify.HEADS, 1)]


def test_heads_of_another_hand(
    seal: Seal, heads: Heads, key: SigningKey, other_key: SigningKey
) -> None:
    path = seal().path
    report = verify_archive(path, trusted=[key.key_id], heads=heads(4, signer=other_key))
    assert codes(report) == [("key-untrusted", verify.HEADS, 1)]
    content, signature = heads(4)[0]
    for forged in ((content, "0" * 128), (content.replace('"count":4', '"count":5'), signature)):
        report = verify_archive(path, trusted=[key.key_id], heads=[forged])
        assert ("signature", verify.HEADS, 1) in codes(report)


def test_archive_head_is_no_live_head(seal: Seal, key: SigningKey) -> None:
    sealed = seal()
    pair = (sealed.head.content.decode(), sealed.head.signature.hex())
    report = verify_archive(sealed.path, trusted=[key.key_id], heads=[pair])
    assert codes(report) == [("head-form", verify.HEADS, 1)]


def test_heads_file_on_the_command_line(
    seal: Seal, heads: Heads, tmp_path: Path, make_chained: Chained
) -> None:
    file = tmp_path / "heads.json"
    signed = [{"content": text, "signature": hand} for text, hand in heads(3, 12)]
    file.write_text(json.dumps({"room": "7", "heads": signed}))

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-S", verify.__file__, *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert run(seal("A").path, "--heads", file).returncode == 0
    short = seal("B", events=make_chained(11)).path
    done = run(short, "--heads", file)
    assert (done.returncode, "[live-head] heads 第 2 行" in done.stdout) == (1, True)
    for wrong in ("[]", "{", '{"heads": [{"content": 1, "signature": "x"}]}'):
        file.write_text(wrong)
        assert run(short, "--heads", file).returncode == 2
    assert run(short, "--heads", tmp_path / "none.json").returncode == 2


@pytest.mark.parametrize("stop", [0, 1, 5, 8, 12])
def test_walk_goes_on_where_an_earlier_one_stopped(make_chained: Chained, stop: int) -> None:
    events, whole, first = make_chained(12), ChainWalk("7", "demo"), ChainWalk("7", "demo")
    for event in events:
        whole.add(event)
    for event in events[:stop]:
        first.add(event)
    later = ChainWalk.resume(count=first.count, head=first.head, peaks=first.peaks)
    for event in events[stop:]:
        later.add(event)
    assert (later.count, later.head, later.root()) == (12, whole.head, whole.root())


def test_walk_refuses_peaks_of_another_tree() -> None:
    with pytest.raises(ValueError, match="peaks"):
        ChainWalk.resume(count=3, head="0" * 64, peaks=[sha256(b"").hexdigest()])


def test_withheld_and_erased_at_once_is_out_of_form(make_chained: Chained, seal: Seal) -> None:
    events = make_chained(3)
    events[1] = replace(events[1], withheld=True)
    with pytest.raises(ValueError, match="withheld"):
        seal(events=events)
