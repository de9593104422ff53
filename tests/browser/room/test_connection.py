"""The room's line, run in Chromium against sockets that break in every way they can."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page
from websockets.sync.server import ServerConnection, serve


def test_delays_have_full_jitter_within_bounds(modules: Page) -> None:
    delays = modules.evaluate(
        """async () => { const { delayAfter } = await import("/js/room/connection.js");
          return [[0, 0], [0, 1], [3, 0], [3, 1], [50, 0], [50, 1]]
            .map(([failures, random]) => delayAfter(failures, random)); }"""
    )
    assert delays == [500, 500, 500, 4000, 500, 30000]


# None: not greeted, and closed with 4003.
Answer = Callable[[ServerConnection, dict[str, Any]], None] | None


@pytest.fixture
def line() -> Iterator[Callable[[list[Answer]], str]]:
    """A socket server that greets, then lets the nth connection be handled by the nth answer."""
    started: list[Any] = []

    def start(answers: list[Answer]) -> str:
        turns = iter(answers)

        def handle(socket: ServerConnection) -> None:
            answer = next(turns)
            if answer is None:
                socket.close(4003)
                return
            socket.send(json.dumps({"hello": {"epoch": "e1"}}))
            for message in socket:
                answer(socket, json.loads(message))

        server = serve(handle, "127.0.0.1", 0)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        started.append((server, thread))
        return f"ws://127.0.0.1:{server.socket.getsockname()[1]}/"

    yield start
    for server, thread in started:
        server.shutdown()
        thread.join()


def test_unanswered_command_goes_out_again_under_its_key(
    modules: Page, line: Callable[[list[Answer]], str]
) -> None:
    heard: list[dict[str, Any]] = []

    def drop(socket: ServerConnection, frame: dict[str, Any]) -> None:
        heard.append(frame)
        socket.close(4012)

    def answer(socket: ServerConnection, frame: dict[str, Any]) -> None:
        heard.append(frame)
        socket.send(json.dumps({"re": frame["key"], "ok": {"number": 1}}))

    address = line([drop, answer])
    receipt, codes = modules.evaluate(
        """async address => {
          const { Connection } = await import("/js/room/connection.js");
          const line = new Connection(address), codes = [];
          line.addEventListener("status", ({detail}) => codes.push(detail.code));
          line.start();
          const receipt = await line.call({do: "opinion.post", text: "一"});
          return [receipt, codes];
        }""",
        address,
    )
    assert receipt == {"number": 1}
    assert 4012 in codes
    assert len(heard) == 2
    assert heard[0] == heard[1]


def test_declined_command_rejects_with_its_code(
    modules: Page, line: Callable[[list[Answer]], str]
) -> None:
    def decline(socket: ServerConnection, frame: dict[str, Any]) -> None:
        error = {"code": "too_long", "message": "内容太长。"}
        socket.send(json.dumps({"re": frame["key"], "error": error}))

    said = modules.evaluate(
        """async address => {
          const { Connection } = await import("/js/room/connection.js");
          const line = new Connection(address); line.start();
          return line.call({do: "opinion.post"})
            .catch(({name, code, message}) => [name, code, message]);
        }""",
        line([decline]),
    )
    assert said == ["Declined", "too_long", "内容太长。"]


def test_reading_question_ends_with_the_line(
    modules: Page, line: Callable[[list[Answer]], str]
) -> None:
    def drop(socket: ServerConnection, _frame: dict[str, Any]) -> None:
        socket.close(4008)

    gone = modules.evaluate(
        """async address => {
          const { Connection, LineGone } = await import("/js/room/connection.js");
          const line = new Connection(address); line.start();
          await new Promise(open => line.addEventListener("frame", open, {once: true}));
          return line.call({do: "room.since"}, {again: false})
            .catch(error => error instanceof LineGone);
        }""",
        line([drop, drop]),
    )
    assert gone is True


ENDED = """async ([address, who]) => {
  const { Connection } = await import("/js/room/connection.js");
  const line = new Connection(address, who), seen = [];
  const ended = new Promise(done => line.addEventListener("status", ({detail}) => {
    if (detail.state !== "connecting") seen.push(detail.state);
    if (detail.state === "ended") done([seen, detail.code]);
  }));
  line.start();
  line.call({do: "opinion.post"});
  return ended;
}"""


@pytest.mark.parametrize("code", [4001, 4004])
def test_final_close_is_not_tried_again(
    modules: Page, line: Callable[[list[Answer]], str], code: int
) -> None:
    def close(socket: ServerConnection, _frame: dict[str, Any]) -> None:
        socket.close(code)

    assert modules.evaluate(ENDED, [line([close]), None]) == [["open", "ended"], code]


def test_who_has_lost_a_right_looks_once_more(
    modules: Page, line: Callable[[list[Answer]], str]
) -> None:
    """What is left may be a seat; whom the hall does not greet any more it does not want."""

    def close(socket: ServerConnection, _frame: dict[str, Any]) -> None:
        socket.close(4003)

    address = line([close, None])
    assert modules.evaluate(ENDED, [address, None]) == [["open", "waiting", "ended"], 4003]


def test_nothing_is_said_in_the_name_of_who_has_signed_in_since(
    modules: Page, line: Callable[[list[Answer]], str]
) -> None:
    heard: list[dict[str, Any]] = []
    address = line([lambda _socket, frame: heard.append(frame)])
    assert modules.evaluate(ENDED, [address, "7"]) == [["ended"], 4001]
    assert heard == []
