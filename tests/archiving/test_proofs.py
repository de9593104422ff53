"""A receipt's proof, and the chain of keys: small files that verify.py checks alone."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from consultations.archiving import verify
from consultations.archiving.bag import SealedArchive, SignedHead
from consultations.archiving.canonical import canonical, genesis
from consultations.archiving.chain import ChainedEvent, ChainWalk
from consultations.archiving.merkle import inclusion_proof, leaf_hash
from consultations.archiving.signing import SigningKey, chain_keys, sign_live_head
from consultations.archiving.verify import Receipt, read_receipt, verify_archive, verify_proof

Seal = Callable[..., SealedArchive]
Chained = Callable[..., list[ChainedEvent]]
LINE = ("seq", "type", "at", "by", "audience", "body_digest")


def line_of(event: ChainedEvent) -> dict[str, Any]:
    return {name: getattr(event, name) for name in LINE}


def proof_of(events: list[ChainedEvent], seq: int, head: SignedHead) -> dict[str, Any]:
    hashes = [leaf_hash(canonical(line_of(event))) for event in events]
    return {
        "kind": "inclusion",
        "line": line_of(events[seq - 1]),
        "previous": events[seq - 2].digest if seq > 1 else genesis("7", "demo"),
        "digest": events[seq - 1].digest,
        "path": [node.hex() for node in inclusion_proof(hashes, seq - 1)],
        "head": {"content": head.content.decode(), "signature": head.signature.hex()},
    }


def live_head(events: list[ChainedEvent], key: SigningKey) -> SignedHead:
    walk = ChainWalk("7", "demo")
    for event in events:
        walk.add(event)
    head = sign_live_head(
        key,
        room="7",
        hall="demo",
        count=walk.count,
        chain_head=walk.head,
        merkle_root=walk.root(),
        at="2024-05-20T08:30:00.000000Z",
    )
    return SignedHead(head.content, head.signature)


Write = Callable[[dict[str, Any]], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(proof: dict[str, Any]) -> Path:
        path = tmp_path / "proof.json"
        path.write_text(json.dumps(proof))
        return path

    return to_file


@pytest.mark.parametrize("count", [1, 2, 7, 12])
def test_every_event_is_proved_in_a_live_head(
    make_chained: Chained, key: SigningKey, write: Write, count: int
) -> None:
    events = make_chained(count)
    head = live_head(events, key)
    for seq in range(1, count + 1):
        path = write(proof_of(events, seq, head))
        receipt = Receipt(seq, events[seq - 1].digest, "7")
        report = verify_proof(path, trusted=[key.key_id], receipts=[receipt])
        assert report.ok, report.as_text()
        assert f"房间 7 第 {seq} 条" in report.as_text()


def test_event_is_proved_in_the_archive_itself(
    make_chained: Chained, key: SigningKey, seal: Seal, write: Write
) -> None:
    events = make_chained(12)
    report = verify_proof(write(proof_of(events, 5, seal(events=events).head)))
    assert report.ok, report.as_text()
    assert "在归档之内" in report.as_text()
    assert [warning.code for warning in report.warnings] == ["key-unconfirmed"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"digest": "0" * 64}, "line-digest"),
        ({"previous": "0" * 64}, "line-digest"),
        ({"path": []}, "inclusion"),
        ({"path": ["0" * 64] * 4}, "inclusion"),
        ({"path": ["0" * 63]}, "proof-form"),
        ({"kind": "consistency"}, "proof-form"),
        ({"more": 1}, "proof-form"),
        ({"line": None}, "proof-form"),
        ({"head": {"content": "{}", "signature": "0" * 128}}, "proof-form"),
        ({"head": {"content": "1", "signature": "0" * 128}}, "proof-form"),
    ],
    ids=str,
)
def test_proof_that_was_changed(
    make_chained: Chained, key: SigningKey, write: Write, change: dict[str, Any], code: str
) -> None:
    events = make_chained(12)
    proof = proof_of(events, 5, live_head(events, key)) | change
    report = verify_proof(write(proof), trusted=[key.key_id])
    assert code in [problem.code for problem in report.problems]


def test_every_field_of_the_line_is_bound(
    make_chained: Chained, key: SigningKey, write: Write
) -> None:
    events = make_chained(12)
    changes = {"seq": 6, "type": "opinion.hidden", "at": "x", "by": 9, "audience": "moderators"}
    for field, value in changes.items():
        proof = proof_of(events, 5, live_head(events, key))
        proof["line"] |= {field: value}
        found = {p.code for p in verify_proof(write(proof)).problems}
        assert {"line-digest", "inclusion"} <= found, field


def test_proof_signed_by_another_hand(
    make_chained: Chained, key: SigningKey, other_key: SigningKey, write: Write
) -> None:
    events = make_chained(12)
    proof = proof_of(events, 5, live_head(events, other_key))
    report = verify_proof(write(proof), trusted=[key.key_id])
    assert [problem.code for problem in report.problems] == ["key-untrusted"]
    proof = proof_of(events, 5, live_head(events, key))
    proof["head"]["signature"] = "0" * 128
    report = verify_proof(write(proof), trusted=[key.key_id])
    assert [problem.code for problem in report.problems] == ["signature"]


def test_proof_of_another_receipt(make_chained: Chained, key: SigningKey, write: Write) -> None:
    events = make_chained(12)
    path = write(proof_of(events, 5, live_head(events, key)))
    for receipt in (Receipt(4, events[3].digest), Receipt(5, events[4].digest, "room-9")):
        report = verify_proof(path, receipts=[receipt])
        assert [problem.code for problem in report.problems] == ["receipt"]


def test_receipt_is_read_with_and_without_its_consultation() -> None:
    digest = "ab" * 32
    assert read_receipt(f"5:{digest}") == Receipt(5, digest)
    assert read_receipt(f"7:5:{digest.upper()}") == Receipt(5, digest, "room-7")
    for wrong in ("", "5", f"x:{digest}", f"5:{digest}0", f"1:2:3:{digest}", f"５:{digest}"):
        with pytest.raises(ValueError, match="回执应写作"):
            read_receipt(wrong)


def test_proof_on_the_command_line(make_chained: Chained, key: SigningKey, write: Write) -> None:
    events = make_chained(12)
    path = write(proof_of(events, 5, live_head(events, key)))
    command = [sys.executable, "-I", "-S", verify.__file__, "--proof", str(path)]

    def run(*more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*command, *more], capture_output=True, text=True, check=False)

    good = f"5:{events[4].digest}"
    assert run("--key", key.public_key, "--receipt", good).returncode == 0
    done = run("--receipt", f"6:{events[5].digest}", "--json")
    assert done.returncode == 1
    assert [p["code"] for p in json.loads(done.stdout)[0]["problems"]] == ["receipt"]


def keys_in_a_row(*keys: SigningKey) -> str:
    entries: list[dict[str, Any]] = []
    for number, key in enumerate(keys):
        former = keys[number - 1] if number else None
        at = f"2024-05-2{number}T08:00:00.000000Z"
        entries.append(chain_keys(entries, former=former, key=key, at=at))
    return json.dumps({"keys": entries})


def test_keys_lead_to_one_another_both_ways(key: SigningKey, other_key: SigningKey) -> None:
    third, stranger = SigningKey.generate(), SigningKey.generate()
    chain = verify.read_key_chain(keys_in_a_row(key, other_key, third))
    every = sorted({key.key_id, other_key.key_id, third.key_id})
    for trusted in (key, other_key, third):
        assert verify.trusted_by_chain([trusted.key_id], chain) == every
        known = verify.trusted_by_chain([trusted.public_key.upper()], chain)
        assert set(every) < set(known)
    assert verify.trusted_by_chain([stranger.key_id], chain) == [stranger.key_id]


def test_key_that_nobody_vouched_for_breaks_the_chain(
    key: SigningKey, other_key: SigningKey
) -> None:
    good = json.loads(keys_in_a_row(key, other_key))["keys"]
    intruder = SigningKey.generate()
    forged = chain_keys(good[:1], former=intruder, key=intruder, at="2024-05-21T08:00:00.000000Z")
    said = json.loads(forged["statement"]) | {"former": key.key_id}
    statement = canonical(said)
    forged |= {
        "statement": statement.decode(),
        "signature": intruder.sign(statement).hex(),
        "own": intruder.sign(statement).hex(),
    }
    borrowed = good[1] | {"own": good[1]["signature"]}
    for broken in ([good[0], forged], [good[1]], [good[0], good[0]], [good[0], borrowed], [1]):
        with pytest.raises(ValueError, match="公钥链第"):
            verify.read_key_chain(json.dumps({"keys": broken}))


def test_archive_of_a_later_key_is_trusted_through_the_chain(
    key: SigningKey, other_key: SigningKey, seal: Seal, tmp_path: Path
) -> None:
    path = seal(signer=other_key).path
    assert not verify_archive(path, trusted=[key.key_id]).ok
    file = tmp_path / "keys.json"
    file.write_text(keys_in_a_row(key, other_key))
    command = [sys.executable, "-I", "-S", verify.__file__, str(path), "--keys", str(file)]

    def run(*more: str) -> int:
        return subprocess.run([*command, *more], capture_output=True, check=False).returncode

    assert run("--key", key.key_id) == 0
    assert run("--key", SigningKey.generate().key_id) == 1
    assert run() == 2
    file.write_text(file.read_text().replace("2024-05-21", "2024-05-22"))
    assert run("--key", key.key_id) == 2
