"""The public edition: the same archive without what is not everyone's."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from consultations.archiving import verify
from consultations.archiving.bag import BagRefused, SealedArchive, read_heads
from consultations.archiving.chain import ChainedEvent
from consultations.archiving.signing import SigningKey
from consultations.archiving.verify import Receipt, verify_archive, verify_archives

Seal = Callable[..., SealedArchive]
Chained = Callable[..., list[ChainedEvent]]
ReadBag = Callable[[Path], Any]


def withhold(event: ChainedEvent) -> ChainedEvent:
    return replace(event, salt=None, body=None, withheld=True)


@pytest.fixture
def pair(seal: Seal, make_chained: Chained) -> Callable[..., tuple[SealedArchive, SealedArchive]]:
    """pair("A"): a complete archive, and the public one that withholds events 3 and 8."""

    def write(name: str = "A", **fields: Any) -> tuple[SealedArchive, SealedArchive]:
        events = make_chained(12, room=fields.get("room", "7"))
        complete = seal(name, events=events, **fields)
        for index in (2, 7):
            events[index] = withhold(events[index])
        fields = {**fields, "complete": complete.head.digest}
        return complete, seal(f"{name}-public", events=events, **fields)

    return write


Pair = Callable[..., tuple[SealedArchive, SealedArchive]]


def codes(report: verify.Report) -> list[str]:
    return [problem.code for problem in report.problems]


def test_public_edition_verifies_and_has_no_withheld_body(
    pair: Pair, key: SigningKey, read_bag: ReadBag
) -> None:
    complete, public = pair()
    report = verify_archive(public.path, trusted=[key.key_id])
    assert report.ok, report.as_text()
    assert (report.withheld, report.events) == (2, 12)
    assert "公开版：2 条未公开的正文只留摘要" in report.as_text()
    for name in ("chain_head", "merkle_root", "count", "room", "previous_archive"):
        assert public.head.fields[name] == complete.head.fields[name]
    assert public.head.fields["complete"] == complete.head.digest
    text = read_bag(public.path).files[verify.RECORDS].decode()
    assert "建议3:" not in text
    assert "建议4:" in text
    third = read_bag(complete.path).records()[2]
    assert third["salt"] not in text
    assert third["body_digest"] in text


def test_receipt_of_a_withheld_event_holds_in_the_public_edition(
    pair: Pair, read_bag: ReadBag
) -> None:
    complete, public = pair()
    digest = read_bag(complete.path).records()[2]["digest"]
    assert verify_archive(public.path, receipts=[Receipt(3, digest)]).ok
    assert codes(verify_archive(public.path, receipts=[Receipt(4, digest)])) == ["receipt"]


def test_complete_archive_may_withhold_nothing(
    seal: Seal, make_chained: Chained, pair: Pair, key: SigningKey, read_bag: ReadBag
) -> None:
    events = make_chained(12)
    events[2] = withhold(events[2])
    with pytest.raises(BagRefused, match="event 3 is withheld"):
        seal(events=events)
    _complete, public = pair()
    bag = read_bag(public.path)
    head = bag.head()
    del head["complete"]
    bag.files["head.json"] = verify.canonical(head).encode()
    bag.files["head.sig"] = key.sign(bag.files["head.json"])
    bag.remake_manifests()
    report = verify_archive(bag.pack(public.path), trusted=[key.key_id])
    assert [(p.code, p.line) for p in report.problems] == [
        ("withheld-body", 3),
        ("withheld-body", 8),
    ]


@pytest.mark.parametrize(
    "change", [{"withheld": False}, {"withheld": 1}, {"salt": "0" * 32}, {"body": {}}], ids=str
)
def test_withheld_record_of_another_form(pair: Pair, read_bag: ReadBag, change: Any) -> None:
    _complete, public = pair()
    bag = read_bag(public.path)
    records = bag.records()
    records[2] |= change
    bag.set_records(records)
    bag.remake_manifests()
    report = verify_archive(bag.pack(public.path))
    assert ("line-form", 3) in [(p.code, p.line) for p in report.problems]


def test_another_event_cannot_pass_for_a_withheld_one(pair: Pair, read_bag: ReadBag) -> None:
    _complete, public = pair()
    bag = read_bag(public.path)
    records = bag.records()
    records[2]["by"] = 99
    bag.set_records(records)
    bag.remake_manifests()
    report = verify_archive(bag.pack(public.path))
    assert ("line-digest", 3) in [(p.code, p.line) for p in report.problems]


def test_archives_form_one_chain_in_either_form(pair: Pair, key: SigningKey) -> None:
    first, first_public = pair("A")
    second, second_public = pair("B", room="8", previous=first.head.digest)
    for before in (first, first_public):
        for after in (second, second_public):
            reports = verify_archives([before.path, after.path], trusted=[key.key_id])
            assert all(report.ok for report in reports), reports[-1].as_text()
    third, third_public = pair("C", room="9", previous=second.head.digest)
    reports = verify_archives([first_public.path, third_public.path])
    assert [codes(report) for report in reports] == [[], ["archive-link"]]
    assert all(r.ok for r in verify_archives([second_public.path, third.path]))


def test_both_forms_side_by_side_have_one_place_in_the_chain(pair: Pair) -> None:
    """So a whole folder of archives can be named, public and complete ones."""
    first, first_public = pair("A")
    second, second_public = pair("B", room="8", previous=first.head.digest)
    third, third_public = pair("C", room="9", previous=second.head.digest)
    row = [first_public, first, second, second_public, third_public, third]
    reports = verify_archives([each.path for each in row])
    assert all(report.ok for report in reports), reports[-1].as_text()
    gap = verify_archives([each.path for each in (first, first_public, third, third_public)])
    assert [codes(report) for report in gap] == [[], [], ["archive-link"], ["archive-link"]]
    turned = verify_archives([second.path, first.path, first_public.path])
    assert [codes(report) for report in turned] == [[], ["archive-link"], ["archive-link"]]


def test_link_holds_across_a_new_edition_of_the_public_file(
    pair: Pair, seal: Seal, make_chained: Chained, erase_event: Callable[..., ChainedEvent]
) -> None:
    """The next archive states the first complete head; the public second edition answers to it."""
    first, first_public = pair("A")
    after, _public = pair("B", room="8", previous=first.head.digest)
    events = make_chained(12)
    events[4] = erase_event(events[4])
    renewed = seal("A2", events=events, earlier=read_heads(first.path))
    public = [withhold(e) if e.seq in {3, 8} else e for e in events]
    renewed_public = seal(
        "A2-public",
        events=public,
        earlier=read_heads(first_public.path),
        complete=renewed.head.digest,
    )
    reports = verify_archives([renewed_public.path, after.path])
    assert all(report.ok for report in reports), reports[-1].as_text()
    assert reports[0].erased == [(5, "个人信息保护法第四十七条")]


def test_public_edition_cannot_follow_a_complete_one(pair: Pair, seal: Seal) -> None:
    complete, _public = pair()
    mixed = seal("M", earlier=read_heads(complete.path), complete=complete.head.digest)
    assert codes(verify_archive(mixed.path)) == ["edition"]
