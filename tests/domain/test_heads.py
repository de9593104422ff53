"""Signed heads: when they are due, what they say, and that only one of a turn is published."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from consultations.archiving.chain import ChainBroken, check_chain
from consultations.archiving.verify import verify_archive
from consultations.domain import heads
from consultations.domain.archives import archive_file, seal
from consultations.domain.consultations import move_stage
from consultations.domain.events import room_name
from consultations.domain.heads import first_head_over, heads_file, publish_head, rooms_due
from consultations.domain.log import chained_events
from consultations.domain.signing_key import signing_key
from consultations.models import Consultation, LiveHead, RoomEvent, Stage
from tests.factories import bring_to_review, make_consultation, make_opinion

pytestmark = pytest.mark.django_db
EVERY = timedelta(minutes=5)


def test_head_says_how_far_the_log_has_come(live_room: Consultation) -> None:
    for _ in range(3):
        make_opinion(live_room)
    head = publish_head(live_room.pk)
    assert head is not None
    walk = check_chain(chained_events(live_room.pk), room=room_name(live_room.pk))
    assert (head.turn, head.count, head.chain_head, head.merkle_root) == (
        1,
        walk.count,
        walk.head,
        walk.root(),
    )
    said = json.loads(head.content)
    assert (said["kind"], said["room"], said["count"]) == ("live", room_name(live_room.pk), 3)
    assert (head.key_id, said["key_id"]) == (signing_key().key_id,) * 2


def test_heads_go_on_from_one_another_and_the_archive_passes_through_them(
    live_room: Consultation, tmp_path: Path
) -> None:
    for count in (0, 1, 3, 0, 2):
        for _ in range(count):
            make_opinion(live_room)
        publish_head(live_room.pk)
    counts = list(LiveHead.objects.order_by("turn").values_list("turn", "count"))
    assert counts == [(1, 0), (2, 1), (3, 4), (4, 4), (5, 6)]
    bring_to_review(live_room)
    archive = seal(live_room, by=live_room.prepared_by)
    kept = heads_file(live_room)
    pairs = [(each["content"], each["signature"]) for each in kept["heads"]]
    for public in (False, True):
        file = archive_file(archive, public=public)
        report = verify_archive(file, trusted=[archive.key_id], heads=pairs)
        assert report.ok, report.as_text()
        assert report.notes == ["与 5 个会中公布的签名日志头核对"]


def test_heads_are_due_while_live_and_once_after_the_close(live_room: Consultation) -> None:
    make_consultation(Stage.COLLECTING)
    with time_machine.travel("2026-05-12T01:00:00Z", tick=False) as clock:
        assert rooms_due(EVERY) == [live_room.pk]
        publish_head(live_room.pk)
        clock.shift(EVERY - timedelta(seconds=1))
        assert rooms_due(EVERY) == []
        clock.shift(1)
        assert rooms_due(EVERY) == [live_room.pk]
        publish_head(live_room.pk)
        clock.shift(30)
        move_stage(live_room, to=Stage.SUMMARISING, by=live_room.prepared_by)
        clock.shift(1)
        assert rooms_due(EVERY) == [live_room.pk]
        last = publish_head(live_room.pk)
        assert last is not None
        assert last.count == live_room.head.__class__.objects.get(pk=live_room.pk).seq
        clock.shift(3600)
        assert rooms_due(EVERY) == []


def test_room_that_never_was_live_gets_no_head() -> None:
    for stage in (Stage.DRAFT, Stage.ANNOUNCED, Stage.COLLECTING, Stage.CANCELLED):
        make_consultation(stage)
    assert rooms_due(EVERY) == []


def test_only_one_of_two_processes_publishes_a_turn(
    live_room: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have read that there is none yet when they come to write."""
    make_opinion(live_room)
    monkeypatch.setattr(heads, "_newest", lambda _room: None)
    first, second = publish_head(live_room.pk), publish_head(live_room.pk)
    assert first is not None
    assert second is None
    assert LiveHead.objects.count() == 1


def test_log_that_was_changed_is_not_signed(live_room: Consultation) -> None:
    make_opinion(live_room)
    publish_head(live_room.pk)
    make_opinion(live_room)
    RoomEvent.objects.filter(consultation=live_room, seq=2).update(type="opinion.hidden")
    with pytest.raises(ChainBroken, match="event 2: line-digest"):
        publish_head(live_room.pk)
    assert LiveHead.objects.count() == 1


def test_log_that_was_cut_short_behind_a_head_is_not_signed(live_room: Consultation) -> None:
    make_opinion(live_room)
    make_opinion(live_room)
    publish_head(live_room.pk)
    RoomEvent.objects.filter(consultation=live_room, seq=2).delete()
    with pytest.raises(ChainBroken):
        publish_head(live_room.pk)


def test_sealed_room_takes_no_more_heads(reviewed: Consultation) -> None:
    seal(reviewed, by=reviewed.prepared_by)
    assert publish_head(reviewed.pk) is None
    assert not LiveHead.objects.exists()


def test_first_head_over_an_event(live_room: Consultation) -> None:
    make_opinion(live_room)
    publish_head(live_room.pk)
    make_opinion(live_room)
    assert first_head_over(live_room.pk, 2) is None
    publish_head(live_room.pk)
    publish_head(live_room.pk)
    found = [first_head_over(live_room.pk, seq) for seq in (1, 2)]
    assert [head.turn if head else None for head in found] == [1, 2]
