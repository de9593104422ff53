"""Statements that go out together, and lists that go out as one value."""

import pytest

from consultations.domain.rows import among, run_together
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
