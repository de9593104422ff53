"""Asking a department to answer an opinion, and the department's answer.

An answer is a reply in the room like any other, by someone of that department; the request links
to it. It may be given as long as the discussion is summed up, also where replies are closed.
"""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from consultations.archiving.canonical import timestamp
from consultations.domain.events import Advanced, advance, hold, record
from consultations.domain.floor import Receipt
from consultations.domain.notices import tell_author, tell_department
from consultations.domain.opinions import opinion_by_number
from consultations.domain.posting import post_opinion
from consultations.domain.seats import seat_department
from consultations.domain.stages import Act, require_stage
from consultations.models import (
    AnswerRequest,
    Consultation,
    NoticeKind,
    Opinion,
    OpinionKind,
    OpinionState,
    RoomEvent,
)
from hall.errors import Code, Refusal
from members.access import require
from members.models import Department, Person
from members.roles import Permission, Role, SeatRole


@transaction.atomic
def ask_department(
    consultation: Consultation, *, number: int, department: int, by: Person
) -> AnswerRequest:
    """Ask a department (its id) to answer opinion `number`; its people are told, and may answer.

    Logged as `answer.asked`, with a `seat.taken` for whoever of them could only watch. Asking
    again what is asked already is the same request.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`; `not_found` without such an opinion or
            department; `wrong_state` for a hidden opinion, or one that is a reply.
    """
    turn = _begin(consultation, by)
    opinion = opinion_by_number(consultation, number)
    if opinion.state != OpinionState.VISIBLE:
        raise Refusal(Code.WRONG_STATE, _("这条意见没有公开，不能转请答复。"))
    if opinion.kind == OpinionKind.REPLY:
        raise Refusal(Code.WRONG_STATE, _("回复不能转请答复，请选它所回复的意见。"))
    asked = Department.objects.filter(pk=department).first()
    if asked is None:
        raise Refusal(Code.NOT_FOUND, _("没有这个单位。"), field="department")
    there = AnswerRequest.objects.filter(opinion=opinion, department=asked, withdrawn_at=None)
    if (known := there.first()) is not None:
        transaction.set_rollback(True)
        return known
    last = consultation.answer_requests.aggregate(last=Max("number"))["last"] or 0
    request = AnswerRequest.objects.create(
        consultation=consultation,
        number=last + 1,
        opinion=opinion,
        department=asked,
        asked_by=by,
        asked_at=turn.at,
    )
    tell_department(opinion, asked, by=by)
    body = {
        "number": request.number,
        "opinion": opinion.number,
        "department": {"id": asked.pk, "name": asked.name},
    }
    record(consultation.pk, "answer.asked", body, by=by, turn=turn)
    seat_department(consultation, asked, by=by)
    return request


@transaction.atomic
def withdraw_request(consultation: Consultation, *, number: int, by: Person) -> RoomEvent | None:
    """Take request `number` back; None if it is. Logged as `answer.withdrawn`.

    Raises:
        Refusal: `forbidden`, `not_found`, `wrong_stage`, `sealed`; `wrong_state` once answered.
    """
    turn = _begin(consultation, by)
    request = _request(consultation, number)
    if request.answer_id is not None:
        raise Refusal(Code.WRONG_STATE, _("这个单位已经答复，不能撤回。"))
    if request.withdrawn_at is not None:
        transaction.set_rollback(True)
        return None
    request.withdrawn_at = turn.at
    request.save(update_fields=["withdrawn_at"])
    return record(consultation.pk, "answer.withdrawn", {"number": number}, by=by, turn=turn)


@transaction.atomic
def give_answer(
    consultation: Consultation, *, number: int, by: Person, key: UUID, text: str
) -> Receipt:
    """Answer request `number` for one's department: a reply that is marked as its answer.

    Logged as `opinion.posted` and `answer.given`; an opinion that no other department has yet to
    answer is answered (`opinion.answered`), and its author is told. The same key again is the same
    answer.

    Raises:
        Refusal: `forbidden` for who is not of that department; `not_found`; `wrong_state` when
            it is withdrawn or answered; as `post_opinion` for the text, the stage and the key.
    """
    require(by, Permission.OPINION_ANSWER, consultation)
    hold(consultation.pk)
    request = _request(consultation, number)
    # Who sits in the room may have gone to another department since they came.
    theirs = Person.objects.filter(pk=by.pk, role=Role.DEPARTMENT, department=request.department_id)
    if not theirs.exists():
        raise Refusal(Code.FORBIDDEN, _("只有被请的单位可以正式答复。"))
    if request.withdrawn_at is not None:
        raise Refusal(Code.WRONG_STATE, _("主持人已撤回这项请求。"))
    if request.answer is not None and (request.answer.author_id, request.answer.key) != (
        by.pk,
        key,
    ):
        raise Refusal(Code.WRONG_STATE, _("您单位已经答复过，可以再作普通回复。"))
    receipt = post_opinion(
        consultation,
        author=by,
        key=key,
        kind=OpinionKind.REPLY,
        text=text,
        reply_to=request.opinion.number,
        act=Act.ANSWER,
    )
    if request.answer is None:
        _link(consultation, request, receipt, by)
    return receipt


def _link(consultation: Consultation, request: AnswerRequest, receipt: Receipt, by: Person) -> None:
    turn = advance(consultation.pk)
    request.answer = Opinion.objects.get(consultation=consultation, number=receipt.number)
    request.answered_at = turn.at
    request.save(update_fields=["answer", "answered_at"])
    body = {"number": request.number, "answer": receipt.number}
    record(consultation.pk, "answer.given", body, by=by, turn=turn)
    opinion = request.opinion
    if open_requests(consultation).filter(opinion=opinion).exists():
        return
    tell_author(opinion, NoticeKind.ANSWERED, by=by)
    if opinion.answered_at is None:
        opinion.answered_at = turn.at
        opinion.save(update_fields=["answered_at"])
        marked = {"number": opinion.number, "answered": True}
        record(consultation.pk, "opinion.answered", marked, by=by)


def _begin(consultation: Consultation, by: Person) -> Advanced:
    require(by, Permission.OPINION_MODERATE, consultation)
    turn = advance(consultation.pk)
    consultation.refresh_from_db(fields=["stage"])
    require_stage(consultation, Act.MODERATE)
    return turn


def _request(consultation: Consultation, number: int) -> AnswerRequest:
    found = consultation.answer_requests.filter(number=number)
    request = found.select_related("opinion", "answer", "department").first()
    if request is None:
        raise Refusal(Code.NOT_FOUND, _("没有这项答复请求。"))
    return request


def open_requests(consultation: Consultation) -> Any:
    """The requests that still wait for their answer."""
    return consultation.answer_requests.filter(withdrawn_at=None, answer=None)


def request_cards(consultation: Consultation) -> list[dict[str, Any]]:
    """The requests that stand, by number. One query.

    `{number, opinion, department: {id, name}, asked_at, answer, answered_at}`; `opinion` and
    `answer` are numbers of opinions, `answer` null while it is waited for.
    """
    rows = consultation.answer_requests.filter(withdrawn_at=None).order_by("number")
    return [
        {
            "number": row["number"],
            "opinion": row["opinion__number"],
            "department": {"id": row["department"], "name": row["department__name"]},
            "asked_at": timestamp(row["asked_at"]),
            "answer": row["answer__number"],
            "answered_at": timestamp(row["answered_at"]) if row["answered_at"] else None,
        }
        for row in rows.values(
            "number",
            "opinion__number",
            "department",
            "department__name",
            "asked_at",
            "answer__number",
            "answered_at",
        )
    ]


def departments(consultation: Consultation, *, by: Person) -> list[dict[str, Any]]:
    """Whom one may ask: `{id, name, here}`, those with a seat in the room first. Two queries.

    Raises:
        Refusal: `forbidden`, `not_found`.
    """
    require(by, Permission.OPINION_MODERATE, consultation)
    seats = consultation.seats.filter(role=SeatRole.DEPARTMENT, person__department__isnull=False)
    here = set(seats.values_list("person__department", flat=True))
    every = Department.objects.order_by("position", "pk").values("id", "name")
    found = [{**one, "here": one["id"] in here} for one in every]
    return sorted(found, key=lambda one: not one["here"])
