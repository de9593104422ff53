"""What a person may do in a room right now: permission and stage together."""

from collections.abc import Set
from dataclasses import dataclass

from consultations.domain.stages import Act
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
}


def acts_for(permissions: Set[Permission], open_acts: Set[Act]) -> list[str]:
    """The acts that are open in the room and permitted to the person, in the order of `Act`."""
    return [act.value for act in Act if act in open_acts and ACT_NEEDS[act] in permissions]


@dataclass(frozen=True, slots=True)
class SeatedAs:
    """A room with the seat that the person has there: permissions without another query."""

    role: SeatRole | None

    def seat_role_of(self, _person: Person) -> SeatRole | None:
        return self.role

    def is_known_to(self, _visitor: Visitor) -> bool:
        return True
