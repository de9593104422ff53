"""Numbers of documents: once, without gaps, and never changed."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from consultations.domain import clock
from consultations.domain.papers import issue_number, issued_number
from consultations.models import Consultation, NumberSeries, PaperKind, PaperNumber, Stage
from hall.errors import Code, Refusal
from members.roles import Role
from tests.domain.test_at_once import at_once
from tests.factories import make_consultation, make_person

K = PaperKind
NEW_YEAR = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)  # the first minute of 2027 in Shanghai


def summarising() -> Consultation:
    return make_consultation(Stage.SUMMARISING)


@pytest.mark.django_db
def test_numbers_run_by_document_and_year(settings: Any) -> None:
    settings.HALL_NUMBERS = {**settings.HALL_NUMBERS, "minutes": "青政协纪〔{year}〕{number}号"}
    rooms = [summarising() for _each in range(3)]
    with clock.at(NEW_YEAR.replace(hour=15)):
        first = [issue_number(room, kind=K.MINUTES).text for room in rooms[:2]]
        other = issue_number(rooms[0], kind=K.REPORT)
    with clock.at(NEW_YEAR):
        next_year = issue_number(rooms[2], kind=K.MINUTES).text
    assert first == ["青政协纪〔2026〕1号", "青政协纪〔2026〕2号"]
    assert other.number == 1
    assert next_year == "青政协纪〔2027〕1号"


@pytest.mark.django_db
def test_asked_again_it_is_the_same_number_even_under_another_pattern(settings: Any) -> None:
    room = summarising()
    assert issued_number(room, K.MINUTES) is None
    first = issue_number(room, kind=K.MINUTES, by=room.prepared_by)
    settings.HALL_NUMBERS = {**settings.HALL_NUMBERS, "minutes": "新〔{year}〕{number}"}
    again = issue_number(room, kind=K.MINUTES)
    assert (again.pk, again.text) == (first.pk, first.text)
    assert NumberSeries.objects.get().last == 1


@pytest.mark.django_db
def test_what_fails_uses_up_no_number() -> None:
    class Broken(Exception):
        pass

    with pytest.raises(Broken), transaction.atomic():
        issue_number(summarising(), kind=K.MINUTES)
        raise Broken
    assert issue_number(summarising(), kind=K.MINUTES).number == 1


@pytest.mark.django_db
def test_only_who_may_export_numbers_and_only_after_the_discussion() -> None:
    with pytest.raises(Refusal) as refused:
        issue_number(summarising(), kind=K.MINUTES, by=make_person(Role.MEMBER))
    assert refused.value.code == Code.FORBIDDEN
    live = make_consultation(Stage.LIVE)
    with pytest.raises(Refusal) as refused:
        issue_number(live, kind=K.MINUTES, by=live.prepared_by)
    assert refused.value.code == Code.WRONG_STAGE
    assert not PaperNumber.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "deed",
    ["UPDATE consultations_papernumber SET number = 9", "DELETE FROM consultations_papernumber"],
)
def test_the_database_keeps_a_number_as_it_was_given(deed: str) -> None:
    issue_number(summarising(), kind=K.MINUTES)
    with (
        pytest.raises(IntegrityError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(deed)
    assert PaperNumber.objects.get().number == 1


@pytest.mark.usefixtures("several_connections")
def test_at_once_there_is_no_gap_and_no_double() -> None:
    rooms = [summarising() for _each in range(4)]
    acts = [lambda room=room: issue_number(room, kind=K.REPORT) for room in rooms * 2]
    given = at_once(*acts)
    assert sorted({number.number for number in given}) == [1, 2, 3, 4]
    assert len({(number.pk, number.text) for number in given}) == 4
    assert NumberSeries.objects.get().last == 4
