"""The room's protocol as an AsyncAPI 3 document, made from the code that speaks it.

`docs/asyncapi.yaml` is this document (JSON is YAML), and docs/protocol.md its readable side:

    python manage.py describe_protocol > docs/asyncapi.yaml

What pydantic does not know, the frames that the hall sends, is in the tables of `described`.
"""

from typing import Any

from consultations.live.described import (
    ANSWERS,
    CLOSES,
    EVENTS,
    HELLO,
    NEWS,
    SNAPSHOT,
    Described,
)
from consultations.live.protocol import COMMANDS
from hall.errors import Code

VERSION = "1.0.0"
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
