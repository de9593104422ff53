"""What a department has been asked to answer."""

from dataclasses import dataclass
from datetime import datetime

from consultations.domain.stages import STAGE_ALLOWS, Act
from consultations.models import AnswerRequest, OpinionState
from members.models import Person
from members.roles import Role

_ANSWERABLE = [stage for stage, acts in STAGE_ALLOWS.items() if Act.ANSWER in acts]


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
        consultation__stage__in=_ANSWERABLE,
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
