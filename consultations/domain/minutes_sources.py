"""Where a draft of minutes has its facts from: the events of the log, by number."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from consultations.models import Consultation, RoomEvent, Stage

_KINDS = (
    "stage.moved",
    "agenda.moved",
    "ballot.closed",
    "stances.closed",
    "speech.begun",
    "answer.given",
)


@dataclass(slots=True)
class Sources:
    """Numbers of events. `agenda` has those at which a step began and ended, by position."""

    live: list[int] = field(default_factory=list)
    agenda: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    ballots: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    stances: list[int] = field(default_factory=list)
    turns: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    answers: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))


def sources_of(consultation: Consultation) -> Sources:
    """One query."""
    found = Sources()
    events = RoomEvent.objects.filter(consultation=consultation, type__in=_KINDS).order_by("seq")
    for event in events.only("seq", "type", "body"):
        seq, kind, body = event.seq, event.type, event.body or {}
        if kind == "stage.moved" and Stage.LIVE in (body["from"], body["to"]):
            found.live.append(seq)
        elif kind == "agenda.moved":
            for position in {body["ended"], body["started"]} - {None}:
                found.agenda[position].append(seq)
        elif kind == "ballot.closed":
            found.ballots[body["number"]].append(seq)
        elif kind == "stances.closed":
            found.stances = [seq]
        elif kind == "speech.begun":
            found.turns[body["number"]].append(seq)
        elif kind == "answer.given":
            found.answers[body["number"]].append(seq)
    return found


def cite(seqs: Iterable[int], before: str = "，") -> str:
    """“，记录 3、记录 5”; "" for none. The pages turn each into a link."""
    named = "、".join(f"记录 {seq}" for seq in seqs)
    return f"{before}{named}" if named else ""
