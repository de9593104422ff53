"""Old snapshot + events == new snapshot: for a moderator, an author and another resident, whatever
happens in the room and whenever each of them is away."""

import copy
import itertools
import uuid
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from consultations.domain import agenda, opinions, stances
from consultations.domain.consultations import edit_consultation, move_stage
from consultations.domain.deliveries import Viewer, delivery_of
from consultations.domain.room_queries import deliveries_since, snapshot
from consultations.domain.seats import enter_room
from consultations.models import (
    AgendaKind,
    Consultation,
    OpinionKind,
    RoomEvent,
    Stage,
    StanceValue,
)
from hall.errors import Refusal
from members.access import permissions_of
from members.models import Person
from members.roles import SeatRole
from tests.factories import (
    make_clause,
    make_consultation,
    make_minutes,
    make_person,
    make_seat,
    seated,
)
from tests.faults.view import View

_titles = itertools.count(1)
TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1)
KINDS = st.sampled_from([OpinionKind.OPINION, OpinionKind.SUGGESTION, OpinionKind.QUESTION])
WHO = st.sampled_from(["moderator", "author", "other"])


class Reader:
    """One viewer, who hears what is rung, or is away and reads the log when they come back."""

    def __init__(self, person: Person, *, moderates: bool) -> None:
        self.person = person
        self.viewer = Viewer(person.pk, moderates)
        self.view = View()
        self.connected = True

    def snapshot(self, room: Consultation) -> dict[str, Any]:
        """As it goes over the wire."""
        granted = permissions_of(self.person, room)
        taken = snapshot(room.pk, viewer=self.viewer, permissions=granted)
        return orjson.loads(orjson.dumps(taken))  # type: ignore[no-any-return]

    def hear(self, event: RoomEvent) -> None:
        self.view.take_events([orjson.loads(delivery_of(event).frame_for(self.viewer))])

    def catch_up(self, room: Consultation) -> None:
        missed = deliveries_since(room.pk, self.view.head, limit=10_000)
        self.view.take_events([orjson.loads(each.frame_for(self.viewer)) for each in missed])


class RoomMachine(RuleBasedStateMachine):
    """A room and its three readers. What the hall refuses changes nothing, and is part of it."""

    numbers = Bundle("numbers")

    @initialize(live=st.booleans())
    def open(self, live: bool) -> None:
        stage = Stage.LIVE if live else Stage.COLLECTING
        self.room = make_consultation(stage)
        moderator = self.room.prepared_by
        make_seat(self.room, moderator, SeatRole.MODERATOR)
        people = {"author": seated(self.room), "other": seated(self.room)}
        self.readers = {"moderator": Reader(moderator, moderates=True)} | {
            name: Reader(person, moderates=False) for name, person in people.items()
        }
        self.moderator = moderator
        self.keys: list[tuple[str, uuid.UUID, OpinionKind, str]] = []
        self.rung = 0
        for reader in self.readers.values():
            taken = reader.snapshot(self.room)
            reader.view.take_snapshot(taken)
            self.rung = taken["head"]

    def _do(self, verb: Any, *arguments: Any, **named: Any) -> Any:
        """Run a verb, and ring for what it logged; a refusal is one of its results."""
        self.room = Consultation.objects.get(pk=self.room.pk)
        try:
            done = verb(self.room, *arguments, **named)
        except Refusal:
            done = None
        events = RoomEvent.objects.filter(consultation=self.room, seq__gt=self.rung)
        for event in events.order_by("seq"):
            assert event.seq == self.rung + 1
            self.rung = event.seq
            for reader in self.readers.values():
                if reader.connected:
                    reader.hear(event)
        return done

    @rule(target=numbers, who=WHO, kind=KINDS, text=TEXTS)
    def post(self, who: str, kind: OpinionKind, text: str) -> Any:
        key = uuid.uuid4()
        author = self.readers[who].person
        receipt = self._do(opinions.post_opinion, author=author, key=key, kind=kind, text=text)
        if receipt is None:
            return multiple()
        self.keys.append((who, key, kind, text))
        return receipt.number

    @rule(target=numbers, who=WHO, number=numbers, text=TEXTS)
    def reply(self, who: str, number: int, text: str) -> Any:
        receipt = self._do(
            opinions.post_opinion,
            author=self.readers[who].person,
            key=uuid.uuid4(),
            kind=OpinionKind.REPLY,
            text=text,
            reply_to=number,
        )
        return multiple() if receipt is None else receipt.number

    @precondition(lambda self: self.keys)
    @rule(pick=st.integers(min_value=0))
    def resend(self, pick: int) -> None:
        who, key, kind, text = self.keys[pick % len(self.keys)]
        head = self.rung
        author = self.readers[who].person
        self._do(opinions.post_opinion, author=author, key=key, kind=kind, text=text)
        assert self.rung == head

    @rule(number=numbers)
    def hide(self, number: int) -> None:
        self._do(opinions.hide_opinion, number=number, reason="与议题无关", by=self.moderator)

    @rule(number=numbers)
    def restore(self, number: int) -> None:
        self._do(opinions.restore_opinion, number=number, by=self.moderator)

    @rule(number=numbers, pinned=st.booleans())
    def pin(self, number: int, pinned: bool) -> None:
        self._do(opinions.pin_opinion, number=number, pinned=pinned, by=self.moderator)

    @rule(number=numbers, answered=st.booleans())
    def mark_answered(self, number: int, answered: bool) -> None:
        self._do(opinions.mark_answered, number=number, answered=answered, by=self.moderator)

    @rule(who=WHO, number=numbers, value=st.sampled_from(StanceValue))
    def take_stance(self, who: str, number: int, value: StanceValue) -> None:
        """Tallies are news, and not in the log: everyone who is there hears the count."""
        person = self.readers[who].person
        before = {each.number: each for each in stances.tallies(self.room)}
        self._do(stances.take_stance, person=person, number=number, value=value)
        after = {each.number: each for each in stances.tallies(self.room)}
        mine = {each["number"]: each for each in self.readers[who].snapshot(self.room)["opinions"]}
        self.readers[who].view.take_mine(number, mine[number]["mine"])
        if before != after:
            self._tell_tallies(self.readers.values())

    def _tell_tallies(self, readers: Any) -> None:
        lines = [
            [each.number, each.agree, each.disagree, each.passed]
            for each in stances.tallies(self.room)
        ]
        for reader in readers:
            if reader.connected:
                reader.view.take_news({"now": "tally", "tallies": lines})

    @rule(to=st.sampled_from([1, 2, 3, 3, 4, None]))
    def move_agenda(self, to: int | None) -> None:
        self._do(agenda.move_agenda, to=to, by=self.moderator)

    @rule(
        to=st.sampled_from([Stage.LIVE, Stage.SUMMARISING, Stage.REVIEW]),
        number=numbers,
    )
    def move_stage(self, to: Stage, number: int) -> None:
        if to == Stage.REVIEW and self.room.stage == Stage.SUMMARISING:
            self._write_outcome(number)
        self._do(move_stage, to=to, by=self.moderator, reason="还有话要说")

    def _write_outcome(self, number: int) -> None:
        def write(room: Consultation) -> None:
            make_clause(room, room.opinions.get(number=number))
            make_minutes(room)

        self._do(write)

    @rule(kind=st.sampled_from(AgendaKind), minutes=st.integers(1, 60))
    def edit(self, kind: AgendaKind, minutes: int) -> None:
        self._do(
            edit_consultation,
            by=self.moderator,
            title=f"老旧小区改造协商会{next(_titles)}",
            question=self.room.question,
            kind=self.room.kind,
            starts_at=self.room.starts_at,
            ends_at=self.room.ends_at,
            admission=self.room.admission,
            venue="文化站二楼",
            work_items=list(self.room.work_items.all()),
            agenda=[agenda.AgendaDraft(kind, "第一项", minutes)],
        )

    @rule()
    def someone_comes_in(self) -> None:
        self._do(enter_room, make_person())

    @rule(who=WHO)
    def disconnect(self, who: str) -> None:
        self.readers[who].connected = False

    @rule(who=WHO, afresh=st.booleans())
    def reconnect(self, who: str, afresh: bool) -> None:
        """By the events since, or by a snapshot; with it the tallies as they stand."""
        reader = self.readers[who]
        if reader.connected:
            return
        reader.connected = True
        if afresh:
            reader.view.take_snapshot(reader.snapshot(self.room))
        else:
            reader.catch_up(self.room)
            self._tell_tallies([reader])

    @invariant()
    def snapshot_and_events_equal_a_new_snapshot(self) -> None:
        for name, reader in getattr(self, "readers", {}).items():
            if not reader.connected:
                continue
            fresh = View()
            fresh.take_snapshot(reader.snapshot(self.room))
            assert reader.view.logged() == fresh.logged(), name
            again = copy.deepcopy(reader.view)
            reader.catch_up(self.room)
            assert reader.view.logged() == again.logged(), "replay is not harmless"


@pytest.mark.parametrize(
    ("examples", "steps"),
    [
        pytest.param(12, 30, id="some"),
        pytest.param(150, 50, id="many", marks=pytest.mark.faults),
    ],
)
@pytest.mark.django_db
def test_old_snapshot_and_events_equal_new_snapshot(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        RoomMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
