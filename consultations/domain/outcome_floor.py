"""Who had the floor, and what departments answered, as parts of an outcome."""

from consultations.domain.session_parts import DepartmentAnswer, SpokenTurn
from consultations.models import Consultation, Opinion, OpinionState, TurnState


def turns_of(consultation: Consultation) -> tuple[SpokenTurn, ...]:
    """The turns that were spoken to their end, in the order of being called. One query."""
    spoken = consultation.turns.filter(state=TurnState.SPOKE, called_at__isnull=False)
    return tuple(
        SpokenTurn(
            number=turn.number,
            person=turn.person.alias,
            identity=turn.identity,
            identity_label=turn.get_identity_display(),
            subject=turn.subject,
            called_at=turn.called_at,
            seconds=turn.seconds,
        )
        for turn in spoken.select_related("person").order_by("called_at", "number")
        if turn.called_at is not None
    )


def answers_of(consultation: Consultation) -> tuple[DepartmentAnswer, ...]:
    """What departments were asked, by number, without what was withdrawn. One query."""
    asked = consultation.answer_requests.filter(withdrawn_at=None).order_by("number")
    return tuple(
        DepartmentAnswer(
            number=request.number,
            opinion=request.opinion.number,
            kind_label=request.opinion.get_kind_display(),
            text=_readable(request.opinion),
            department=request.department.name,
            asked_at=request.asked_at,
            answer=request.answer.number if request.answer else 0,
            answer_text=_readable(request.answer) if request.answer else "",
            answered_at=request.answered_at,
        )
        for request in asked.select_related("opinion", "department", "answer")
    )


def _readable(opinion: Opinion) -> str:
    return opinion.text if opinion.state == OpinionState.VISIBLE else ""
