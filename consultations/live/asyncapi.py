"""The room's protocol as an AsyncAPI 3 document, made from the code that speaks it.

`docs/asyncapi.yaml` is this document (JSON is YAML), and docs/protocol.md its readable side:

    python manage.py describe_protocol > docs/asyncapi.yaml

What pydantic does not know, the frames that the hall sends, is in the tables of `described`.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from consultations.domain.screens import COOKIE
from consultations.live.described import (
    ANSWERS,
    CLOSES,
    EVENTS,
    HELLO,
    NEWS,
    SNAPSHOT,
    Described,
)
from consultations.live.protocol import COMMANDS, SCREEN_MAY
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
    # Some commands and events have one name.
    received = {
        f"do.{do}": _message(
            do, {"$ref": f"#/components/schemas/{name}"}, schemas[name]["description"]
        )
        for name, do in names.items()
    }
    sent = _sent()
    on_screen = [f"do.{names[command.__name__]}" for command in SCREEN_MAY]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "The live room",
            "version": VERSION,
            "description": "JSON text frames over a WebSocket, at most 16 KiB from a client.",
        },
        "defaultContentType": "application/json",
        "servers": {
            "hall": {
                "host": "hall.example",
                "protocol": "wss",
                "description": "The hall's own host and port; ws where it is served without TLS.",
            }
        },
        "channels": {
            "room": _channel("/ws/rooms/{room}/", settings.SESSION_COOKIE_NAME, received, sent),
            "screen": _channel("/ws/rooms/{room}/screen/", COOKIE, on_screen, sent),
        },
        "operations": {
            **_operations("room", "ask", "tell", received, sent),
            **_operations("screen", "ask_for_screen", "tell_screen", on_screen, sent),
        },
        "components": {"messages": received | sent, "schemas": schemas | _schemas()},
        "x-close-codes": {str(int(code)): says for code, says in CLOSES.items()},
    }


def _channel(
    address: str, cookie: str, received: Iterable[str], sent: Iterable[str]
) -> dict[str, Any]:
    headers = {
        "Origin": {"type": "string", "description": "The hall's own, as its pages have it."},
        "Cookie": {"type": "string", "description": f"With `{cookie}`."},
    }
    required = {"type": "object", "required": list(headers), "properties": headers}
    return {
        "address": address,
        "parameters": {"room": {"description": "The consultation's id."}},
        "messages": {name: _ref("messages", name) for name in (*received, *sent)},
        "bindings": {"ws": {"method": "GET", "headers": required, "bindingVersion": "0.1.0"}},
    }


def _operations(
    channel: str, ask: str, tell: str, received: Iterable[str], sent: Iterable[str]
) -> dict[str, Any]:
    def named(*names: str) -> list[dict[str, str]]:
        return [{"$ref": f"#/channels/{channel}/messages/{name}"} for name in names]

    where = {"$ref": f"#/channels/{channel}"}
    answers = ("answer", "error")
    return {
        ask: {
            "action": "receive",
            "channel": where,
            "messages": named(*received),
            "reply": {"channel": where, "messages": named(*answers)},
        },
        tell: {
            "action": "send",
            "channel": where,
            "messages": named(*(name for name in sent if name not in answers)),
        },
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
