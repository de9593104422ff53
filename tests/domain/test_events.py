from typing import Any

import pytest
from django.db import transaction

from consultations.archiving.chain import ChainBroken, check_chain
from consultations.domain import doorbell
from consultations.domain.deliveries import Delivery
from consultations.domain.events import advance, hold, record, renew_epochs, room_name
from consultations.domain.log import chained_events
from consultations.models import Consultation, RoomEvent, RoomHead, Stage
from hall.errors import Code, Refusal
from tests.factories import bring_to_review, make_consultation


class Ear:
    """Hears what the doorbell tells."""

    def __init__(self) -> None:
        self.heard: list[int] = []

    def events(self, consultation_id: int, deliveries: list[Delivery]) -> None:
        self.heard += [delivery.seq for delivery in deliveries]

    def stances(self, consultation_id: int, numbers: list[int]) -> None:
        raise AssertionError("nobody took a stance")


def walk(consultation: Consultation) -> tuple[int, str]:
    done = check_chain(chained_events(consultation.pk), room=room_name(consultation.pk))
    return done.count, done.head


@pytest.mark.django_db
def test_record_chains_each_event_to_the_one_before(live_room: Consultation) -> None:
    bring_to_review(live_room)
    last = RoomEvent.objects.filter(consultation=live_room).latest("seq")
    assert walk(live_room) == (last.seq, last.digest)
    assert last.seq == RoomHead.objects.get(pk=live_room.pk).seq > 5


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", [{"body": {"x": 1}}, {"type": "x"}, {"audience": "moderators"}, {"by": None}]
)
def test_chain_shows_what_was_changed(live_room: Consultation, change: dict[str, Any]) -> None:
    bring_to_review(live_room)
    RoomEvent.objects.filter(consultation=live_room, seq=3).update(**change)
    with pytest.raises(ChainBroken) as broken:
        walk(live_room)
    assert broken.value.seq == 3


@pytest.mark.django_db
def test_record_of_one_room_does_not_pass_for_another(live_room: Consultation) -> None:
    bring_to_review(live_room)
    with pytest.raises(ChainBroken):
        check_chain(chained_events(live_room.pk), room=room_name(live_room.pk + 1))


@pytest.mark.django_db(transaction=True)
def test_record_belongs_inside_a_transaction() -> None:
    consultation = make_consultation(Stage.LIVE)
    with pytest.raises(RuntimeError):
        record(consultation.pk, "x", {}, by=None)
    assert RoomHead.objects.get(pk=consultation.pk).seq == 0


@pytest.mark.django_db(transaction=True)
def test_record_rings_after_commit_and_not_without() -> None:
    consultation = make_consultation(Stage.LIVE)
    ear = Ear()
    end = doorbell.listen(ear)
    try:
        with transaction.atomic():
            record(consultation.pk, "x", {"n": 1}, by=None)
            record(consultation.pk, "x", {"n": 2}, by=None)
            assert ear.heard == []
        with pytest.raises(ValueError, match="no"), transaction.atomic():
            record(consultation.pk, "x", {"n": 3}, by=None)
            raise ValueError("no")
    finally:
        end()
    assert ear.heard == [1, 2]
    assert RoomHead.objects.get(pk=consultation.pk).seq == 2


@pytest.mark.django_db
@pytest.mark.parametrize("take", [advance, hold])
def test_there_is_no_turn_in_no_room(take: Any) -> None:
    with pytest.raises(Refusal) as refused:
        take(999_999)
    assert refused.value.code == Code.NOT_FOUND


@pytest.mark.django_db
def test_hold_takes_no_number(live_room: Consultation) -> None:
    hold(live_room.pk)
    assert RoomHead.objects.get(pk=live_room.pk).seq == 0


@pytest.mark.django_db
def test_renew_epochs_sends_every_open_room_afresh_and_leaves_the_rest() -> None:
    open_room = make_consultation(stage=Stage.LIVE)
    cancelled = make_consultation(stage=Stage.CANCELLED, cancel_reason="改期")
    before = dict(RoomHead.objects.values_list("pk", "epoch"))
    assert renew_epochs() == 1
    after = dict(RoomHead.objects.values_list("pk", "epoch"))
    assert after[open_room.pk] != before[open_room.pk]
    assert after[cancelled.pk] == before[cancelled.pk]
    assert RoomHead.objects.get(pk=open_room.pk).seq == 0
