"""Telling people what became of their words and topics, and of what waits for them.

What they are told of a consultation's course is in `plan_notices`. The verbs call the `tell_`
functions within their transactions. Nobody is told of their own deed.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from consultations.domain import clock
from consultations.models import (
    Consultation,
    Erasure,
    MinutesObjection,
    Notice,
    NoticeKind,
    Opinion,
    StudioQuestion,
    Topic,
    TopicStatus,
)
from members.models import Department, Person
from members.roles import HALL_TABLE, Permission, Role, SeatRole

_OF_DECISION = {
    TopicStatus.ACCEPTED: NoticeKind.TOPIC_ACCEPTED,
    TopicStatus.DECLINED: NoticeKind.TOPIC_DECLINED,
    TopicStatus.MERGED: NoticeKind.TOPIC_MERGED,
}
_BATCH = 500


def tell_of_decision(topic: Topic, *, by: Person) -> None:
    """The topic was decided as its status says: its proposer learns it, with the reason."""
    kind = _OF_DECISION[TopicStatus(topic.status)]
    tell_proposer(topic, kind, by=by, reason=topic.decision_reason)


def tell_proposer(topic: Topic, kind: NoticeKind, *, by: Person, reason: str = "") -> None:
    """Something became of the topic: its proposer learns it."""
    write_notices(
        Notice(person_id=person, kind=kind, topic=topic, reason=reason, at=clock.now())
        for person in {topic.proposed_by_id} - {by.pk}
    )


def tell_of_withdrawal(topic: Topic) -> None:
    """The topic was taken back by its proposer: those who supported it learn it."""
    write_notices(
        Notice(person_id=person, kind=NoticeKind.TOPIC_WITHDRAWN, topic=topic, at=clock.now())
        for person in topic.supports.values_list("person_id", flat=True)
    )


def tell_author(opinion: Opinion, kind: NoticeKind, *, by: Person, reason: str = "") -> None:
    """Something became of the opinion: its author learns it."""
    write_notices(_of_opinion(opinion, kind, reason) for _author in {opinion.author_id} - {by.pk})


def tell_department(opinion: Opinion, department: Department, *, by: Person) -> None:
    """The department is asked to answer the opinion: its people learn it."""
    people = Person.objects.filter(department=department, role=Role.DEPARTMENT, is_active=True)
    write_notices(
        Notice(
            person_id=person,
            kind=NoticeKind.ANSWER_ASKED,
            consultation_id=opinion.consultation_id,
            number=opinion.number,
            at=clock.now(),
        )
        for person in people.exclude(pk=by.pk).values_list("pk", flat=True)
    )


def tell_of_citing(consultation: Consultation, *, by: Person) -> None:
    """The outcome was published: authors of opinions that clauses rest on learn it, once each.

    So do those whose opinions were merged into these.
    """
    told = Notice.objects.filter(consultation=consultation, kind=NoticeKind.CITED)
    cited = Opinion.objects.filter(
        Q(clauses__consultation=consultation) | Q(merged_into__clauses__consultation=consultation)
    ).exclude(author=by)
    new = cited.exclude(number__in=told.values("number")).distinct()
    write_notices(_of_opinion(opinion, NoticeKind.CITED) for opinion in new)


def tell_of_objection(objection: MinutesObjection) -> None:
    """Somebody objects to the minutes: those who keep them learn it."""
    keepers = objection.consultation.seats.filter(role__in=[SeatRole.MODERATOR, SeatRole.RECORDER])
    people = keepers.exclude(person=objection.person_id).values_list("person_id", flat=True)
    write_notices(_of_objection(objection, NoticeKind.OBJECTED, person) for person in people)


def tell_of_answer(objection: MinutesObjection, *, by: Person) -> None:
    """The objection was answered: who raised it learns it."""
    people = {objection.person_id} - {by.pk}
    write_notices(
        _of_objection(objection, NoticeKind.OBJECTION_ANSWER, person) for person in people
    )


def _of_objection(objection: MinutesObjection, kind: NoticeKind, person_id: int) -> Notice:
    return Notice(
        person_id=person_id,
        kind=kind,
        consultation_id=objection.consultation_id,
        at=clock.now(),
    )


def tell_of_erasure(erasure: Erasure) -> None:
    """Someone asks that an opinion be erased: all others who may decide on it learn it."""
    deciding = [role for role in HALL_TABLE if Permission.OPINION_ERASE in HALL_TABLE[role]]
    people = Person.objects.filter(role__in=deciding, is_active=True).exclude(
        pk=erasure.asked_by_id
    )
    write_notices(
        Notice(
            person_id=person,
            kind=NoticeKind.ERASURE_ASKED,
            consultation_id=erasure.consultation_id,
            number=erasure.opinion.number,
            at=erasure.asked_at,
        )
        for person in people.order_by("pk").values_list("pk", flat=True)
    )


def tell_of_question(
    question: StudioQuestion, kind: NoticeKind, *, person_id: int, reason: str = ""
) -> None:
    """A question to a member was asked, answered or hidden: who is concerned learns it."""
    told = Notice(person_id=person_id, kind=kind, question=question, reason=reason, at=clock.now())
    write_notices([told])


@transaction.atomic
def read_notices(person: Person, *, up_to: int) -> int:
    """Mark the person's notices up to this id as read; returns how many were unread."""
    unread = Notice.objects.filter(person=person, read_at=None, pk__lte=up_to)
    return unread.update(read_at=clock.now())


@transaction.atomic
def read_notice(person: Person, notice_id: int) -> bool:
    """Mark one of the person's own as read; False where it was, or is not theirs."""
    unread = Notice.objects.filter(person=person, pk=notice_id, read_at=None)
    return bool(unread.update(read_at=clock.now()))


def _of_opinion(opinion: Opinion, kind: NoticeKind, reason: str = "") -> Notice:
    return Notice(
        person_id=opinion.author_id,
        kind=kind,
        consultation_id=opinion.consultation_id,
        number=opinion.number,
        reason=reason,
        at=clock.now(),
    )


def write_notices(notices: Iterable[Notice]) -> None:
    """Within the transaction of the verb that they tell of."""
    Notice.objects.bulk_create(notices, batch_size=_BATCH)
