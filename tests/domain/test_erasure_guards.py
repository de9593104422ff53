"""What the database lets an erasure change of a sealed consultation: that, and nothing else.

Tried with raw SQL while an erasure runs, column by column.
"""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from consultations.domain.archives import seal
from consultations.domain.erasures import ask_erasure, confirm_erasure
from consultations.domain.events import record
from consultations.models import (
    MODERATORS,
    Archive,
    ArchiveEdition,
    Consultation,
    Erasure,
    ErasureState,
    MinutesObjection,
    Opinion,
    OpinionCorrection,
    RoomEvent,
    Stage,
    Verdict,
)
from members.models import DutyEvent
from members.roles import Role
from tests.factories import (
    bring_to_review,
    make_consultation,
    make_duty_event,
    make_opinion,
    make_person,
)

pytestmark = pytest.mark.django_db
BASIS = "某某法院裁定"
SEALED = "the consultation is sealed|archives are never changed"


@pytest.fixture
def running() -> Erasure:
    """An erasure of the first opinion of a sealed consultation, in the midst of its transaction."""
    room = make_consultation(Stage.LIVE)
    make_opinion(room)
    first = make_opinion(room, text="要删掉的话")
    OpinionCorrection.objects.create(
        opinion=first, earlier="更早的话", key="0" * 32, by=room.prepared_by, at=timezone.now()
    )
    bring_to_review(room)
    for number, (passage, text) in enumerate(
        (("要删掉的话", "不对"), ("会议纪要正文。", "也不对")), 1
    ):
        make_objection(room, number=number, passage=passage, text=text)
    seal(room, by=room.prepared_by)
    asks, decides = make_person(Role.STAFF), make_person(Role.STAFF)
    erasure = ask_erasure(room, number=first.number, basis=BASIS, reason="裁定", by=asks)
    erasure.state, erasure.decided_by = ErasureState.RUNNING, decides
    erasure.decided_at = timezone.now()
    erasure.save()
    return erasure


def make_objection(room: Consultation, *, number: int, passage: str, text: str) -> None:
    person = room.prepared_by
    MinutesObjection.objects.create(
        **{"consultation": room, "number": number, "minutes": room.minutes.get()},
        **{"person": person, "identity": person.role, "paragraph": 1, "at": timezone.now()},
        **{"passage": passage, "text": text, "verdict": Verdict.EXPLAINED, "answer": "已核对"},
    )
    with transaction.atomic():
        for kind in ("objected", "answered"):
            body = {"number": number}
            record(room.pk, f"minutes.{kind}", body, by=person, audience=MODERATORS)


def run(statement: str, *parameters: Any) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def refused(statement: str, *parameters: Any) -> None:
    with pytest.raises(IntegrityError, match=SEALED):
        run(statement, *parameters)


def columns(model: Any) -> list[str]:
    return [field.column for field in model._meta.concrete_fields]


def another(model: Any, column: str) -> str:
    """An SQL expression for another value of the column; nothing checks that it makes sense."""
    kind = next(f for f in model._meta.concrete_fields if f.column == column).get_internal_type()
    if kind in {"TextField", "CharField"}:
        return f"'x' || substr({column}, 2)"
    if kind == "DateTimeField":
        return "'2020-01-01 00:00:00+00'"
    if kind == "UUIDField":
        return "'11111111111111111111111111111111'"
    if kind == "JSONField":
        return "'{\"number\": 9}'"
    if kind == "BooleanField":
        return f"NOT {column}"
    return f"COALESCE({column}, 0) + 1000"


OPINION = "UPDATE consultations_opinion SET text = '', state = 'erased', state_reason = %s"
EVENT = "UPDATE consultations_roomevent SET body = NULL, salt = '', erasure_id = %s"
GONE = "〔2 号意见已依法删除〕"
OBJECTION = "UPDATE consultations_minutesobjection SET passage = %s"
GOES = {
    "consultations_minutesobjection": ("passage", "text", "answer"),
    "consultations_opinion": ("text", "state", "state_reason", "pinned_at"),
    "consultations_roomevent": ("body", "salt", "erasure_id"),
    "consultations_opinioncorrection": ("earlier",),
    "consultations_archive": ("outcome",),
    "consultations_minutes": ("body",),
}


def the_one_change(erasure: Erasure) -> dict[str, tuple[str, list[Any], str]]:
    """Table → the change that is let through, its parameters, and which row it is of."""
    event = RoomEvent.objects.get(consultation=erasure.consultation, seq=erasure.opinion.posted_seq)
    room = f"consultation_id = {erasure.consultation_id}"
    return {
        "consultations_opinion": (OPINION, [BASIS], f"id = {erasure.opinion_id}"),
        "consultations_roomevent": (EVENT, [erasure.pk], f"id = {event.pk}"),
        "consultations_opinioncorrection": (
            "UPDATE consultations_opinioncorrection SET earlier = ''",
            [],
            f"opinion_id = {erasure.opinion_id}",
        ),
        "consultations_minutesobjection": (OBJECTION, [GONE], f"{room} AND number = 1"),
        "consultations_archive": ("UPDATE consultations_archive SET outcome = '{}'", [], room),
        "consultations_minutes": ("UPDATE consultations_minutes SET body = '<p></p>'", [], room),
    }


@pytest.mark.parametrize("table", GOES)
def test_the_one_change_goes_through_while_it_runs(running: Erasure, table: str) -> None:
    statement, parameters, row = the_one_change(running)[table]
    assert run(f"{statement} WHERE {row}", *parameters) == 1


@pytest.mark.parametrize("state", [ErasureState.ASKED, ErasureState.DECLINED, ErasureState.DONE])
@pytest.mark.parametrize("table", GOES)
def test_the_one_change_is_refused_while_nothing_runs(
    running: Erasure, table: str, state: ErasureState
) -> None:
    changes = the_one_change(running)
    decided = {} if state != ErasureState.ASKED else {"decided_by": None, "decided_at": None}
    Erasure.objects.filter(pk=running.pk).update(state=state, **decided)
    statement, parameters, row = changes[table]
    refused(f"{statement} WHERE {row}", *parameters)


@pytest.mark.parametrize(
    ("model", "column"),
    [
        (model, column)
        for model in (Opinion, RoomEvent, OpinionCorrection, Archive, MinutesObjection)
        for column in columns(model)
        if column not in GOES[model._meta.db_table]
    ],
    ids=lambda value: value if isinstance(value, str) else value._meta.model_name,
)
def test_no_other_column_changes_with_it(running: Erasure, model: Any, column: str) -> None:
    """A column that a later migration adds is in this list by itself, and has to be guarded too."""
    table = model._meta.db_table
    statement, parameters, row = the_one_change(running)[table]
    with pytest.raises(IntegrityError):
        run(f"{statement}, {column} = {another(model, column)} WHERE {row}", *parameters)
    with pytest.raises(IntegrityError):
        run(f"UPDATE {table} SET {column} = {another(model, column)} WHERE {row}")


def test_no_other_row_changes(running: Erasure) -> None:
    changes = the_one_change(running)
    opinion, basis, _row = changes["consultations_opinion"]
    refused(f"{opinion} WHERE id <> {running.opinion_id}", *basis)
    event, erasure, row = changes["consultations_roomevent"]
    mine = row.partition(" = ")[2]
    others = RoomEvent.objects.filter(consultation=running.consultation).exclude(pk=mine)
    for other in others.values_list("pk", flat=True):
        refused(f"{event} WHERE id = {other}", *erasure)


@pytest.mark.parametrize(
    "change",
    [
        "text = '别的话', state = 'erased', state_reason = 'BASIS'",
        "text = '', state = 'visible', state_reason = 'BASIS'",
        "text = '', state = 'erased', state_reason = '别的依据'",
        "text = '', state = 'erased', state_reason = 'BASIS', pinned_at = '2020-01-01 00:00:00+00'",
    ],
)
def test_opinion_does_not_change_in_another_way(running: Erasure, change: str) -> None:
    words = change.replace("BASIS", BASIS)
    refused(f"UPDATE consultations_opinion SET {words} WHERE id = {running.opinion_id}")


@pytest.mark.parametrize("change", ["body = '{}', salt = ''", "body = NULL, salt = 'ab'"])
def test_event_does_not_change_in_another_way(running: Erasure, change: str) -> None:
    row = the_one_change(running)["consultations_roomevent"][2]
    refused(f"UPDATE consultations_roomevent SET {change}, erasure_id = %s WHERE {row}", running.pk)


@pytest.mark.parametrize("column", ["passage", "text", "answer"])
def test_objection_changes_only_into_one_that_bears_the_tombstone(
    running: Erasure, column: str
) -> None:
    row = f"WHERE consultation_id = {running.consultation_id} AND number = 1"
    statement = f"UPDATE consultations_minutesobjection SET {column} = %s {row}"
    for words in ("", "别的话", GONE.replace("2", "1")):
        refused(statement, words)
    assert run(statement, f"有人说：{GONE}。") == 1


def test_only_events_of_an_objection_that_bears_the_tombstone_change(running: Erasure) -> None:
    told = list(
        RoomEvent.objects.filter(
            consultation=running.consultation, type__in=("minutes.objected", "minutes.answered")
        )
        .order_by("seq")
        .values_list("pk", flat=True)
    )
    for pk in told:
        refused(f"{EVENT} WHERE id = {pk}", running.pk)
    run(f"{OBJECTION} WHERE consultation_id = {running.consultation_id} AND number = 1", GONE)
    first, second = told[:2], told[2:]
    for pk in first:
        assert run(f"{EVENT} WHERE id = {pk}", running.pk) == 1
    for pk in second:
        refused(f"{EVENT} WHERE id = {pk}", running.pk)


def test_objections_elsewhere_stay(running: Erasure) -> None:
    other = bring_to_review(make_consultation(Stage.LIVE))
    make_objection(other, number=1, passage="要删掉的话", text="不对")
    seal(other, by=other.prepared_by)
    refused(f"{OBJECTION} WHERE consultation_id = {other.pk}", GONE)


def test_nothing_is_deleted_by_it(running: Erasure) -> None:
    for table in GOES:
        refused(f"DELETE FROM {table}")


def test_what_was_decided_and_written_stays(running: Erasure) -> None:
    Erasure.objects.filter(pk=running.pk).update(state=ErasureState.DONE)
    for statement in (
        "UPDATE consultations_erasure SET basis = ''",
        "UPDATE consultations_erasure SET state = 'asked', decided_by_id = NULL, decided_at = NULL",
        "DELETE FROM consultations_erasure",
    ):
        with pytest.raises(IntegrityError, match="decided on an erasure is never changed"):
            run(statement)
    for statement in (
        "UPDATE consultations_archiveedition SET file = 'x'",
        "DELETE FROM consultations_archiveedition",
    ):
        with pytest.raises(IntegrityError, match="editions of archives are never changed"):
            run(statement)
    assert ArchiveEdition.objects.count() == 1


def test_request_that_waits_is_not_deleted_either() -> None:
    room = make_consultation(Stage.LIVE)
    opinion = make_opinion(room)
    words = {"number": opinion.number, "basis": BASIS, "reason": "裁定"}
    waiting = ask_erasure(room, by=make_person(Role.STAFF), **words)
    with pytest.raises(IntegrityError, match="never changed"):
        run("DELETE FROM consultations_erasure")
    confirm_erasure(waiting, by=make_person(Role.STAFF))


@pytest.mark.parametrize("deed", ["UPDATE members_dutyevent SET title = ''", "DELETE"])
def test_duty_records_are_never_changed(deed: str) -> None:
    make_duty_event()
    statement = "DELETE FROM members_dutyevent" if deed == "DELETE" else deed
    with pytest.raises(IntegrityError, match="duty records are never changed"):
        run(statement)
    assert DutyEvent.objects.count() == 1


def test_open_consultations_are_not_held_up(running: Erasure) -> None:
    other = make_consultation(Stage.LIVE)
    opinion = make_opinion(other)
    changed = Opinion.objects.filter(pk=opinion.pk).update(text="改")
    assert changed == 1
    assert Consultation.objects.filter(pk=other.pk).update(title="改") == 1
