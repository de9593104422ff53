"""What a raised hand is about: who may read it, how often it changes, and how it goes."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest

from consultations.archiving.chain import check_chain
from consultations.domain import clock
from consultations.domain.archives import seal
from consultations.domain.deliveries import Viewer
from consultations.domain.editions import archive_file
from consultations.domain.erasures import ask_erasure, confirm_erasure
from consultations.domain.events import room_name
from consultations.domain.hands import lower_hand, raise_hand, return_hand
from consultations.domain.log import chained_events
from consultations.domain.outcome_view import outcome
from consultations.domain.posting_rules import RulesDraft, mute_person, set_posting
from consultations.domain.room_queries import deliveries_since
from consultations.domain.speeches import call_speaker, end_speech
from consultations.domain.subjects import hide_subject
from consultations.models import Consultation, RoomEvent, SpeakingTurn
from hall.errors import Code, Refusal
from members.models import Person
from members.roles import Role, SeatRole
from tests.factories import (
    bring_to_review,
    make_opinion,
    make_person,
    moderator_of,
    seated,
)
from tests.support.seen import snapshot

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 12, 4, 0, tzinfo=UTC)
SECRET = "三号楼张三欠我八千块钱"
MODERATOR = Viewer(0, moderates=True)


@pytest.fixture
def speaker(live_room: Consultation) -> Person:
    return seated(live_room)


@pytest.fixture
def neighbour(live_room: Consultation) -> Viewer:
    return Viewer(seated(live_room).pk, moderates=False)


def viewer(person: Person) -> Viewer:
    return Viewer(person.pk, moderates=False)


def seen(room: Consultation, by: Viewer) -> list[tuple[str, bool]]:
    """Subjects of those who wait, and whether they are withheld, as a new snapshot has them."""
    waiting = snapshot(room.pk, viewer=by)["speaking"]["waiting"]
    return [(one["subject"], one["held"]) for one in waiting]


def replayed(room: Consultation, by: Viewer) -> bytes:
    return b"".join(one.frame_for(by) for one in deliveries_since(room.pk, 0, limit=100))


def told(room: Consultation, by: Viewer) -> str:
    """The subject as the events tell it."""
    subject = ""
    for delivery in deliveries_since(room.pk, 0, limit=100):
        event = orjson.loads(delivery.frame_for(by))
        if str(event.get("type")).startswith("hand.subject"):
            subject = event["body"].get("subject", "")
    return subject


def hold(room: Consultation, **rules: bool) -> None:
    draft = RulesDraft(holds_residents=True, **rules)
    set_posting(room, draft=draft, by=moderator_of(room))


def test_subject_is_for_the_person_and_moderators_while_posts_are_held(
    live_room: Consultation, speaker: Person, neighbour: Viewer
) -> None:
    hold(live_room)
    raise_hand(live_room, person=speaker, subject=SECRET)
    assert seen(live_room, neighbour) == [("", False)]
    assert SECRET not in replayed(live_room, neighbour).decode()
    for reader in (viewer(speaker), MODERATOR):
        assert seen(live_room, reader) == [(SECRET, True)]
        assert told(live_room, reader) == SECRET
    call_speaker(live_room, number=1, by=moderator_of(live_room))
    shown = snapshot(live_room.pk, viewer=neighbour)["speaking"]["now"]
    assert (shown["subject"], shown["held"]) == ("", False)
    end_speech(live_room, number=1, by=moderator_of(live_room))
    assert [turn.subject for turn in outcome(live_room).turns] == [""]


def test_subject_of_who_may_not_post_is_withheld(
    live_room: Consultation, neighbour: Viewer
) -> None:
    muted, member = seated(live_room), seated(live_room, hall_role=Role.MEMBER)
    by = moderator_of(live_room)
    mute_person(live_room, person_id=muted.pk, minutes=5, reason="请先听", by=by)
    raise_hand(live_room, person=muted, subject="甲")
    raise_hand(live_room, person=member, subject="乙")
    assert sorted(seen(live_room, neighbour)) == [("", False), ("乙", False)]
    hold(live_room, closed=True)
    clerk = seated(live_room, SeatRole.RECORDER, Role.STAFF)
    raise_hand(live_room, person=seated(live_room, hall_role=Role.MEMBER), subject="丙")
    raise_hand(live_room, person=clerk, subject="丁")
    assert sorted(seen(live_room, neighbour))[-2:] == [("丁", False), ("乙", False)]


def test_what_was_public_is_gone_for_others_when_the_next_is_withheld(
    live_room: Consultation, speaker: Person, neighbour: Viewer
) -> None:
    with clock.at(NOON):
        raise_hand(live_room, person=speaker, subject="停车位")
    assert seen(live_room, neighbour) == [("停车位", False)]
    hold(live_room)
    with clock.at(NOON + timedelta(seconds=11)):
        raise_hand(live_room, person=speaker, subject=SECRET)
    assert seen(live_room, neighbour) == [("", False)]
    assert told(live_room, neighbour) == ""
    assert told(live_room, MODERATOR) == SECRET


def test_moderator_hides_a_subject_and_it_stays_hidden(
    live_room: Consultation, speaker: Person, neighbour: Viewer
) -> None:
    by = moderator_of(live_room)
    with clock.at(NOON):
        raise_hand(live_room, person=speaker, subject=SECRET)
    assert SECRET in replayed(live_room, neighbour).decode()
    assert hide_subject(live_room, number=1, by=by) is not None
    assert hide_subject(live_room, number=1, by=by) is None
    assert SECRET not in replayed(live_room, neighbour).decode()
    assert seen(live_room, neighbour) == [("", False)]
    assert seen(live_room, MODERATOR) == seen(live_room, viewer(speaker)) == [(SECRET, True)]
    with clock.at(NOON + timedelta(seconds=11)):
        raise_hand(live_room, person=speaker, subject=SECRET + "!")
    assert SECRET not in replayed(live_room, neighbour).decode()
    call_speaker(live_room, number=1, by=by)
    return_hand(live_room, number=1, by=by)
    assert SECRET not in replayed(live_room, neighbour).decode()
    assert told(live_room, MODERATOR) == SECRET + "!"
    bring_to_review(live_room)
    seal(live_room, by=live_room.prepared_by)
    archive = live_room.archive
    assert SECRET.encode() not in _records(archive_file(archive, public=True))
    assert SECRET.encode() in _records(archive_file(archive))


def _records(path: object) -> bytes:
    import zipfile

    with zipfile.ZipFile(str(path)) as bag:
        name = next(name for name in bag.namelist() if name.endswith("data/records.jsonl"))
        return bag.read(name)


def test_subjects_are_hidden_by_moderators_alone(live_room: Consultation, speaker: Person) -> None:
    raise_hand(live_room, person=speaker, subject="停车位")
    for person in (speaker, seated(live_room, SeatRole.RECORDER), make_person(Role.STAFF)):
        with pytest.raises(Refusal) as refused:
            hide_subject(live_room, number=1, by=person)
        assert refused.value.code == Code.FORBIDDEN
    with pytest.raises(Refusal) as refused:
        hide_subject(live_room, number=9, by=moderator_of(live_room))
    assert refused.value.code == Code.NOT_FOUND


def test_subject_changes_at_a_pace_and_a_hand_is_never_too_soon(
    live_room: Consultation, speaker: Person
) -> None:
    with clock.at(NOON):
        raise_hand(live_room, person=speaker, subject="一")
        with pytest.raises(Refusal) as refused:
            raise_hand(live_room, person=speaker, subject="二")
        assert refused.value.code == Code.TOO_SOON
        assert refused.value.message == "刚刚改过想说的事，请再等 10 秒。"
        lower_hand(live_room, person=speaker)
        raise_hand(live_room, person=speaker)
        raise_hand(live_room, person=speaker, subject="一")
        with pytest.raises(Refusal):
            raise_hand(live_room, person=speaker, subject="二")
    draft = RulesDraft(slow_seconds=60)
    set_posting(live_room, draft=draft, by=moderator_of(live_room))
    with clock.at(NOON + timedelta(seconds=30)):
        with pytest.raises(Refusal):
            raise_hand(live_room, person=speaker, subject="二")
        raise_hand(live_room, person=seated(live_room), subject="二")
    with clock.at(NOON + timedelta(seconds=61)):
        assert raise_hand(live_room, person=speaker, subject="二").number == 2
    with clock.at(NOON - timedelta(hours=1)):  # the clock was put back
        raise_hand(live_room, person=speaker, subject="三")


@pytest.mark.parametrize("sealed", [False, True])
def test_erasing_reaches_a_subject_in_the_same_words(
    live_room: Consultation, speaker: Person, sealed: bool
) -> None:
    opinion = make_opinion(live_room, speaker, text=SECRET + "。")
    raise_hand(live_room, person=speaker, subject=SECRET)
    raise_hand(live_room, person=seated(live_room), subject="停车位")
    if sealed:
        bring_to_review(live_room)
        seal(live_room, by=live_room.prepared_by)
    asks, confirms = make_person(Role.STAFF), make_person(Role.STAFF)
    given = {"number": opinion.number, "basis": "法院裁定", "reason": "裁定"}
    confirm_erasure(ask_erasure(live_room, by=asks, **given), by=confirms)  # type: ignore[arg-type]
    assert set(SpeakingTurn.objects.values_list("subject", "held_subject")) == {
        ("", ""),
        ("停车位", None),
    }
    told_of = RoomEvent.objects.filter(type="hand.subject").order_by("seq")
    assert [event.body and event.body["subject"] for event in told_of] == [None, "停车位"]
    check_chain(chained_events(live_room.pk), room=room_name(live_room.pk))
