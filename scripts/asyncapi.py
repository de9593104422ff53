"""Write docs/asyncapi.json, the machine-readable side of docs/protocol.md, from the code.

python -m scripts.asyncapi
"""

import json
import os
from pathlib import Path
from typing import Any, get_args

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hall.settings")
django.setup()

from consultations.live import protocol  # noqa: E402 (Django first)
from hall.errors import Code  # noqa: E402

FILE = Path(__file__).resolve().parent.parent / "docs" / "asyncapi.json"
COMPONENT = "#/components/schemas/{model}"


def document() -> dict[str, Any]:
    """The AsyncAPI 3 document of the room's socket."""
    commands = get_args(protocol.AnyCommand)
    schemas: dict[str, Any] = {}
    for command in commands:
        schema = command.model_json_schema(ref_template=COMPONENT)
        schemas |= schema.pop("$defs", {})
        schemas[command.__name__] = schema
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Consultation Hall: the room's socket",
            "version": "1",
            "description": "The readable side is protocol.md.",
        },
        "defaultContentType": "application/json",
        "channels": {
            "room": {
                "address": "/ws/rooms/{id}/",
                "parameters": {"id": {"description": "The consultation's id."}},
                "messages": {
                    **{
                        c.__name__: {"$ref": f"#/components/messages/{c.__name__}"}
                        for c in commands
                    },
                    "Answer": {"$ref": "#/components/messages/Answer"},
                    "Event": {"$ref": "#/components/messages/Event"},
                    "News": {"$ref": "#/components/messages/News"},
                    "Hello": {"$ref": "#/components/messages/Hello"},
                },
            }
        },
        "operations": {
            "command": _operation("receive", [c.__name__ for c in commands]),
            "tell": _operation("send", ["Hello", "Answer", "Event", "News"]),
        },
        "components": {
            "messages": {
                **{c.__name__: _message(c.__name__, _do(c)) for c in commands},
                **{name: _message(name, name.lower()) for name in ANSWERS},
            },
            "schemas": {**schemas, **ANSWERS},
        },
        "x-close-codes": {code.name.lower(): int(code) for code in protocol.Close},
        "x-refusals": sorted(code.value for code in Code),
    }


def _do(command: type[protocol.Command]) -> str:
    return str(get_args(command.model_fields["do"].annotation)[0])


def _operation(action: str, messages: list[str]) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": "#/channels/room"},
        "messages": [{"$ref": f"#/channels/room/messages/{name}"} for name in messages],
    }


def _message(schema: str, name: str) -> dict[str, Any]:
    return {"name": name, "payload": {"$ref": COMPONENT.format(model=schema)}}


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties}


_KEY = {"type": ["string", "null"], "description": "The command's key."}
_ERROR = _object(
    ["code", "message"],
    code={"type": "string", "enum": sorted(code.value for code in Code)},
    message={"type": "string"},
    field={"type": "string"},
)
ANSWERS: dict[str, Any] = {
    "Answer": {
        "oneOf": [
            _object(["re", "ok"], re=_KEY, ok={"type": "object"}),
            _object(["re", "error"], re=_KEY, error=_ERROR),
        ]
    },
    "Event": {
        "oneOf": [
            _object(
                ["seq", "type", "at", "by", "body"],
                seq={"type": "integer", "minimum": 1},
                type={"type": "string"},
                at={"type": "string", "format": "date-time"},
                by={"type": ["integer", "null"]},
                body={"type": "object"},
            ),
            _object(["seq"], seq={"type": "integer", "minimum": 1}),
        ]
    },
    "News": _object(["now"], now={"type": "string"}),
    "Hello": _object(["hello"], hello={"type": "object"}),
}


if __name__ == "__main__":
    FILE.write_text(json.dumps(document(), ensure_ascii=False, indent=2, sort_keys=True) + "\n")
