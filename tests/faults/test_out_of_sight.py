"""Words that go out of sight while somebody is just being shown the room: nobody is sent them."""

import asyncio
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from consultations.domain import listing, opinions, room_queries
from consultations.domain.erasures import ask_erasure, confirm_erasure
from consultations.domain.stances import take_stance
from consultations.live import replay
from consultations.live.commands import obey
from consultations.models import Consultation, Stage, StanceValue
from members.roles import Role
from tests.factories import make_consultation, make_opinion, make_person, moderator_of, seated
from tests.faults.room_readers import Reader, RecordedView, Theatre
from tests.support.floor_view import Frame

WORDS = "这句话里有别人的手机号。"


class Told(RecordedView):
    """A view that keeps every frame, in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.frames: list[Frame] = []

    def apply(self, frame: Frame) -> None:
        self.frames.append(frame)
        super().apply(frame)

    def with_words(self) -> list[Frame]:
        return [frame for frame in self.frames if WORDS in json.dumps(frame, ensure_ascii=False)]


class Scene:
    """A room with one opinion, somebody who was shown it, and somebody who has yet to come."""

    def __init__(self, theatre: Theatre) -> None:
        self.theatre = theatre
        self.room: Consultation = make_consultation(Stage.LIVE)
        self.number = make_opinion(self.room, text=WORDS).number
        self.moderator = moderator_of(self.room)
        self.staff = [make_person(Role.ADMIN) for _person in range(2)]
        self.here, self.late = self.reader(), self.reader()
        self.here.come(afresh=True)

    def reader(self) -> Reader:
        made = Reader(self.theatre, self.room.pk, seated(self.room))
        made.view = made.socket.view = Told()
        return made

    def hide(self) -> None:
        fields = {"number": self.number, "reason": "别人的手机号", "by": self.moderator}
        opinions.hide_opinion(self.room, **fields)

    def erase(self) -> None:
        first, second = self.staff
        grounds = {"basis": "个人信息保护法第四十七条", "reason": "本人申请"}
        confirm_erasure(ask_erasure(self.room, number=self.number, by=first, **grounds), by=second)

    def overtaken(
        self, read: Callable[..., Any], by: Callable[[], Callable[[], bool]]
    ) -> Callable[..., Any]:
        """The reading; and before it hands over for the first time what it has found, `by` happens,
        and what it gives back holds: everyone here is told of it."""
        times = 0

        def reading(*arguments: Any, **named: Any) -> Any:
            """Runs in a reading thread."""
            nonlocal times
            found = read(*arguments, **named)
            times += 1
            if times == 1:
                heard = asyncio.run_coroutine_threadsafe(_until(by()), self.theatre.loop)
                heard.result(10)
            return found

        return reading

    def hiding(self) -> Callable[[], bool]:
        """Hide the words; gives what says that everyone here was told."""
        self.hide()
        head = room_queries.heads([self.room.pk])[self.room.pk][1]
        return lambda: self.theatre.hub.rooms[self.room.pk].head >= head

    def agreeing(self) -> Callable[[], bool]:
        """The same of a stance."""
        changes = self.theatre.hub.rooms[self.room.pk].changes
        before = changes.version
        take_stance(self.room, person=self.late.person, number=self.number, value=StanceValue.AGREE)
        return lambda: changes.version > before

    def ask(self, reader: Reader, do: str, **fields: Any) -> None:
        assert reader.socket.asked is not None
        command = json.dumps({"do": do, "key": str(uuid.uuid4()), **fields})
        self.theatre.loop.run_until_complete(obey(reader.socket.asked, command))


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 (many causes)
            await asyncio.sleep(0.01)


@pytest.fixture
def scene(theatre: Theatre) -> Scene:
    return Scene(theatre)


def told(reader: Reader) -> Told:
    assert isinstance(reader.view, Told)
    return reader.view


@pytest.mark.parametrize("act", [Scene.hide, Scene.erase])
def test_who_comes_right_after_is_not_sent_the_words(
    act: Callable[[Scene], None], scene: Scene
) -> None:
    """Although others were shown the room with them a moment before."""
    act(scene)
    scene.theatre.settle(scene.room.pk)
    scene.late.come(afresh=True)
    assert scene.late.view.ready
    assert told(scene.late).with_words() == []


def test_who_comes_while_they_are_hidden_is_not_sent_the_words(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "own_of", scene.overtaken(replay.own_of, scene.hiding))
    scene.late.come(afresh=True)
    assert scene.late.view.card(scene.number)["state"] == "hidden"
    assert told(scene.late).with_words() == []


def test_who_comes_back_while_they_are_hidden_is_not_sent_the_words(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.hide()
    scene.late.come(afresh=True)
    scene.late.go()
    scene.number = make_opinion(scene.room, text=f"再说一遍：{WORDS}").number
    scene.theatre.settle(scene.room.pk)
    scene.theatre.hub.rooms[scene.room.pk].ring.clear()  # what was missed is read
    read = room_queries.deliveries_since
    monkeypatch.setattr(room_queries, "deliveries_since", scene.overtaken(read, scene.hiding))
    scene.late.come(afresh=False)
    assert scene.late.view.card(scene.number)["state"] == "hidden"
    assert told(scene.late).with_words() == []


PAGES = {
    "room.opinions": (room_queries, "opinions_before", {"before": 2}),
    "room.list": (listing, "listed", {"order": "time"}),
}


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Ask for a page whose reading is overtaken; returns its cards."""
    module, name, fields = PAGES[request.param]

    def ask(scene: Scene, by: Callable[[], Callable[[], bool]]) -> list[Frame]:
        monkeypatch.setattr(module, name, scene.overtaken(getattr(module, name), by))
        scene.ask(scene.here, request.param, **fields)
        cards: list[Frame] = told(scene.here).frames[-1]["ok"]["opinions"]
        return cards

    return ask


def test_page_has_no_words_of_which_its_reader_was_told_that_they_are_hidden(
    page: Any, scene: Scene
) -> None:
    assert [card["text"] for card in page(scene, scene.hiding) if card["text"]] == []


def test_page_has_the_counts_that_its_reader_was_told(page: Any, scene: Scene) -> None:
    """A client passes over the count of a card that it does not have yet."""
    (card,) = page(scene, scene.agreeing)
    assert (card["agree"], card["disagree"], card["passed"]) == (1, 0, 0)
