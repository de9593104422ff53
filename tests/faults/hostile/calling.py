"""How a hostile client comes in, and what it says and hears."""

import json
import re
import uuid
from typing import Any

from tests.faults.halls import Ground
from tests.faults.people import Person
from tests.faults.wire import TEXT, Headers, RawSocket, frame

CUT = re.compile(r'^hall_cuts_total\{code="(\w+)"\} ([0-9.]+)$', re.MULTILINE)


def come(
    ground: Ground, person: Person | None, *, room: int | str | None = None, **changes: str | None
) -> RawSocket:
    """Open a socket; `changes` replace headers, or leave them out where they are None."""
    headers: dict[str, str | None] = {"Origin": f"http://{ground.victim.address}"}
    if person is not None:
        headers["Cookie"] = f"sessionid={person.session}"
    headers.update({name.replace("_", "-"): value for name, value in changes.items()})
    given: Headers = {name: value for name, value in headers.items() if value is not None}
    room = ground.room if room is None else room
    return RawSocket(ground.victim.address, f"/ws/rooms/{room}/", given)


def enter(ground: Ground, person: Person) -> RawSocket:
    raw = come(ground, person)
    assert raw.until(TEXT).payload.startswith(b'{"hello"')
    return raw


def answer(raw: RawSocket) -> dict[str, Any]:
    while not (got := raw.until(TEXT)).payload.startswith(b'{"re"'):
        pass
    found: dict[str, Any] = json.loads(got.payload)
    return found


def ask(raw: RawSocket, do: str, **fields: Any) -> dict[str, Any]:
    raw.send(frame(TEXT, json.dumps({"do": do, "key": str(uuid.uuid4()), **fields}).encode()))
    return answer(raw)


def refused(raw: RawSocket, do: str, **fields: Any) -> str:
    code: str = ask(raw, do, **fields)["error"]["code"]
    return code


def cuts(ground: Ground) -> dict[str, int]:
    """How many sockets the hall has closed, by code."""
    return {code: int(float(count)) for code, count in CUT.findall(ground.victim.get("/metrics"))}
