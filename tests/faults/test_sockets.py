"""What is written to sockets, and asked through them, as it is counted."""

import asyncio
import json
import uuid
from typing import Any

import pytest
from django.db import IntegrityError
from prometheus_client import REGISTRY

from consultations.domain import room_queries
from consultations.domain.moderator_notes import write_note
from consultations.live.attendee import Attendee
from consultations.live.commands import obey
from consultations.live.handling import Asked
from consultations.live.outlets import PortableOutlet
from consultations.models import Consultation, Stage
from hall.errors import Code, Refusal
from tests.factories import make_consultation, moderator_of, seated
from tests.faults.room_readers import Reader, Theatre

IN_ONE_GO = 60


@pytest.fixture
def room(theatre: Theatre) -> Consultation:
    return make_consultation(Stage.LIVE)


def written() -> float:
    return REGISTRY.get_sample_value("hall_frames_total") or 0.0


def test_every_frame_is_counted_where_it_is_written(theatre: Theatre, room: Consultation) -> None:
    reader, heard = Reader(theatre, room.pk, seated(room)), []

    async def hear(message: dict[str, Any]) -> None:
        heard.append(message)

    async def come() -> None:
        listening, attendee = await theatre.hub.enter(room.pk, reader.session, PortableOutlet(hear))
        asked = Asked(theatre.hub, listening, attendee)
        since = {"do": "room.since", "key": str(uuid.uuid4()), "seq": 0, "epoch": ""}
        await obey(asked, json.dumps(since))

    before = written()
    theatre.loop.run_until_complete(come())
    write_note(room, text="请先说停车。", about=None, by=moderator_of(room))
    theatre.settle(room.pk)
    assert len(heard) >= 3  # greeting, snapshot, and the number of what is not theirs
    assert written() - before == len(heard)


def test_one_person_asks_through_many_sockets_as_through_two(
    theatre: Theatre, room: Consultation
) -> None:
    session = Reader(theatre, room.pk, seated(room)).session

    async def come() -> Asked:
        async def nobody(_message: object) -> None:
            await asyncio.sleep(0)

        return Asked(
            theatre.hub, *await theatre.hub.enter(room.pk, session, PortableOutlet(nobody))
        )

    first, second, third = (theatre.loop.run_until_complete(come()) for _socket in range(3))
    for asked in (first, second):
        for _time in range(IN_ONE_GO):
            asked.attendee.limit.take()
    with pytest.raises(Refusal) as refused:
        for _time in range(IN_ONE_GO):
            third.attendee.limit.take()
    assert refused.value.code == Code.TOO_MANY


def test_log_has_nothing_of_what_the_database_would_quote(
    theatre: Theatre,
    room: Consultation,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """PostgreSQL tells of a row that it refuses all that is in it."""
    quoted = "violates check constraint\nDETAIL:  Failing row contains (17, 张三家住三号楼)."

    def refuse(*_arguments: Any, **_named: Any) -> None:
        raise IntegrityError(quoted)

    reader = Reader(theatre, room.pk, seated(room))
    reader.come(afresh=True)
    monkeypatch.setattr(room_queries, "opinions_before", refuse)
    heard: list[bytes] = []
    assert reader.socket.asked is not None
    monkeypatch.setattr(Attendee, "answer", lambda _attendee, *frames: heard.extend(frames))
    command = {"do": "room.opinions", "key": str(uuid.uuid4()), "before": 5}
    theatre.loop.run_until_complete(obey(reader.socket.asked, json.dumps(command)))
    assert b'"busy"' in heard[0]
    assert "violates check constraint" in caplog.text
    assert "张三" not in caplog.text
