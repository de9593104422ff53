"""What the room's page loads at start stays small: a cheap phone fetches it over a slow line."""

import gzip
import re
from pathlib import Path

from django.conf import settings

from hall import assets

STATIC = Path(settings.BASE_DIR) / "static"
SCRIPT_LIMIT = 45_000
STYLE_LIMIT = 15_000
_ENTRY = re.compile(r"""{% module_script "([^"]+)" %}""")
_SHEET = re.compile(r"""<link rel="stylesheet" href="{% static '(css/[\w-]+\.css)' %}">""")


def weight(path: str) -> int:
    return len(gzip.compress((STATIC / path).read_bytes(), 9))


def needed_at_once(entry: str) -> set[str]:
    """The modules that a page with this entry loads before it does anything."""
    imports, seen, waiting = assets._imports(), {entry}, [entry]
    while waiting:
        for imported in imports[waiting.pop()]:
            if not imported.later and imported.path not in seen:
                seen.add(imported.path)
                waiting.append(imported.path)
    return seen


def sheets_of(*templates: str) -> set[str]:
    texts = [(settings.BASE_DIR / "templates" / name).read_text("utf-8") for name in templates]
    return set(_SHEET.findall("".join(texts)))


def test_room_needs_little_script_at_start() -> None:
    assets.collect_static()
    page = (settings.BASE_DIR / "templates" / "room" / "room.html").read_text("utf-8")
    entries = _ENTRY.findall(page)
    assert entries == ["js/room/main.js", "js/room/elements/room-app.js"]
    modules = set().union(*map(needed_at_once, entries))
    assert "vendor/lit-html/lit-html.js" in modules
    assert sum(map(weight, modules)) <= SCRIPT_LIMIT, {name: weight(name) for name in modules}


def test_room_needs_little_style() -> None:
    sheets = sheets_of("base.html", "room/room.html")
    assert {"css/tokens.css", "css/room.css", "css/senior.css"} <= sheets
    sheets -= {"css/pages.css"}  # the block that the room replaces
    assert sum(map(weight, sheets)) <= STYLE_LIMIT, {name: weight(name) for name in sheets}
