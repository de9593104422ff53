"""File names that every system accepts."""

import re
import unicodedata
from collections.abc import Mapping

MAX_NAME = 80

_FORBIDDEN = re.compile(r'[\\/:*?"<>|]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


def file_name(pattern: str, values: Mapping[str, str], extension: str) -> str:
    """`pattern` with its `{name}`s filled in and `extension` added; at most 80 characters.

    Free of what Windows forbids: \\ / : * ? " < > |, control and format characters, a dot or a
    space at either end, device names. An empty name becomes 文件. UTF-8 bytes stay below 255.
    """
    name = re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), pattern)
    name = _FORBIDDEN.sub("", name)
    name = "".join(c for c in name if c.isspace() or unicodedata.category(c)[0] != "C")
    name = " ".join(name.split()).strip(". ")
    if _RESERVED.fullmatch(name.split(".")[0].strip()):
        name = f"_{name}"
    name = _cut(name, MAX_NAME - len(extension) - 1) or "文件"
    return f"{name}.{extension}"


def _cut(name: str, longest: int) -> str:
    """Shortened in the middle: what a document is stands at the end of its name."""
    if len(name) > longest:
        tail = name[-12:]
        name = f"{name[: longest - len(tail) - 1]}…{tail}"
    while len(name.encode()) > 240:
        name = name[: len(name) - 13] + name[-12:]
    return name.strip(". ")
