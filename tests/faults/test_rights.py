"""What has become of those who sit in a room, found by the watch over them or by a command."""

import json
import uuid

import pytest

from consultations.live.commands import obey
from consultations.models import Consultation, Seat, Stage
from members.models import Person
from members.roles import Role, SeatRole
from tests.factories import make_consultation, seated
from tests.faults.room_readers import Reader, Theatre


@pytest.fixture
def room(theatre: Theatre) -> Consultation:
    return make_consultation(Stage.LIVE)


def look_at_anew(theatre: Theatre, reader: Reader) -> None:
    """A command of someone at whom nobody has looked for long."""
    assert reader.socket.asked is not None
    reader.socket.asked.attendee.checked_at = float("-inf")
    fields = {"seq": reader.view.head, "epoch": reader.view.epoch}
    command = {"do": "room.since", "key": str(uuid.uuid4()), **fields}
    theatre.loop.run_until_complete(obey(reader.socket.asked, json.dumps(command)))


def give(room: Consultation, reader: Reader, role: SeatRole) -> None:
    Seat.objects.filter(consultation=room, person=reader.person).update(role=role)


def test_command_finds_that_a_right_was_lost(theatre: Theatre, room: Consultation) -> None:
    """Else nobody would find it: the watch would compare with what the command has found."""
    reader = Reader(theatre, room.pk, seated(room, SeatRole.MODERATOR, Role.MEMBER))
    reader.come(afresh=True)
    give(room, reader, SeatRole.PARTICIPANT)
    look_at_anew(theatre, reader)
    assert reader.socket.asked is not None
    assert reader.socket.asked.attendee.outlet.closed


def test_command_finds_that_a_right_was_given(theatre: Theatre, room: Consultation) -> None:
    reader = Reader(theatre, room.pk, seated(room))
    reader.come(afresh=True)
    give(room, reader, SeatRole.MODERATOR)
    look_at_anew(theatre, reader)
    assert "moderate" in reader.view.may


def test_who_has_another_name_posts_under_it(theatre: Theatre, room: Consultation) -> None:
    reader = Reader(theatre, room.pk, seated(room, alias="小区业主"))
    reader.come(afresh=True)
    Person.objects.filter(pk=reader.person.pk).update(alias="柳溪老王")
    theatre.hub._watch._sessions_at = float("-inf")
    theatre.loop.run_until_complete(theatre.hub._watch._look_at_people())
    assert reader.socket.asked is not None
    command = {"do": "opinion.post", "key": str(uuid.uuid4()), "kind": "question", "text": "修吗？"}
    theatre.loop.run_until_complete(obey(reader.socket.asked, json.dumps(command)))
    theatre.settle(room.pk)
    assert reader.view.card(1)["author"]["name"] == "柳溪老王"
