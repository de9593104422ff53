"""Commands about what is not there, or not for this person; and texts that are made to harm."""

import uuid
from typing import Any

import pytest

from tests.faults.halls import Ground
from tests.faults.hostile.calling import ask, enter, refused
from tests.faults.hostile.frames import BIDI, ZALGO


@pytest.fixture
def two_rooms(ground: Ground) -> tuple[Ground, dict[str, Any]]:
    """A room with one of everything; and what there is in another, which has two of everything."""
    ground.move_on(people=1)
    ask_now = ground.witness.ask_now
    ask_now("furnish", room=ground.room, by=ground.moderator.id, pieces=1)
    other = ask_now("lay_out", people=1)
    by = other["moderator"]["id"]
    return ground, {
        **ask_now("furnish", room=other["room"], by=by, pieces=2),
        "room": other["room"],
    }


def test_ids_of_another_room_are_not_found(two_rooms: tuple[Ground, dict[str, Any]]) -> None:
    """What exists elsewhere does not exist here, whatever it is: numbers count for each room."""
    ground, there = two_rooms
    opinion, hidden_away = there["opinions"], {"reason": "不妥"}
    attendee, when = there["attendee"], "2026-05-12T09:00:00+08:00"
    commands: list[tuple[str, dict[str, Any]]] = [
        ("opinion.post", {"kind": "reply", "text": "同意。", "reply_to": opinion}),
        ("stance.take", {"number": opinion, "value": 1}),
        ("opinion.hide", {"number": opinion, **hidden_away}),
        ("opinion.restore", {"number": opinion}),
        ("opinion.pin", {"number": opinion, "pinned": True}),
        ("opinion.mark_answered", {"number": opinion, "answered": True}),
        ("opinion.approve", {"numbers": [opinion]}),
        ("opinion.approve", {"numbers": [1, opinion]}),
        ("opinion.return", {"numbers": [opinion], **hidden_away}),
        ("opinion.reconsider", {"number": opinion}),
        ("opinion.take_back", {"numbers": [opinion]}),
        ("opinion.merge", {"numbers": [opinion], "into": 1}),
        ("opinion.merge", {"numbers": [2], "into": opinion}),
        ("opinion.unmerge", {"number": opinion}),
        ("agenda.move", {"to": 32767}),
        ("agenda.extend", {"position": 32767, "minutes": 5}),
        ("ballot.vote", {"number": 2, "choices": [1]}),
        ("ballot.close", {"number": 2}),
        ("desk.count_hands", {"number": 2, "people": 0, "counts": [0, 0, 0]}),
        ("desk.withdraw", {"attendee": attendee}),
        ("desk.way", {"attendee": attendee, "votes_by_hand": False}),
        ("desk.post", {"attendee": attendee, "kind": "opinion", "text": "请修路灯。"}),
        ("desk.check_in", {"person": there["person"]}),
        ("desk.correct", {"number": opinion, "text": "请修路灯。"}),
        ("hand.move", {"number": 2, "to": 1}),
        ("hand.skip", {"number": 2}),
        ("hand.hide_subject", {"number": 2}),
        ("hand.return", {"number": 2}),
        ("speech.call", {"number": 2}),
        ("speech.time", {"number": 2, "minutes": 3}),
        ("speech.end", {"number": 2}),
        ("answer.ask", {"number": opinion, "department": there["department"]}),
        ("answer.withdraw", {"number": 2}),
        ("answer.give", {"number": 2, "text": "已经安排。"}),
        ("note.write", {"text": "备忘", "about": opinion}),
        ("note.remove", {"number": 2, "removed": True}),
        ("outcome.write", {"what": "clause", "text": "先修。", "evidence": [opinion]}),
        (
            "outcome.write",
            {"what": "clause", "text": "先修。", "evidence": [1], "position": 2, "expected": when},
        ),
        ("outcome.remove", {"what": "clause", "position": 2, "expected": when}),
        ("outcome.remove", {"what": "dissent", "position": 2, "expected": when}),
        ("person.mute", {"person": there["person"], "minutes": 5, **hidden_away}),
        ("person.unmute", {"person": there["person"]}),
    ]
    before = ground.witness.ask_now("fingerprint")
    with enter(ground, ground.moderator) as raw:
        told = {
            f"{do} {fields}": ask(raw, do, **fields).get("error", {}).get("code")
            for do, fields in commands
        }
        # What is not going on here cannot be changed, whether it exists anywhere or not.
        going_on = ("person.unmute", "agenda.extend", "speech.time")
        assert {
            what: code
            for what, code in told.items()
            if code != ("wrong_state" if what.startswith(going_on) else "not_found")
        } == {}
        assert refused(raw, "opinion.post", room=there["room"], kind="opinion", text="x") == (
            "invalid"
        )
    assert ground.witness.ask_now("fingerprint") == before


@pytest.mark.parametrize("seq", [-1, 2**53, 2**64, 1.5, "1", None, True])
def test_forged_seq_is_invalid(ground: Ground, untouched: None, seq: object) -> None:
    with enter(ground, ground.people[0]) as raw:
        assert refused(raw, "room.since", seq=seq, epoch="") == "invalid"


def test_seq_and_epoch_of_no_log_give_a_snapshot(ground: Ground, untouched: None) -> None:
    with enter(ground, ground.people[0]) as raw:
        epoch = ask(raw, "room.since", seq=0, epoch="")["ok"]["snapshot"]["epoch"]
        for seq, forged in ((2**53 - 1, epoch), (10**6, epoch), (1, "0" * 16), (1, "'; --")):
            told = ask(raw, "room.since", seq=seq, epoch=forged)["ok"]
            assert told["snapshot"]["epoch"] == epoch
        assert refused(raw, "room.since", seq=1, epoch="x" * 17) == "invalid"


def test_resident_may_do_nothing_of_a_moderator(ground: Ground) -> None:
    with enter(ground, ground.people[0]) as raw:
        number = ask(raw, "opinion.post", kind="opinion", text="请修路灯。")["ok"]["number"]
        before = ground.witness.ask_now("fingerprint")
        assert refused(raw, "opinion.hide", number=number, reason="不妥") == "forbidden"
        assert refused(raw, "opinion.restore", number=number) == "forbidden"
        assert refused(raw, "opinion.pin", number=number, pinned=True) == "forbidden"
        assert refused(raw, "opinion.mark_answered", number=number, answered=True) == "forbidden"
        assert refused(raw, "agenda.move", to=None) == "forbidden"
        assert ground.witness.ask_now("fingerprint") == before


def test_bidi_and_zalgo_lose_what_makes_them_so(ground: Ground) -> None:
    with enter(ground, ground.people[0]) as raw:
        said = ask(raw, "opinion.post", kind="opinion", text=f"{BIDI}{ZALGO}完")["ok"]
        cards = ask(raw, "room.opinions", before=said["number"] + 1, limit=1)["ok"]["opinions"]
        text = cards[0]["text"]
        assert not set(text) & set("\u202e\u2066\u200f\u2069\u202c")
        assert text.startswith("看不见的方向")
        assert text.endswith("完")
        assert sum("\u0300" <= sign <= "\u036f" for sign in text) <= 8


def test_key_of_another_post_is_refused(ground: Ground) -> None:
    key = str(uuid.uuid4())
    with enter(ground, ground.people[0]) as raw:
        first = ask(raw, "opinion.post", key=key, kind="opinion", text="甲")
        again = ask(raw, "opinion.post", key=key, kind="opinion", text="甲")
        assert first == again
        before = ground.witness.ask_now("fingerprint")
        assert refused(raw, "opinion.post", key=key, kind="opinion", text="乙") == "key_reused"
        assert ground.witness.ask_now("fingerprint") == before
