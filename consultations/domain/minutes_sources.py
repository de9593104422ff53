"""Where a draft of minutes has its facts from: the events of the log, by number."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from consultations.models import Consultation, RoomEvent, Stage
from members.roles import SeatRole

MOST_CITED = 5  # more in a row are named by the first and the last
_KINDS = (
    "stage.moved",
    "consultation.changed",
    "seat.taken",
    "agenda.moved",
    "ballot.closed",
    "ballot.voided",
    "stances.closed",
    "speech.begun",
    "answer.asked",
    "answer.given",
)


@dataclass(slots=True)
class Sources:
    """Numbers of events. `agenda` has those at which a step began and ended, by position.

    `announced` are the announcement and the last change of what it said, `moderators`, `recorders`
    and `present` how those who had these seats, or came, got them.
    """

    announced: list[int] = field(default_factory=list)
    moderators: list[int] = field(default_factory=list)
    recorders: list[int] = field(default_factory=list)
    present: list[int] = field(default_factory=list)
    live: list[int] = field(default_factory=list)
    agenda: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    ballots: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    stances: list[int] = field(default_factory=list)
    turns: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    answers: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    @property
    def floor(self) -> list[int]:
        """All turns at the floor, in their order."""
        return sorted(seq for seqs in self.turns.values() for seq in seqs)


def sources_of(consultation: Consultation) -> Sources:
    """Two queries."""
    found = Sources()
    announced: dict[str, int] = {}
    seats: dict[int, int] = {}
    events = RoomEvent.objects.filter(consultation=consultation, type__in=_KINDS).order_by("seq")
    for event in events.only("seq", "type", "body"):
        seq, kind, body = event.seq, event.type, event.body or {}
        if kind == "seat.taken":
            seats[body["person"]["id"]] = seq
        elif kind == "consultation.changed" or body.get("to") == Stage.ANNOUNCED:
            announced[kind] = seq
        else:
            _add(found, seq, kind, body)
    found.announced = sorted(announced.values())
    _add_seats(found, consultation, seats)
    return found


def _add(found: Sources, seq: int, kind: str, body: dict[str, Any]) -> None:
    if kind == "stage.moved" and Stage.LIVE in (body["from"], body["to"]):
        found.live.append(seq)
    elif kind == "agenda.moved":
        for position in {body["ended"], body["started"]} - {None}:
            found.agenda[position].append(seq)
    elif kind in {"ballot.closed", "ballot.voided"}:
        found.ballots[body["number"]].append(seq)
    elif kind == "stances.closed":
        found.stances = [seq]
    elif kind == "speech.begun":
        found.turns[body["number"]].append(seq)
    elif kind in {"answer.asked", "answer.given"}:
        found.answers[body["number"]] = [seq]


def _add_seats(found: Sources, consultation: Consultation, taken: dict[int, int]) -> None:
    """Of each who has a seat now, the event that gave it to them."""
    seats = consultation.seats.values_list("person_id", "role", "first_seen_at")
    for person_id, role, first_seen_at in seats:
        if (seq := taken.get(person_id)) is None:
            continue
        if role == SeatRole.MODERATOR:
            found.moderators.append(seq)
        if role == SeatRole.RECORDER:
            found.recorders.append(seq)
        if first_seen_at is not None:
            found.present.append(seq)


def cite(seqs: Iterable[int], before: str = "，") -> str:
    """“，记录 3、记录 5” or “，记录 3 至记录 60”; "" for none. The pages turn each into a link."""
    ordered = sorted(seqs)
    if len(ordered) > MOST_CITED:
        return f"{before}记录 {ordered[0]} 至记录 {ordered[-1]}"
    named = "、".join(f"记录 {seq}" for seq in ordered)
    return f"{before}{named}" if named else ""
