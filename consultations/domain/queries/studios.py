"""Members' studios: who can be asked, what was asked and answered, what was reported."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, When

from consultations.domain.pages import Listed
from consultations.domain.queries.lines import ConsultationLine, counted_by, known_to, lines
from consultations.models import StudioQuestion
from hall.errors import Code, Refusal
from members.access import Visitor, allowed
from members.duty import duty_of
from members.models import DutyEvent, Person
from members.roles import Permission, Role

_BODIES = ("sector", "special_committee", "studio", "liaison_group")
_WAITING = Q(answered_at=None, hidden_reason="")
HELD = 6


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member in the list; `answered` of the `asked` questions that can be read."""

    id: int
    name: str
    belongs_to: str
    studio: str
    asked: int
    answered: int


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """One question with its answer; `reports` are reasons that wait for staff, and theirs alone."""

    id: int
    member_id: int
    member: str
    text: str
    asked_by: str
    identity_label: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None
    hidden_reason: str
    reports: tuple[str, ...]
    may_answer: bool
    may_report: bool


@dataclass(frozen=True, slots=True)
class Studio:
    """A member's public page, all but the questions, which come by the page, as duties do."""

    id: int
    name: str
    belongs_to: str
    special_committee: str
    studio: str
    address: str
    township: str
    asked: int
    answered: int
    consultations: tuple[ConsultationLine, ...]
    duty: QuerySet[DutyEvent]
    may_ask: bool
    may_moderate: bool


def members(query: str = "") -> Listed[MemberLine]:
    """All members who can be asked, by sector, or those in whose line each word of `query` is."""
    rows = _members()
    for word in query.split():
        rows = rows.filter(
            Q(alias__icontains=word)
            | Q(sector__name__icontains=word)
            | Q(studio__name__icontains=word)
        )
    questions = StudioQuestion.objects.filter(member=OuterRef("pk"), hidden_reason="")
    shown = rows.annotate(
        asked=counted_by("member", questions),
        answered=counted_by("member", questions.filter(answered_at__isnull=False)),
    )
    ordered = shown.order_by("sector__position", "sector_id", "id")
    return Listed(ordered, lambda found: map(_member_line, found), bare=rows)


def _member_line(row: Any) -> MemberLine:
    return MemberLine(
        id=row.pk,
        name=row.alias,
        belongs_to=row.belongs_to,
        studio=row.studio.name if row.studio else "",
        asked=row.asked,
        answered=row.answered,
    )


def find_member(member_id: int) -> Person:
    """The member with this id; `Refusal` `not_found` for anybody else."""
    member = _members().filter(pk=member_id).first()
    if member is None:
        raise Refusal(Code.NOT_FOUND)
    return member


def studio(member_id: int, visitor: Visitor) -> Studio:
    """The member's page. Constant number of queries.

    Raises:
        Refusal: `not_found`.
    """
    member = find_member(member_id)
    held = known_to(None).filter(seats__person=member).order_by("-starts_at", "-id")[:HELD]
    figures = StudioQuestion.objects.filter(member=member, hidden_reason="").aggregate(
        asked=Count("pk"), answered=Count("pk", filter=Q(answered_at__isnull=False))
    )
    body = member.special_committee
    return Studio(
        id=member.pk,
        name=member.alias,
        belongs_to=member.belongs_to,
        special_committee=body.name if body else "",
        studio=member.studio.name if member.studio else "",
        address=member.studio.address if member.studio else "",
        township=member.liaison_group.township if member.liaison_group else "",
        asked=figures["asked"],
        answered=figures["answered"],
        consultations=lines(held),
        duty=duty_of(member),
        may_ask=visitor.pk != member.pk,
        may_moderate=allowed(visitor, Permission.STUDIO_MODERATE),
    )


def questions(member_id: int, visitor: Visitor) -> QuerySet[StudioQuestion]:
    """The member's questions that the visitor may read, the newest first; for `question_lines`.

    Hidden ones are for who asked, the member and the staff. The member finds those first that wait
    for an answer.
    """
    rows = StudioQuestion.objects.filter(member_id=member_id)
    if not allowed(visitor, Permission.STUDIO_MODERATE) and visitor.pk != member_id:
        rows = rows.filter(Q(hidden_reason="") | Q(asked_by_id=visitor.pk))
    if visitor.pk == member_id:
        settled = Case(When(_WAITING, then=0), default=1, output_field=IntegerField())
        return _whole(rows).order_by(settled, "-asked_at", "-pk")
    return _whole(rows)


def questions_before(question: StudioQuestion, visitor: Visitor) -> int:
    """How many of `questions` stand before this one, for its page. One query."""
    later = Q(asked_at__gt=question.asked_at) | Q(asked_at=question.asked_at, pk__gt=question.pk)
    if visitor.pk == question.member_id:
        waits = question.answered_at is None and not question.hidden_reason
        later = (_WAITING & later) if waits else (_WAITING | later)
    return questions(question.member_id, visitor).filter(later).count()


def questions_waiting(member: Person) -> QuerySet[StudioQuestion]:
    """Questions to the member that can be answered and are not, the oldest first."""
    rows = StudioQuestion.objects.filter(_WAITING, member=member)
    return _whole(rows).order_by("asked_at", "pk")


def own_questions(person: Person) -> QuerySet[StudioQuestion]:
    """What the person has asked members, the newest first; for `question_lines`."""
    return _whole(StudioQuestion.objects.filter(asked_by=person))


def reported_questions(visitor: Visitor) -> QuerySet[StudioQuestion]:
    """Questions with reports that nobody has looked at; Refusal `forbidden`."""
    if not allowed(visitor, Permission.STUDIO_MODERATE):
        raise Refusal(Code.FORBIDDEN)
    open_reports = StudioQuestion.objects.filter(reports__settled_at=None, reports__isnull=False)
    return _whole(open_reports.distinct())


def find_question(question_id: int, visitor: Visitor) -> StudioQuestion:
    """The question itself, for a verb to act on; `Refusal` `not_found` where it is not seen."""
    question = StudioQuestion.objects.filter(pk=question_id).first()
    if question is None or not questions(question.member_id, visitor).filter(pk=question_id):
        raise Refusal(Code.NOT_FOUND)
    return question


def question_lines(
    rows: QuerySet[StudioQuestion] | list[StudioQuestion], visitor: Visitor
) -> tuple[QuestionLine, ...]:
    """The lines of rows that come from here. No query beyond theirs."""
    moderates = allowed(visitor, Permission.STUDIO_MODERATE)
    asks = allowed(visitor, Permission.STUDIO_ASK)
    return tuple(
        QuestionLine(
            id=row.pk,
            member_id=row.member_id,
            member=row.member.alias,
            text=row.text,
            asked_by=row.asked_by.alias,
            identity_label=row.asked_by.get_role_display(),
            asked_at=row.asked_at,
            answer=row.answer,
            answered_at=row.answered_at,
            hidden_reason=row.hidden_reason,
            reports=tuple(
                report.reason
                for report in row.reports.all()
                if moderates and report.settled_at is None
            ),
            may_answer=row.member_id == visitor.pk and not row.hidden_reason,
            may_report=asks
            and not moderates
            and not row.hidden_reason
            and row.asked_by_id != visitor.pk,
        )
        for row in rows
    )


def _members() -> QuerySet[Person]:
    return Person.objects.select_related(*_BODIES).filter(role=Role.MEMBER, is_active=True)


def _whole(rows: QuerySet[StudioQuestion]) -> QuerySet[StudioQuestion]:
    related = rows.select_related("member", "asked_by").prefetch_related("reports")
    return related.order_by("-asked_at", "-pk")
