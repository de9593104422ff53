"""Strangers who ask for rooms, such as there are and such as there are not."""

import pytest

from consultations.live import entrance
from consultations.live.outlets import PortableOutlet
from consultations.live.visit import Visit
from consultations.models import Stage
from hall.errors import Code, Refusal
from tests.factories import make_consultation, seated
from tests.faults.room_readers import Reader, Theatre

STRANGERS = 100
UNKNOWN = 10**9


def call_at(theatre: Theatre, room_id: int, key: str) -> Code | None:
    """Try to come in with this key; returns why not. The visit is over then."""

    async def nobody(_message: object) -> None:
        return None

    async def call() -> None:
        scope = {"url_route": {"kwargs": {"room_id": str(room_id)}}, "headers": []}
        visit = Visit(theatre.hub, scope, key)
        try:
            await visit.begin(PortableOutlet(nobody), entrance.arrive)
        finally:
            visit.end()

    try:
        theatre.loop.run_until_complete(call())
    except Refusal as refusal:
        return refusal.code
    return None


@pytest.fixture
def opened(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The rooms that are opened from now on."""
    found: list[int] = []
    opening = theatre.hub._open

    def watched(room_id: int) -> object:
        found.append(room_id)
        return opening(room_id)

    monkeypatch.setattr(theatre.hub, "_open", watched)
    return found


def test_no_room_is_opened_for_strangers(theatre: Theatre, opened: list[int]) -> None:
    room = make_consultation(Stage.LIVE)
    calls = [call_at(theatre, place, "a" * 32) for place in (room.pk, UNKNOWN)]
    assert calls == [Code.SIGN_IN, Code.SIGN_IN]
    assert opened == []
    reader = Reader(theatre, room.pk, seated(room))
    assert call_at(theatre, UNKNOWN, reader.session) == Code.NOT_FOUND
    assert call_at(theatre, room.pk, reader.session) is None
    assert opened == [UNKNOWN, room.pk]


def test_strangers_are_paced_also_at_rooms_that_there_are_not(theatre: Theatre) -> None:
    calls = [call_at(theatre, UNKNOWN + n, f"{n:032}") for n in range(STRANGERS * 2)]
    assert calls[:STRANGERS] == [Code.SIGN_IN] * STRANGERS
    assert set(calls[STRANGERS:]) <= {Code.SIGN_IN, Code.TOO_MANY}
    assert Code.TOO_MANY in calls
