"""What a department has been asked to answer."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from consultations.domain.stages import STAGE_ALLOWS, Act
from consultations.models import AnswerRequest, OpinionState
from members.models import Person
from members.roles import Role

ANSWERABLE = [stage for stage, acts in STAGE_ALLOWS.items() if Act.ANSWER in acts]


@dataclass(frozen=True, slots=True)
class ToAnswer:
    """An opinion that waits for the person's department; `number` is its number in the room."""

    consultation_id: int
    consultation: str
    number: int
    kind_label: str
    text: str
    asked_at: datetime


def to_answer(person: Person) -> tuple[ToAnswer, ...]:
    """What waits for the person's department, oldest first, where it can still be answered.

    One query for people of a department, none for others.
    """
    if person.role != Role.DEPARTMENT or person.department_id is None:
        return ()
    waiting = AnswerRequest.objects.filter(
        department=person.department_id,
        answer=None,
        withdrawn_at=None,
        opinion__state=OpinionState.VISIBLE,
        consultation__stage__in=ANSWERABLE,
    )
    return tuple(
        ToAnswer(
            consultation_id=request.consultation_id,
            consultation=request.consultation.title,
            number=request.opinion.number,
            kind_label=request.opinion.get_kind_display(),
            text=request.opinion.text,
            asked_at=request.asked_at,
        )
        for request in waiting.select_related("consultation", "opinion").order_by("asked_at", "pk")
    )


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """A department that was asked to answer an opinion, and its answer.

    `number` is the answer's number in the room, 0 while it is waited for; an answer that is hidden
    has no text.
    """

    department: str
    number: int
    text: str
    answered_at: datetime | None


def answers_to(opinion_ids: Collection[int]) -> dict[int, tuple[AnswerLine, ...]]:
    """What departments said to these opinions, by primary key; those that none was asked about are
    left out. One query."""
    rows = AnswerRequest.objects.filter(opinion__in=opinion_ids, withdrawn_at=None)
    found: dict[int, list[AnswerLine]] = defaultdict(list)
    for row in rows.select_related("department", "answer").order_by("number"):
        given = row.answer
        shown = given is not None and given.state == OpinionState.VISIBLE
        found[row.opinion_id].append(
            AnswerLine(
                department=row.department.name,
                number=given.number if given else 0,
                text=given.text if given and shown else "",
                answered_at=row.answered_at,
            )
        )
    return {opinion: tuple(lines) for opinion, lines in found.items()}
