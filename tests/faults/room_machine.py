"""Everything that may happen in a room, in any order, as a moderator and two residents see it.

Each of them may be away meanwhile. Run by test_state_machine.py.
"""

import itertools
import uuid
from typing import Any, ClassVar

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
from consultations.domain.seats import enter_room
from consultations.models import (
    AgendaKind,
    Consultation,
    Opinion,
    OpinionKind,
    OpinionState,
    RoomHead,
    Stage,
    Stance,
    StanceValue,
)
from hall.errors import Refusal
from members.roles import Role, SeatRole
from tests.factories import (
    make_clause,
    make_consultation,
    make_department,
    make_minutes,
    make_person,
    make_seat,
    seated,
)
from tests.faults.floor_rules import BACK, WHO, FloorRules
from tests.faults.room_readers import Reader, Theatre, all_go
from tests.support.floor_view import Frame

_titles = itertools.count(1)
TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1)
KINDS = st.sampled_from([OpinionKind.OPINION, OpinionKind.SUGGESTION, OpinionKind.QUESTION])


class RoomMachine(FloorRules, RuleBasedStateMachine):
    """A room and its three readers. What the hall refuses changes nothing, and is part of it.

    `theatre` is given by whoever runs it. `stories` gathers, over all runs, what each reader was
    told and the view that came of it; `logged` the types of the events that happened.
    """

    theatre: ClassVar[Theatre]
    stories: ClassVar[list[tuple[list[list[Any]], Frame]]] = []
    logged: ClassVar[set[str]] = set()

    @initialize(live=st.sampled_from([True, True, True, False]))
    def open(self, live: bool) -> None:
        stage = Stage.LIVE if live else Stage.COLLECTING
        self.room = make_consultation(stage)
        self.moderator = self.room.prepared_by
        make_seat(self.room, self.moderator, SeatRole.MODERATOR)
        self.clerk = make_person(Role.STAFF)
        self.official = make_person(Role.DEPARTMENT, department=make_department())
        people = {"moderator": self.moderator, "author": seated(self.room)}
        people["other"] = seated(self.room)
        self.readers = {
            name: Reader(self.theatre, self.room.pk, person) for name, person in people.items()
        }
        self.keys: list[tuple[str, uuid.UUID, OpinionKind, str]] = []
        self.changed = True
        if live:
            self._do(agenda.move_agenda, to=3, by=self.moderator)
            self.begin_talking()
        for reader in self.readers.values():
            reader.come(afresh=True)

    def _do(self, verb: Any, *arguments: Any, **named: Any) -> Any:
        """Run a verb; a refusal is one of its results. Its bell is heard when the room settles."""
        self.room = Consultation.objects.get(pk=self.room.pk)
        try:
            done = verb(self.room, *arguments, **named)
        except Refusal:
            return None
        self.changed = True
        return done

    def _is_away(self, who: str) -> bool:
        """Whoever is away says nothing here."""
        return not self.readers[who].connected

    def _number(self, back: int, **of: Any) -> int:
        """One of the latest opinions, of those that are `of` this kind where there are any: so
        that several things happen to the same one, and mostly such as may."""
        rows = Opinion.objects.filter(consultation=self.room).order_by("-number")
        numbers = list(rows.filter(**of).values_list("number", flat=True)[:3])
        numbers = numbers or list(rows.values_list("number", flat=True)[:3]) or [1]
        return numbers[back % len(numbers)]

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
        head = RoomHead.objects.get(pk=self.room.pk).seq
        author = self.readers[who].person
        self._do(opinions.post_opinion, author=author, key=key, kind=kind, text=text)
        assert RoomHead.objects.get(pk=self.room.pk).seq == head

    @rule(
        back=BACK,
        how=st.sampled_from(["hide", "hide", "restore", "pin", "pin", "unpin", "answer", "ask"]),
    )
    def moderate(self, back: int, how: str) -> None:
        state = OpinionState.HIDDEN if how == "restore" else OpinionState.VISIBLE
        of = {"kind": OpinionKind.QUESTION} if how in {"answer", "ask"} else {}
        number = self._number(back, state=state, **of)
        given: dict[str, Any] = {"number": number, "by": self.moderator}
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

    @rule(back=BACK, how=st.sampled_from(["approve", "approve", "return", "reconsider", "back"]))
    def decide(self, back: int, how: str) -> None:
        state = OpinionState.RETURNED if how == "reconsider" else OpinionState.HELD
        number, by = self._number(back, state=state), self.moderator
        if how == "back":
            number = self._number(back, decided_by=by, state=OpinionState.VISIBLE)
            self._do(holding.take_back_approvals, numbers=[number], by=by)
        elif how == "approve":
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
        """Tallies and one's own stance are news, and not in the log: whoever is away does this on
        another device, and learns it here on coming back."""
        person, number = self.readers[who].person, self._number(back)
        self._do(stances.take_stance, person=person, number=number, value=value)
        taken = Stance.objects.filter(
            opinion__consultation=self.room, opinion__number=number, person=person
        )
        if not self._is_away(who):
            for mine in taken.values_list("value", flat=True):
                self.readers[who].view.take_mine(number, mine)

    @rule(to=st.sampled_from([1, 3, 3, None]), running=st.sampled_from([None, None, 0, 1]))
    def move_agenda(self, to: int | None, running: int | None) -> None:
        self._do(agenda.move_agenda, to=to, running=running, by=self.moderator)

    @rule(
        to=st.sampled_from([*[Stage.LIVE] * 5, Stage.SUMMARISING, Stage.REVIEW]),
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
        self.readers[who].go()

    @rule(who=WHO, afresh=st.booleans())
    def reconnect(self, who: str, afresh: bool) -> None:
        """By the events since, or by a snapshot."""
        if not self.readers[who].connected:
            self.readers[who].come(afresh=afresh)
            self.changed = True

    @invariant()
    def snapshot_and_events_equal_a_new_snapshot(self) -> None:
        if not getattr(self, "changed", False):
            return
        self.changed = False
        self.theatre.settle(self.room.pk)
        for name, reader in self.readers.items():
            if reader.connected:
                fresh = self.theatre.see_afresh(self.room.pk, reader.session)
                shown, wanted = reader.view.logged(), fresh.logged()
                differ = {part: (shown[part], wanted[part]) for part in shown}
                differ = {part: both for part, both in differ.items() if both[0] != both[1]}
                assert differ == {}, name
                assert reader.view.may == fresh.may, name
                assert reader.view.gaps == [], name

    def teardown(self) -> None:
        readers = getattr(self, "readers", {})
        all_go(readers.values())
        for reader in readers.values():
            self.stories.append((reader.view.told, reader.view.logged()))
        if readers:
            self.logged.update(self.room.events.values_list("type", flat=True))
