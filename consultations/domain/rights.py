"""What a person may do in a room right now: permission and stage together."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from consultations.domain import clock
from consultations.domain.stages import Act
from consultations.models import Consultation
from members.access import Visitor
from members.models import Person
from members.roles import Permission, SeatRole

ACT_NEEDS: dict[Act, Permission] = {
    Act.OPINION: Permission.OPINION_POST,
    Act.SUGGESTION: Permission.OPINION_POST,
    Act.QUESTION: Permission.OPINION_POST,
    Act.REPLY: Permission.OPINION_POST,
    Act.STANCE: Permission.STANCE_TAKE,
    Act.HAND: Permission.HAND_RAISE,
    Act.FLOOR: Permission.FLOOR_GIVE,
    Act.ANSWER: Permission.OPINION_ANSWER,
    Act.MODERATE: Permission.OPINION_MODERATE,
    Act.AGENDA: Permission.AGENDA_MOVE,
    Act.BALLOT: Permission.BALLOT_OPEN,
    Act.VOTE: Permission.BALLOT_VOTE,
    Act.OUTCOME: Permission.OUTCOME_WRITE,
    Act.CONFIRM: Permission.CLAUSE_CONFIRM,
    Act.SIGN: Permission.MINUTES_SIGN,
    Act.SETTLE: Permission.OUTCOME_WRITE,
    Act.CHECK_IN: Permission.DESK_KEEP,
    Act.DESK: Permission.DESK_KEEP,
    Act.OPEN: Permission.CONSULTATION_OPEN,
    Act.SCREEN: Permission.SCREEN_OPEN,
}


POSTS = frozenset({Act.OPINION, Act.SUGGESTION, Act.QUESTION, Act.REPLY})
# Who runs the room is never silenced; see `posting_rules.runs_the_room`.
_RUNS_THE_ROOM = frozenset({Permission.OPINION_MODERATE, Permission.OUTCOME_WRITE})


def acts_for(
    permissions: Set[Permission], open_acts: Set[Act], *, silenced: bool = False
) -> list[str]:
    """The acts that are open in the room and permitted to the person, in the order of `Act`."""
    acts = still_open(permissions, open_acts, silenced=silenced)
    return [act.value for act in Act if act in acts and ACT_NEEDS[act] in permissions]


def still_open(
    permissions: Set[Permission], open_acts: Set[Act], *, silenced: bool
) -> frozenset[Act]:
    """The room's open acts without what a silenced person may not do, who does not run the room."""
    if silenced and not permissions & _RUNS_THE_ROOM:
        return frozenset(open_acts - POSTS)
    return frozenset(open_acts)


@dataclass(frozen=True, slots=True)
class Silenced:
    """Who may not post just now: everyone, or those who are muted, each until when."""

    everyone: bool = False
    muted: Mapping[int, datetime] = field(default_factory=dict)

    @classmethod
    def by(cls, *, closed: bool, mutes: Iterable[Mapping[str, Any]]) -> Self:
        """From the room's rule and its mutes as `posting_rules.mutes_of` gives them."""
        muted = {mute["person"]["id"]: datetime.fromisoformat(mute["until"]) for mute in mutes}
        return cls(closed, muted)

    def is_for(self, person_id: int) -> bool:
        until = self.muted.get(person_id)
        return self.everyone or (until is not None and until > clock.now())

    def ends_between(self, first: datetime, last: datetime) -> bool:
        """Whether someone's mute ends after the first moment, and not after the last."""
        return any(first < until <= last for until in self.muted.values())


@dataclass(frozen=True, slots=True)
class Visited:
    """A consultation with the seat that the one who visits has there, as it was read with it."""

    consultation: Consultation
    role: SeatRole | None

    def seat_role_of(self, _person: Person) -> SeatRole | None:
        return self.role

    def is_known_to(self, visitor: Visitor) -> bool:
        return self.consultation.is_known_to(visitor)


@dataclass(frozen=True, slots=True)
class SeatedAs:
    """A room with the seat that the person has there: permissions without another query."""

    role: SeatRole | None

    def seat_role_of(self, _person: Person) -> SeatRole | None:
        return self.role

    def is_known_to(self, _visitor: Visitor) -> bool:
        return True
