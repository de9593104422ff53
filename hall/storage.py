"""Where the browser's files are kept: each under a name that carries its content's hash.

What refers to another file is rewritten to that name while files are collected: `url(…)` in style
sheets by Django, imports of ES modules here. Django has a pattern for imports as well
(`support_js_module_import_aggregation`), but it knows no package by its name, and misses
`export*from"…"` as suppliers write it.
"""

import hashlib
import json
import posixpath
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from whitenoise.storage import CompressedManifestStaticFilesStorage

OWN = "js/"
VENDOR = "vendor/"
_IMPORT = (
    r"""(?a:(?P<before>\b(?:(?:import|export)\s*(?:[\w*{}\s,$]+?\s*from\s*)?"""
    r"""|import\s*(?P<later>\()\s*)["'])(?P<name>[^"']+)(?P<after>["']))"""
)
_REWRITTEN = "%(before)s%(name)s%(after)s"
# On lines of their own; what suppliers write stays, licences are among it.
_COMMENT = r"(?m:^[ \t]*(?:/\*(?:[^*]|\*(?!/))*\*/[ \t]*|//.*)?\n)"
_INDENT = r"(?m:^[ \t]+)"
_BLANK = ""
_FOR_PEOPLE = ((_COMMENT, _BLANK), (_INDENT, _BLANK))
_IMPORTS = re.compile(_IMPORT)


@cache
def vendored() -> dict[str, str]:
    """Bare name -> path below STATIC_URL, as scripts/vendor.mjs wrote it."""
    found = finders.find(f"{VENDOR}manifest.json")
    if found is None:
        return {}
    manifest: dict[str, Any] = json.loads(Path(found).read_text(encoding="utf-8"))
    return {name: VENDOR + path for name, path in manifest["imports"].items()}


def imports_in(importer: str, text: str) -> Iterator[tuple[str, bool]]:
    """What a module at the path `importer` imports, in the order written: (path, whether later).

    What is imported later is fetched when the page comes to need it, and not before.
    """
    for found in _IMPORTS.finditer(text):
        yield _resolve(importer, found["name"]), found["later"] is not None


def _resolve(importer: str, name: str) -> str:
    """The path of the file that is meant; ValueError for a name of no vendored module."""
    if name.startswith("."):
        return posixpath.normpath(posixpath.join(posixpath.dirname(importer), name))
    if name not in vendored():
        raise ValueError(f"{importer} imports {name!r}, which is not in static/vendor")
    return vendored()[name]


class HallStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Files by hashed names alone; collecting them fails where an import leads to no file.

    The hall's own modules may fetch each other later, in circles, so no name can carry the hash of
    what its module was rewritten to. They carry one hash of all their sources together: a page
    never mixes modules of two versions, and a hash that is repeated hardly counts on the line.

    Comments, indents and empty lines of the hall's own files are left out: they are a sixth of what
    a phone would have to fetch. What stands on a line of its own still does.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("*.css", _FOR_PEOPLE),
        ("*.js", (*_FOR_PEOPLE, (_IMPORT, _REWRITTEN))),
    )

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[Any]:
        """Give the collected files their names; called by collectstatic."""
        modules = sorted((name, kept) for name, kept in paths.items() if name.endswith(".js"))
        sources = [(name, Path(source.path(path)).read_bytes()) for name, (source, path) in modules]
        sources.append(("", Path(__file__).read_bytes()))
        self._version = hashlib.sha256(repr(sources).encode()).hexdigest()[:12]
        yield from super().post_process(paths, dry_run, **options)

    def file_hash(self, name: str | None, content: Any = None) -> str:
        """The part of a name that stands for the content; `name` is None for the manifest."""
        if name and name.startswith(OWN):
            return self._version
        digest: str = super().file_hash(name, content)
        return digest

    def url(self, name: str | None, force: bool = True) -> str:
        """The hashed address, also while debugging: the sources' imports are not a browser's."""
        address: str = super().url(name, force=force)
        return address

    def url_converter(
        self, name: str, hashed_files: dict[str, str], template: str | None = None
    ) -> Callable[[re.Match[str]], str]:
        """The function that rewrites one reference of the file `name`, or one comment."""
        if template == _BLANK:
            return lambda found: found[0] if name.startswith(VENDOR) else ""
        if template != _REWRITTEN:
            converter: Callable[[re.Match[str]], str] = super().url_converter(
                name, hashed_files, template
            )
            return converter

        def to_hashed(found: re.Match[str]) -> str:
            target = self._stored_name(_resolve(name, found["name"]), hashed_files)
            address = posixpath.relpath(target, posixpath.dirname(name))
            relative = address if address.startswith(".") else f"./{address}"
            return _REWRITTEN % {**found.groupdict(), "name": relative}

        return to_hashed
