"""What waits for a person: as one of the staff, or as a member with a studio."""

from dataclasses import dataclass

from django.db.models import Count, Min

from consultations.domain.queries.studios import (
    QuestionLine,
    question_lines,
    questions_waiting,
    reported_questions,
)
from consultations.models import Erasure, ErasureState, Topic, TopicStatus
from members.access import allowed
from members.models import Person
from members.roles import Permission, Role

MOST = 5


@dataclass(frozen=True, slots=True)
class WaitingErasures:
    """How many erasures in one consultation wait for a second person."""

    consultation_id: int
    consultation: str
    count: int


@dataclass(frozen=True, slots=True)
class OfficeWork:
    """What waits for staff: shown `topics` that are not decided on, questions to members with
    `reports` that nobody looked at, and `erasures` that others asked for, the longest waiting
    first, of at most five consultations; `more_erasures` counts the consultations beside these."""

    topics: int
    reports: int
    erasures: tuple[WaitingErasures, ...]
    more_erasures: int

    @property
    def is_done(self) -> bool:
        return not (self.topics or self.reports or self.erasures)


@dataclass(frozen=True, slots=True)
class StudioWork:
    """What waits for a member: the first of the `count` questions without an answer, the oldest
    first."""

    count: int
    questions: tuple[QuestionLine, ...]


def office_work(person: Person) -> OfficeWork | None:
    """What waits for this one of the staff; None for others. Three queries."""
    if not allowed(person, Permission.TOPIC_MANAGE):
        return None
    asked = Erasure.objects.filter(state=ErasureState.ASKED).exclude(asked_by=person)
    by_room = (
        asked.order_by()
        .values("consultation", "consultation__title")
        .annotate(n=Count("pk"), first=Min("asked_at"))
        .order_by("first")
    )
    rooms = list(by_room)
    return OfficeWork(
        topics=Topic.objects.filter(status=TopicStatus.PROPOSED, hidden_reason="").count(),
        reports=reported_questions(person).count(),
        erasures=tuple(
            WaitingErasures(row["consultation"], row["consultation__title"], row["n"])
            for row in rooms[:MOST]
        ),
        more_erasures=max(len(rooms) - MOST, 0),
    )


def studio_work(person: Person) -> StudioWork | None:
    """What waits for this member; None for others. Two queries, and one of the reports."""
    if person.role != Role.MEMBER:
        return None
    waiting = questions_waiting(person)
    return StudioWork(waiting.count(), question_lines(waiting[:MOST], person))
