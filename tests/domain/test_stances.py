from hashlib import sha256
from typing import Any

import pytest

from consultations.archiving.canonical import canonical
from consultations.domain.opinions import hide_opinion
from consultations.domain.stances import Tally, counted, take_stance, tallies, votes_digest
from consultations.models import Consultation, RoomHead, Stage, Stance, StanceValue
from hall.errors import Code, Refusal
from members.roles import SEAT_TABLE, Permission, Role, SeatRole
from tests.factories import make_consultation, make_opinion, make_stance, seated

pytestmark = pytest.mark.django_db


def refusal_code(consultation: Consultation, **words: Any) -> Code:
    with pytest.raises(Refusal) as refused:
        take_stance(consultation, **words)
    return refused.value.code


def test_take_stance_replaces_the_earlier_one_and_logs_nothing(live_room: Consultation) -> None:
    opinion, person = make_opinion(live_room), seated(live_room, hall_role=Role.MEMBER)
    before = RoomHead.objects.get(pk=live_room.pk).seq
    make_stance(opinion, person, StanceValue.AGREE)
    make_stance(opinion, person, StanceValue.DISAGREE)
    make_stance(opinion, person, StanceValue.DISAGREE)
    assert list(Stance.objects.values_list("opinion", "person", "identity", "value")) == [
        (opinion.pk, person.pk, "member", -1)
    ]
    assert RoomHead.objects.get(pk=live_room.pk).seq == before


def test_take_stance_refuses_hidden_and_missing_opinions(live_room: Consultation) -> None:
    make_opinion(live_room)
    moderator = seated(live_room, SeatRole.MODERATOR)
    hide_opinion(live_room, number=1, reason="广告", by=moderator)
    words = {"person": moderator, "value": StanceValue.AGREE}
    assert refusal_code(live_room, number=1, **words) == Code.WRONG_STATE
    assert refusal_code(live_room, number=2, **words) == Code.NOT_FOUND


@pytest.mark.parametrize("stage", [s for s in Stage if s not in {Stage.COLLECTING, Stage.LIVE}])
def test_take_stance_needs_an_open_stage(live_room: Consultation, stage: Stage) -> None:
    person = make_opinion(live_room).author
    Consultation.objects.filter(pk=live_room.pk).update(
        stage=stage, cancel_reason="天气" if stage == Stage.CANCELLED else ""
    )
    expected = Code.SEALED if stage == Stage.SEALED else Code.WRONG_STAGE
    assert refusal_code(live_room, person=person, number=1, value=StanceValue.AGREE) == expected


@pytest.mark.parametrize("stage", [Stage.SUMMARISING, Stage.SEALED])
def test_stance_that_comes_again_after_the_close_was_taken_already(
    live_room: Consultation, stage: Stage
) -> None:
    """The line broke before the answer came, and came back too late for anything new."""
    opinion, person = make_opinion(live_room), seated(live_room)
    make_stance(opinion, person, StanceValue.AGREE)
    Consultation.objects.filter(pk=live_room.pk).update(stage=stage)
    take_stance(live_room, person=person, number=1, value=StanceValue.AGREE)
    assert refusal_code(live_room, person=person, number=1, value=StanceValue.PASS) in {
        Code.WRONG_STAGE,
        Code.SEALED,
    }
    assert Stance.objects.get().value == StanceValue.AGREE


@pytest.mark.parametrize("role", list(SeatRole))
def test_take_stance_is_for_the_seats_of_the_table(live_room: Consultation, role: SeatRole) -> None:
    make_opinion(live_room)
    words = {"person": seated(live_room, role), "number": 1, "value": StanceValue.PASS}
    if Permission.STANCE_TAKE in SEAT_TABLE[role]:
        take_stance(live_room, **words)
        assert Stance.objects.count() == 1
    else:
        assert refusal_code(live_room, **words) == Code.FORBIDDEN


def test_tallies_count_each_opinion(live_room: Consultation) -> None:
    first, second, _third = (make_opinion(live_room) for _ in range(3))
    make_stance(make_opinion(make_consultation(Stage.LIVE)))
    for opinion, value in [(first, 1), (first, 1), (first, -1), (second, 0)]:
        make_stance(opinion, value=StanceValue(value))
    assert tallies(live_room) == [Tally(1, 2, 1, 0), Tally(2, 0, 0, 1)]
    assert tallies(live_room, [2, 3]) == [Tally(2, 0, 0, 1)]
    assert counted([first.pk, second.pk]) == {first.pk: (2, 1, 0), second.pk: (0, 0, 1)}


def test_votes_digest_binds_every_vote_and_its_salt(live_room: Consultation) -> None:
    opinion, salt = make_opinion(live_room), "ab" * 16
    stances = [make_stance(opinion), make_stance(opinion, value=StanceValue.DISAGREE)]
    votes = sorted([1, stance.person_id, stance.value] for stance in stances)
    digest = votes_digest(live_room, salt)
    assert digest == sha256(bytes.fromhex(salt) + canonical(votes)).hexdigest()
    assert votes_digest(live_room, "cd" * 16) != digest
    make_stance(opinion, stances[0].person, StanceValue.PASS)
    assert votes_digest(live_room, salt) != digest
