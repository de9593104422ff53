"""The room's protocol as an AsyncAPI 3 document, made from the code that speaks it.

`docs/asyncapi.yaml` is this document (JSON is YAML), and docs/protocol.md its readable side:

    python manage.py describe_protocol > docs/asyncapi.yaml

What pydantic does not know, the frames that the hall sends, is in the tables here. A test holds
them against the code and against what comes through a socket.
"""

from dataclasses import dataclass
from typing import Any

from consultations.live.protocol import COMMANDS, Close
from hall.errors import Code

VERSION = "1.0.0"


@dataclass(frozen=True, slots=True)
class Described:
    """One kind of frame or body: what it says, its fields in order, and who may read it."""

    says: str
    fields: tuple[str, ...]
    audience: str = "everyone"


_SENTENCE = ("position", "text", "evidence")
_REMOVED = ("position",)
_MOVED = ("position", "to")

EVENTS: dict[str, Described] = {
    "opinion.posted": Described(
        "Someone has spoken.",
        ("number", "kind", "text", "author", "reply_to", "agenda_item", "origin"),
    ),
    "opinion.hidden": Described("An opinion is out of sight.", ("number",)),
    "opinion.hide_reason": Described(
        "Why, and what it said.", ("number", "reason", "text"), "its author and the moderators"
    ),
    "opinion.restored": Described("A hidden opinion is back.", ("number", "text")),
    "opinion.pinned": Described("Pinned to the top, or not any more.", ("number", "pinned")),
    "opinion.answered": Described("A question is answered, or open.", ("number", "answered")),
    "seat.taken": Described("Someone has a seat, or another one.", ("person", "role")),
    "seat.removed": Described("A seat was taken back.", ("person",)),
    "agenda.moved": Described(
        "Steps that ended and began at the event's time.", ("ended", "started")
    ),
    "stage.moved": Described("The consultation is in another stage.", ("from", "to", "reason")),
    "consultation.changed": Described(
        "What was announced has changed.",
        ("title", "question", "kind", "starts_at", "ends_at", "venue", "agenda"),
    ),
    "ballot.opened": Described(
        "A question is put to the vote.",
        (
            "number",
            "question",
            "kind",
            "secrecy",
            "results",
            "quorum",
            "max_choices",
            "options",
            "opened_at",
            "closes_at",
        ),
    ),
    "ballot.closed": Described("A ballot and its result.", ("number", "how", "result")),
    "stances.closed": Described(
        "Where everyone stands as the floor closes.", ("tallies", "votes_digest")
    ),
    "clause.written": Described("A consensus clause, new or rewritten.", _SENTENCE, "moderators"),
    "clause.removed": Described("It is gone; those after it move up.", _REMOVED, "moderators"),
    "clause.moved": Described("It stands elsewhere.", _MOVED, "moderators"),
    "dissent.written": Described("A dissent note, new or rewritten.", _SENTENCE, "moderators"),
    "dissent.removed": Described("It is gone; those after it move up.", _REMOVED, "moderators"),
    "dissent.moved": Described("It stands elsewhere.", _MOVED, "moderators"),
    "minutes.saved": Described("A version of the minutes.", ("version",), "moderators"),
    "outcome.published": Described(
        "The outcome as everyone may read it.", ("clauses", "dissent", "minutes_version")
    ),
}

NEWS: dict[str, Described] = {
    "presence": Described("Who is there, over all processes.", ("count", "by_identity")),
    "tally": Described("Stances: `[number, agree, disagree, passed]` each.", ("tallies",)),
    "ballot": Described("The open ballot's turnout.", ("number", "voted", "counts")),
    "stance": Described(
        "The reader has taken a stance through another socket.", ("number", "value"), "its taker"
    ),
    "vote": Described(
        "The reader has voted through another socket.", ("number", "choices"), "its voter"
    ),
    "map": Described("The opinion map was computed anew.", ("at", "status", "people", "groups")),
    "may": Described("What the reader may do from now on.", ("may",)),
    "head": Described("Where the log stands, when nothing was said for 15 s.", ("head",)),
}

HELLO = Described(
    "The first frame of every socket.", ("epoch", "head", "seat", "may", "server_time")
)
SNAPSHOT = Described(
    "The whole room at `head`.",
    (
        "epoch",
        "head",
        "server_time",
        "room",
        "may",
        "opinions",
        "total",
        "ballots",
        "presence",
        "outcome",
    ),
)
ANSWERS: dict[str, tuple[str, ...]] = {
    "room.since": ("events", "head", "snapshot"),
    "room.opinions": ("opinions", "more"),
    "room.list": ("opinions", "more"),
    "room.map": ("map", "you"),
    "opinion.post": ("number", "seq", "digest"),
    "stance.take": ("number", "value"),
    "opinion.hide": ("seq",),
    "opinion.restore": ("seq",),
    "opinion.pin": ("seq",),
    "opinion.mark_answered": ("seq",),
    "agenda.move": ("seq",),
    "ballot.open": ("number",),
    "ballot.vote": ("number", "choices"),
    "ballot.close": ("seq",),
}
CLOSES: dict[Close, str] = {
    Close.SIGN_IN: "Nobody is signed in under this session any more.",
    Close.FORBIDDEN: "The person may not be here, or has lost a right: connect anew.",
    Close.NOT_FOUND: "There is no such room for this person.",
    Close.TOO_SLOW: "More than 256 KiB were not taken: connect again, and ask for the rest.",
    Close.TOO_MANY: "Too many commands, or too many sockets.",
    Close.GOING_AWAY: "The server ends, or the log has another epoch: connect again.",
}

_REF = "#/components/{kind}/{name}"


def commands() -> dict[str, dict[str, Any]]:
    """The JSON schema of each command by its `do`."""
    schemas = COMMANDS.json_schema(ref_template="#/components/schemas/{model}")["$defs"]
    return {
        schema["properties"]["do"]["const"]: schema
        for schema in schemas.values()
        if "do" in schema.get("properties", {})
    }


def describe() -> dict[str, Any]:
    """The whole document."""
    schemas = COMMANDS.json_schema(ref_template="#/components/schemas/{model}")["$defs"]
    names = {
        name: schema["properties"]["do"]["const"]
        for name, schema in schemas.items()
        if "do" in schema.get("properties", {})
    }
    received = {
        do: _message(do, {"$ref": f"#/components/schemas/{name}"}, schemas[name]["description"])
        for name, do in names.items()
    }
    sent = _sent()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "The live room",
            "version": VERSION,
            "description": "JSON text frames over a WebSocket, at most 16 KiB from a client.",
        },
        "defaultContentType": "application/json",
        "channels": {
            "room": {
                "address": "/ws/rooms/{room}/",
                "parameters": {"room": {"description": "The consultation's id."}},
                "messages": {name: _ref("messages", name) for name in (*received, *sent)},
            }
        },
        "operations": {
            "ask": {
                "action": "receive",
                "channel": {"$ref": "#/channels/room"},
                "messages": [_in_channel(name) for name in received],
                "reply": {
                    "channel": {"$ref": "#/channels/room"},
                    "messages": [_in_channel("answer"), _in_channel("error")],
                },
            },
            "tell": {
                "action": "send",
                "channel": {"$ref": "#/channels/room"},
                "messages": [_in_channel(name) for name in sent if name not in {"answer", "error"}],
            },
        },
        "components": {"messages": received | sent, "schemas": schemas | _schemas()},
        "x-close-codes": {str(int(code)): says for code, says in CLOSES.items()},
    }


def _sent() -> dict[str, Any]:
    answer = {
        "type": "object",
        "required": ["re", "ok"],
        "properties": {"re": _ref("schemas", "Key"), "ok": _ref("schemas", "Answer")},
    }
    error = {
        "type": "object",
        "required": ["re", "error"],
        "properties": {"re": _ref("schemas", "Key"), "error": _ref("schemas", "Error")},
    }
    hello = {"type": "object", "required": ["hello"], "properties": {"hello": _object(HELLO)}}
    skip = {"type": "object", "required": ["seq"], "properties": {"seq": {"type": "integer"}}}
    sent = {
        "hello": _message("hello", hello, HELLO.says),
        "answer": _message("answer", answer, "What came of a command."),
        "error": _message("error", error, "Why nothing came of it."),
        "skip": _message("skip", skip, "An event that is not for this reader."),
    }
    for name, described in EVENTS.items():
        sent[name] = _message(name, _event(name, described), _for(described))
    for name, described in NEWS.items():
        schema = _object(described)
        schema["required"].insert(0, "now")
        schema["properties"] = {"now": {"const": name}, **schema["properties"]}
        sent[f"now.{name}"] = _message(f"now.{name}", schema, described.says)
    return sent


def _schemas() -> dict[str, Any]:
    return {
        "Key": {"type": ["string", "null"], "description": "The command's key, if it had one."},
        "Answer": {
            "description": "By the command that was answered.",
            "anyOf": [
                {"title": do, "type": "object", "properties": {field: {} for field in fields}}
                for do, fields in ANSWERS.items()
            ],
        },
        "Snapshot": _object(SNAPSHOT),
        "Error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"enum": [code.value for code in Code]},
                "message": {"type": "string", "description": "For people, in their language."},
                "field": {"type": "string"},
            },
        },
    }


def _event(name: str, described: Described) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["seq", "type", "at", "by", "body"],
        "properties": {
            "seq": {"type": "integer"},
            "type": {"const": name},
            "at": {"type": "string", "format": "date-time"},
            "by": {"type": ["integer", "null"]},
            "body": _object(described),
        },
    }


def _object(described: Described) -> dict[str, Any]:
    fields = list(described.fields)
    return {"type": "object", "required": fields, "properties": {field: {} for field in fields}}


def _for(described: Described) -> str:
    if described.audience == "everyone":
        return described.says
    return f"{described.says} For {described.audience}; the others get `skip`."


def _message(name: str, payload: dict[str, Any], summary: str) -> dict[str, Any]:
    return {"name": name, "summary": summary, "payload": payload}


def _ref(kind: str, name: str) -> dict[str, str]:
    return {"$ref": _REF.format(kind=kind, name=name)}


def _in_channel(name: str) -> dict[str, str]:
    return {"$ref": f"#/channels/room/messages/{name}"}
