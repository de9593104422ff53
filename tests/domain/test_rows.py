"""Statements that go out together, and lists that go out as one value."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from consultations.domain.rows import among, insertion, new_row, run_last, run_together
from consultations.models import Consultation, Notice, Opinion, OpinionKind, RoomEvent
from members.models import Person
from tests.factories import make_person

HARD = ["甲", 'a"b', "a\\b", "a,b", "{a}", "a\nb", " a ", "NULL", "null"]


@pytest.mark.django_db
def test_texts_of_any_kind_are_found_as_they_are() -> None:
    people = {alias: make_person(alias=alias) for alias in [*HARD, "别人"]}
    Person.objects.filter(pk=people["别人"].pk).update(alias="a")
    condition, given = among(HARD, of="text")
    (found,) = run_together(
        [(f"SELECT alias FROM members_person WHERE alias {condition}", [given])]
    )
    assert sorted(alias for (alias,) in found) == sorted(HARD)


@pytest.mark.django_db
@pytest.mark.parametrize("size", [0, 1, 2_000])
def test_list_of_any_length_is_one_value(size: int) -> None:
    person = make_person()
    condition, given = among(range(person.pk, person.pk + size), of="bigint")
    (found,) = run_together([(f"SELECT id FROM members_person WHERE id {condition}", [given])])
    assert found == ([(person.pk,)] if size else [])


@pytest.mark.parametrize("text", HARD)
def test_inserted_rows_are_as_the_orm_would_have_them(live_room: Consultation, text: str) -> None:
    at = datetime(2026, 3, 8, 23, 59, 59, 123456, tzinfo=UTC)
    author = make_person()
    first = Opinion(
        consultation=live_room,
        number=1,
        kind=OpinionKind.QUESTION,
        text=text,
        author=author,
        identity=author.role,
        key=uuid.uuid4(),
        posted_seq=901,
        created_at=at,
    )
    second = Opinion(
        consultation=live_room,
        number=2,
        kind=OpinionKind.OPINION,
        text=text * 3,
        author=author,
        identity=author.role,
        key=uuid.uuid4(),
        posted_seq=902,
        created_at=at,
        answered_at=at,
    )
    event = RoomEvent(
        consultation=live_room,
        seq=901,
        type="opinion.posted",
        at=at,
        by=None,
        body={"text": text, "list": [1, -2, None, True, {"深": "层"}], "big": 2**40},
        salt="0" * 32,
        body_digest="1" * 64,
        digest="2" * 64,
    )
    with transaction.atomic():
        assert run_together([*insertion([first, second]), *insertion([event])]) == [[], []]
    for row in (first, second):
        assert fields_of(Opinion.objects.get(key=row.key)) == fields_of(row)
    assert fields_of(RoomEvent.objects.get(consultation=live_room, seq=901)) == fields_of(event)


def fields_of(row: Any) -> dict[str, Any]:
    names = [field.attname for field in row._meta.concrete_fields if not field.primary_key]
    return {name: getattr(row, name) for name in names}


@pytest.mark.django_db(transaction=True)
def test_transaction_that_begins_here_is_kept_or_undone_as_any_other() -> None:
    rename = "UPDATE members_person SET alias = %s WHERE id = %s"
    alias = "SELECT alias FROM members_person WHERE id = %s"
    person = make_person(alias="甲")
    with transaction.atomic():
        renamed = run_together([(rename, ["乙", person.pk]), (alias, [person.pk])])
        assert renamed == [[], [("乙",)]]
        assert run_together([(alias, [person.pk])]) == [[("乙",)]]
    person.refresh_from_db()
    assert person.alias == "乙"
    with pytest.raises(RuntimeError, match="undone"), transaction.atomic():
        run_together([(rename, ["丙", person.pk])])
        raise RuntimeError("undone")
    with pytest.raises(DatabaseError), transaction.atomic():
        run_together([(rename, ["丁", person.pk]), ("SELECT no_such_column", [])])
    with transaction.atomic():
        with pytest.raises(DatabaseError), transaction.atomic():
            run_together([("SELECT no_such_column", [])])
        Person.objects.filter(pk=person.pk).update(alias="戊")
    person.refresh_from_db()
    assert (person.alias, connection.in_atomic_block) == ("戊", False)


@pytest.mark.django_db(transaction=True)
def test_last_statements_are_committed_with_their_transaction_or_not_at_all() -> None:
    rename = "UPDATE members_person SET alias = %s WHERE id = %s"
    person = make_person(alias="甲")
    seen: list[str] = []

    def alias() -> str:
        return Person.objects.values_list("alias", flat=True).get(pk=person.pk)

    with transaction.atomic():
        transaction.on_commit(lambda: seen.append(alias()))
        run_last([(rename, ["乙", person.pk])])
        assert seen == []
    assert (seen, connection.in_atomic_block, connection.get_autocommit()) == (["乙"], False, True)
    with pytest.raises(DatabaseError), transaction.atomic():
        transaction.on_commit(lambda: seen.append("committed"))
        run_last([(rename, ["丙", person.pk]), ("SELECT no_such_column", [])])
    with pytest.raises(RuntimeError, match="undone"), transaction.atomic():
        with transaction.atomic():
            run_last([(rename, ["丁", person.pk])])
        raise RuntimeError("undone")
    assert (alias(), seen) == ("乙", ["乙"])


def test_new_row_is_what_the_model_makes_of_the_same_values() -> None:
    given = {
        "consultation_id": 3,
        "seq": 1,
        "type": "agenda.moved",
        "at": datetime(2026, 5, 1, tzinfo=UTC),
        "body": {"position": 1},
        "body_digest": "0" * 64,
        "digest": "1" * 64,
    }
    row, made = new_row(RoomEvent, **given), RoomEvent(**given)
    assert fields_of(row) == fields_of(made)
    assert (row._state.adding, row._state.db, row.pk) == (True, None, None)
    with pytest.raises(TypeError, match="RoomEvent is not made of"):
        new_row(RoomEvent, **given, sequence=1)
    with pytest.raises(TypeError, match="Notice is not made of"):
        new_row(Notice, person_id=3)  # its facts begin as a new dict each time
