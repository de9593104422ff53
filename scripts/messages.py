"""Collect what is said on the screen, and compile the translations: `make messages`.

The Chinese sentence is the key. Python and templates go to django.po, the room's modules to
djangojs.po; what is new there waits with an empty translation. GNU gettext is not needed, and the
compiled files are committed: a hall runs in both languages from a fresh checkout.
"""

import ast
import re
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "locale" / "en" / "LC_MESSAGES"
APPS = ("hall", "members", "consultations")
ONE = {"_", "gettext", "gettext_lazy", "gettext_noop"}
MANY = {"ngettext", "ngettext_lazy"}
HEADER = (
    "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\nLanguage: en\n"
    "MIME-Version: 1.0\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
)
_JS = re.compile(r'(?<![\w.$])_\(\s*("(?:[^"\\]|\\.)*")')
CONTEXT = "\x04"  # between a sentence's context and the sentence, as in a compiled file
_BLOCK = re.compile(
    r"""\b([np]?gettext|_)\(((?:\s*,?\s*u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))+)"""
)
_TEXT = re.compile(r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""")


@dataclass
class Message:
    """One sentence with its translations: one, or singular and plural."""

    plural: str | None = None
    said: list[str] = field(default_factory=list)
    fuzzy: bool = False
    places: set[str] = field(default_factory=set)

    @property
    def is_translated(self) -> bool:
        return not self.fuzzy and len(self.said) == (2 if self.plural else 1) and all(self.said)


Catalogue = dict[str, Message]


def in_python(source: str) -> Iterator[tuple[str, str | None]]:
    """The sentences in a Python file, each with its plural or None."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
        texts = [arg.value for arg in node.args[:2] if isinstance(arg, ast.Constant)]
        if name in ONE and texts and isinstance(texts[0], str):
            yield texts[0], None
        elif name in MANY and len(texts) == 2:
            yield str(texts[0]), str(texts[1])


def in_template(source: str) -> Iterator[tuple[str, str | None]]:
    """The sentences in a template, as Django itself reads them; one with a context after that."""
    from django.utils.translation.template import templatize  # noqa: PLC0415 (needs settings)

    for name, arguments in _BLOCK.findall(templatize(source)):
        texts = [ast.literal_eval(text) for text in _TEXT.findall(arguments)]
        if name == "pgettext":
            yield CONTEXT.join(texts), None
        else:
            yield texts[0], (texts[1] if name == "ngettext" else None)


def in_module(source: str) -> Iterator[tuple[str, str | None]]:
    """The sentences in a module of the room."""
    for text in _JS.findall(source):
        yield ast.literal_eval(text), None


def collected() -> dict[str, Catalogue]:
    """All sentences by their file: {"django": …, "djangojs": …}."""
    python = [file for app in APPS for file in (ROOT / app).rglob("*.py")]
    readers = [
        ("django", in_python, [file for file in python if "migrations" not in file.parts]),
        ("django", in_template, list((ROOT / "templates").rglob("*.html"))),
        ("djangojs", in_module, list((ROOT / "static" / "js").rglob("*.js"))),
    ]
    found: dict[str, Catalogue] = {"django": {}, "djangojs": {}}
    for name, read, files in readers:
        for file in sorted(files):
            for text, plural in read(file.read_text(encoding="utf-8")):
                message = found[name].setdefault(text, Message())
                message.plural = message.plural or plural
                message.places.add(file.relative_to(ROOT).as_posix())
    return found


def read_po(text: str) -> Catalogue:
    """The messages of a .po file, without its header."""
    messages: Catalogue = {}
    for block in re.split(r"\n\s*\n", text):
        parts: dict[str, str] = {}
        current, fuzzy = "", False
        for line in block.splitlines():
            if line.startswith("#"):
                fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
            elif line.startswith('"'):
                parts[current] += ast.literal_eval(line)
            elif line:
                current, value = line.split(" ", 1)
                parts[current] = ast.literal_eval(value)
        if parts.get("msgid"):
            said = [value for name, value in parts.items() if name.startswith("msgstr")]
            key = CONTEXT.join(parts[name] for name in ("msgctxt", "msgid") if name in parts)
            messages[key] = Message(parts.get("msgid_plural"), said, fuzzy)
    return messages


def write_po(messages: Catalogue) -> str:
    """A .po file with these messages, sorted by where they are said."""
    blocks = [f'msgid ""\nmsgstr ""\n{_lines(HEADER)}']
    for text, message in sorted(messages.items(), key=lambda pair: (min(pair[1].places), pair[0])):
        lines = [f"#: {' '.join(sorted(message.places))}"]
        if message.fuzzy:
            lines.append("#, fuzzy")
        context, _between, sentence = text.rpartition(CONTEXT)
        if context:
            lines.append(f"msgctxt {_quoted(context)}")
        lines.append(f"msgid {_quoted(sentence)}")
        said = [*message.said, "", ""]
        if message.plural:
            lines.append(f"msgid_plural {_quoted(message.plural)}")
            lines += [f"msgstr[{n}] {_quoted(said[n])}" for n in (0, 1)]
        else:
            lines.append(f"msgstr {_quoted(said[0])}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _lines(text: str) -> str:
    return "\n".join(_quoted(line) for line in text.splitlines(keepends=True))


def compiled(messages: Catalogue) -> bytes:
    """The .mo file of what is translated (GNU gettext manual, "MO Files"), the same every time."""
    pairs = {"": HEADER}
    for text, message in messages.items():
        if message.is_translated:
            key = f"{text}\0{message.plural}" if message.plural else text
            pairs[key] = "\0".join(message.said)
    entries = sorted((key.encode(), value.encode()) for key, value in pairs.items())
    count, start = len(entries), 28
    table, offset = [], start + 16 * len(entries)
    for column in (0, 1):
        for entry in entries:
            table += [len(entry[column]), offset]
            offset += len(entry[column]) + 1
    texts = b"".join(entry[column] + b"\0" for column in (0, 1) for entry in entries)
    head = struct.pack("<7I", 0x950412DE, 0, count, start, start + 8 * count, 0, start + 16 * count)
    return head + struct.pack(f"<{len(table)}I", *table) + texts


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    missing = 0
    for name, found in collected().items():
        po = FOLDER / f"{name}.po"
        known = read_po(po.read_text(encoding="utf-8")) if po.exists() else {}
        for text, message in found.items():
            if text in known and bool(known[text].plural) == bool(message.plural):
                message.said, message.fuzzy = known[text].said, known[text].fuzzy
            missing += not message.is_translated
        po.write_text(write_po(found), encoding="utf-8")
        (FOLDER / f"{name}.mo").write_bytes(compiled(found))
    if missing:
        print(f"{missing} sentences wait for their translation in {FOLDER.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    import os

    import django

    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hall.settings")
    django.setup()
    sys.exit(main())
