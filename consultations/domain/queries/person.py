"""A person's own page: where they sit, what waits for them, what they proposed and did."""

from dataclasses import dataclass

from django.db.models import QuerySet

from consultations.domain.pages import Listed
from consultations.domain.queries.answers import ToAnswer, to_answer
from consultations.domain.queries.lines import LIVE_FIRST, ConsultationLine, lines
from consultations.domain.queries.topic_lines import TopicLine, own_topics
from consultations.domain.queries.waiting import OfficeWork, StudioWork, office_work, studio_work
from consultations.models import Consultation, Stage
from members.duty import duty_of
from members.models import DutyEvent, Person


@dataclass(frozen=True, slots=True)
class MyPage:
    """The person's own page, all but what they said and asked. These, topics and duty, the latest
    first, are read by the page.

    `seated` are consultations that the person has a seat in and that are not over. `office` waits
    for staff, `studio` for a member, `to_answer` for a department; None or empty for others.
    """

    seated: tuple[ConsultationLine, ...]
    topics: Listed[TopicLine]
    duty: QuerySet[DutyEvent]
    to_answer: tuple[ToAnswer, ...]
    office: OfficeWork | None
    studio: StudioWork | None


def my_page(person: Person) -> MyPage:
    """The person's own page. Constant number of queries."""
    active = Consultation.objects.filter(seats__person=person).exclude(
        stage__in=[Stage.SEALED, Stage.CANCELLED, Stage.DRAFT]
    )
    return MyPage(
        seated=lines(active.order_by(LIVE_FIRST, "starts_at", "id")),
        topics=own_topics(person),
        duty=duty_of(person),
        to_answer=to_answer(person),
        office=office_work(person),
        studio=studio_work(person),
    )
