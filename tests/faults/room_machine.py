"""Everything that may happen in a room, in any order, as a moderator and two residents see it.

Each of them may be away meanwhile. Run by test_state_machine.py.
"""

import copy
import itertools
import uuid
from typing import Any, ClassVar

import orjson
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from consultations.domain import agenda, holding, merging, opinions, posting_rules, stances
from consultations.domain.consultations import edit_consultation, move_stage
from consultations.domain.deliveries import Viewer, delivery_of
from consultations.domain.room_queries import deliveries_since, snapshot
from consultations.domain.seats import enter_room
from consultations.models import (
    AgendaKind,
    Consultation,
    Opinion,
    OpinionKind,
    RoomEvent,
    Stage,
    Stance,
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
from tests.support.room_view import Frame, View

_titles = itertools.count(1)
TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1)
KINDS = st.sampled_from([OpinionKind.OPINION, OpinionKind.SUGGESTION, OpinionKind.QUESTION])
BACK = st.integers(0, 2)
WHO = st.sampled_from(["moderator", "author", "other"])


class RecordedView(View):
    """A view that keeps all it was told, as `[what, argument…]`."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[list[Any]] = []

    def take_snapshot(self, snapshot: Frame) -> None:
        self.told.append(["snapshot", copy.deepcopy(snapshot)])
        super().take_snapshot(snapshot)

    def take_events(self, events: list[Frame]) -> None:
        self.told.append(["events", copy.deepcopy(events)])
        super().take_events(events)

    def take_news(self, news: Frame) -> None:
        self.told.append(["news", news])
        super().take_news(news)

    def take_mine(self, number: int, value: int) -> None:
        self.told.append(["mine", number, value])
        super().take_mine(number, value)


class Reader:
    """One viewer, who hears what is rung, or is away and reads the log when they come back."""

    def __init__(self, person: Person, *, moderates: bool) -> None:
        self.person = person
        self.viewer = Viewer(person.pk, moderates)
        self.view = RecordedView()
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
    """A room and its three readers. What the hall refuses changes nothing, and is part of it.

    `stories` gathers, over all runs, what each reader was told and the view that came of it.
    """

    stories: ClassVar[list[tuple[list[list[Any]], Frame]]] = []

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
        self.changed = True
        for reader in self.readers.values():
            taken = reader.snapshot(self.room)
            reader.view.take_snapshot(taken)
            self.rung = taken["head"]

    def _do(self, verb: Any, *arguments: Any, **named: Any) -> Any:
        """Run a verb, and ring for what it logged; a refusal is one of its results."""
        self.room = Consultation.objects.get(pk=self.room.pk)
        self.changed = True
        try:
            done = verb(self.room, *arguments, **named)
        except Refusal:
            self.changed = False
            return None
        events = RoomEvent.objects.filter(consultation=self.room, seq__gt=self.rung)
        for event in events.order_by("seq"):
            assert event.seq == self.rung + 1
            self.rung = event.seq
            for reader in self.readers.values():
                if reader.connected:
                    reader.hear(event)
        return done

    def _is_away(self, who: str) -> bool:
        """Whoever is away does nothing here: only their own page knows of their own stance."""
        return not self.readers[who].connected

    def _number(self, back: int) -> int:
        """One of the latest opinions, so that several things happen to the same one."""
        return max(1, Opinion.objects.filter(consultation=self.room).count() - back)

    @rule(who=WHO, kind=KINDS, text=TEXTS)
    def post(self, who: str, kind: OpinionKind, text: str) -> None:
        if self._is_away(who):
            return
        key = uuid.uuid4()
        author = self.readers[who].person
        receipt = self._do(opinions.post_opinion, author=author, key=key, kind=kind, text=text)
        if receipt is not None:
            self.keys.append((who, key, kind, text))

    @rule(who=WHO, back=BACK, text=TEXTS)
    def reply(self, who: str, back: int, text: str) -> None:
        if self._is_away(who):
            return
        self._do(
            opinions.post_opinion,
            author=self.readers[who].person,
            key=uuid.uuid4(),
            kind=OpinionKind.REPLY,
            text=text,
            reply_to=self._number(back),
        )

    @precondition(lambda self: self.keys)
    @rule(pick=st.integers(min_value=0))
    def resend(self, pick: int) -> None:
        who, key, kind, text = self.keys[pick % len(self.keys)]
        head = self.rung
        author = self.readers[who].person
        self._do(opinions.post_opinion, author=author, key=key, kind=kind, text=text)
        assert self.rung == head

    @rule(
        back=BACK,
        how=st.sampled_from(["hide", "hide", "restore", "pin", "pin", "unpin", "answer", "ask"]),
    )
    def moderate(self, back: int, how: str) -> None:
        given: dict[str, Any] = {"number": self._number(back), "by": self.moderator}
        if how == "hide":
            self._do(opinions.hide_opinion, reason="与议题无关", **given)
        elif how == "restore":
            self._do(opinions.restore_opinion, **given)
        elif how in {"pin", "unpin"}:
            self._do(opinions.pin_opinion, pinned=how == "pin", **given)
        else:
            self._do(opinions.mark_answered, answered=how == "answer", **given)

    @rule(holds=st.booleans(), closed=st.sampled_from([None, None, True, False]))
    def set_posting(self, holds: bool, closed: bool | None) -> None:
        draft = posting_rules.RulesDraft(holds_residents=holds, closed=closed)
        self._do(posting_rules.set_posting, draft=draft, by=self.moderator)

    @rule(back=BACK, how=st.sampled_from(["approve", "approve", "return", "reconsider"]))
    def decide(self, back: int, how: str) -> None:
        number, by = self._number(back), self.moderator
        if how == "approve":
            self._do(holding.approve_opinions, numbers=[number], by=by)
        elif how == "return":
            self._do(holding.return_opinions, numbers=[number], reason="请写具体", by=by)
        else:
            self._do(holding.reconsider_opinion, number=number, by=by)

    @rule(back=BACK, into=BACK, apart=st.booleans())
    def merge(self, back: int, into: int, apart: bool) -> None:
        by = self.moderator
        merged = Opinion.objects.filter(consultation=self.room, merged_into__isnull=False).first()
        if apart and merged is not None:
            self._do(merging.unmerge_opinion, number=merged.number, by=by)
        else:
            numbers = [self._number(back)]
            self._do(merging.merge_opinions, numbers=numbers, into=self._number(into), by=by)

    @rule(who=WHO, lift=st.booleans())
    def mute(self, who: str, lift: bool) -> None:
        given: dict[str, Any] = {"person_id": self.readers[who].person.pk, "by": self.moderator}
        if lift:
            self._do(posting_rules.unmute_person, **given)
        else:
            self._do(posting_rules.mute_person, minutes=5, reason="请先听", **given)

    @rule(who=WHO, back=BACK, value=st.sampled_from(StanceValue))
    def take_stance(self, who: str, back: int, value: StanceValue) -> None:
        """Tallies are news, and not in the log: everyone who is there hears the count."""
        if self._is_away(who):
            return
        person, number = self.readers[who].person, self._number(back)
        self._do(stances.take_stance, person=person, number=number, value=value)
        taken = Stance.objects.filter(
            opinion__consultation=self.room, opinion__number=number, person=person
        )
        for mine in taken.values_list("value", flat=True):
            self.readers[who].view.take_mine(number, mine)
        self._tell_tallies(self.readers.values())

    def _tell_tallies(self, readers: Any) -> None:
        lines = [
            [each.number, each.agree, each.disagree, each.passed]
            for each in stances.tallies(self.room)
        ]
        for reader in readers:
            if reader.connected:
                reader.view.take_news({"now": "tally", "tallies": lines})

    @rule(to=st.sampled_from([1, 3, 3, None]))
    def move_agenda(self, to: int | None) -> None:
        self._do(agenda.move_agenda, to=to, by=self.moderator)

    @rule(
        to=st.sampled_from([Stage.LIVE, Stage.SUMMARISING, Stage.REVIEW]),
    )
    def move_stage(self, to: Stage) -> None:
        if to == Stage.REVIEW and self.room.stage == Stage.SUMMARISING:
            self._write_outcome(self._number(0))
        self._do(move_stage, to=to, by=self.moderator, reason="还有话要说")

    def _write_outcome(self, number: int) -> None:
        def write(room: Consultation) -> None:
            if opinion := room.opinions.filter(number=number).first():
                make_clause(room, opinion)
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
        reader.connected = self.changed = True
        if afresh:
            reader.view.take_snapshot(reader.snapshot(self.room))
        else:
            reader.catch_up(self.room)
            self._tell_tallies([reader])

    @invariant()
    def snapshot_and_events_equal_a_new_snapshot(self) -> None:
        if not getattr(self, "changed", False):
            return
        self.changed = False
        for name, reader in self.readers.items():
            if reader.connected:
                fresh = View()
                fresh.take_snapshot(reader.snapshot(self.room))
                assert reader.view.logged() == fresh.logged(), name

    def teardown(self) -> None:
        for reader in getattr(self, "readers", {}).values():
            self.stories.append((reader.view.told, reader.view.logged()))
