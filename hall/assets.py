"""The browser's files: collected once, named by their content, joined by an import map.

The modules are served as they were written: nothing in them is rewritten or bundled. A browser
resolves `import "./store.js"` against the importing module's own address and `import "lit"` as it
stands; the import map of the page sends either to the file whose name carries its content's hash,
which may then be kept for ever.
"""

import fcntl
import hashlib
import json
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core.management import call_command

OWN = "js/"
VENDOR = "vendor/"
VENDOR_MANIFEST = "vendor/manifest.json"

_IMPORTS = re.compile(
    r"""\b(?:(?:import|export)\s*(?:[\w*{}\s,$]+?\s*from\s*)?|import\s*(\()\s*)["']([^"']+)["']""",
    re.ASCII,
)
_HASHED = re.compile(r"\.([0-9a-f]{12})(?:\.(?!gz$|br$)\w+)?$")


@dataclass(frozen=True)
class Import:
    """One import of a module: as written, as the browser looks it up, and the file meant.

    What is imported `later` is fetched when the page comes to need it, and not before.
    """

    name: str
    key: str
    path: str
    later: bool


def static_files() -> Iterator[tuple[str, Path]]:
    """Every static file as (its path below STATIC_URL, where it lies), sorted by path."""
    found: dict[str, Path] = {}
    for finder in finders.get_finders():
        for path, storage in finder.list([]):
            found.setdefault(path.replace("\\", "/"), Path(storage.path(path)))
    yield from sorted(found.items())


def collect_static() -> bool:
    """Bring STATIC_ROOT up to date with the sources; True where something had to be written.

    Call it before the server starts. Several processes of one installation may start at once: one
    collects, the others wait for it. Files of earlier versions stay, so that a page which is open
    while the hall is renewed still finds its own.
    """
    root = Path(settings.STATIC_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    stamp = root / ".collected"
    with (root / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        sources = dict(static_files())
        sums = {path: hashlib.sha256(file.read_bytes()).digest() for path, file in sources.items()}
        whole = hashlib.sha256(repr(sorted(sums.items())).encode()).hexdigest()
        if stamp.exists() and stamp.read_text() == whole:
            return False
        if not stamp.exists():
            _drop_half_written(root)
        stamp.unlink(missing_ok=True)
        for path, digest in sums.items():
            # collectstatic goes by the time of change, which a checkout or an image may set back.
            copy = root / path
            if copy.exists() and hashlib.sha256(copy.read_bytes()).digest() != digest:
                copy.unlink()
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(whole)
    forget()
    return True


def _drop_half_written(root: Path) -> None:
    """Remove what a collection that was cut off left: what has a name is not written again."""
    (root / "staticfiles.json").unlink(missing_ok=True)
    for file in root.rglob("*"):
        if (named := _HASHED.search(file.name)) and file.is_file():
            digest = hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()
            if not digest.startswith(named[1]):
                file.unlink()


def forget() -> None:
    """Drop what this process remembers of the static files."""
    _module_urls.cache_clear()
    _imports.cache_clear()
    import_map.cache_clear()
    module_preloads.cache_clear()
    if isinstance(staticfiles_storage, ManifestFilesMixin):
        staticfiles_storage.hashed_files, staticfiles_storage.manifest_hash = (
            staticfiles_storage.load_manifest()
        )


def _vendored() -> dict[str, str]:
    """Bare name -> path below STATIC_URL, as scripts/vendor.mjs wrote it."""
    found = finders.find(VENDOR_MANIFEST)
    if found is None:
        return {}
    manifest: dict[str, Any] = json.loads(Path(found).read_text(encoding="utf-8"))
    return {name: VENDOR + path for name, path in manifest["imports"].items()}


@cache
def _module_urls() -> dict[str, str]:
    """Path below STATIC_URL -> address, for every ES module of ours and of our suppliers."""
    return {
        path: staticfiles_storage.url(path)
        for path, _ in static_files()
        if path.endswith(".js") and path.startswith((OWN, VENDOR))
    }


@cache
def _imports() -> dict[str, tuple[Import, ...]]:
    """Path of each module -> what it imports, in the order written."""
    vendored = _vendored()
    files = dict(static_files())

    def resolve(importer: str, bracket: str, name: str) -> Import:
        later = bool(bracket)
        if name.startswith("."):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(importer), name))
            return Import(name, settings.STATIC_URL + path, path, later)
        return Import(name, name, vendored.get(name, OWN + name), later)

    return {
        path: tuple(
            resolve(path, bracket, name)
            for bracket, name in _IMPORTS.findall(files[path].read_text("utf-8"))
        )
        for path in _module_urls()
    }


def unresolved_imports() -> list[str]:
    """One line for every import that leads to no module; none in a hall that works."""
    return [
        f"{path} imports {imported.name!r}"
        for path, imports in _imports().items()
        for imported in imports
        if imported.path not in _module_urls()
    ]


@cache
def import_map() -> str:
    """The import map as JSON text that is safe inside a script element.

    It names what the modules import and nothing else: packages ("lit"), modules of ours by their
    path below static/js ("room/store.js"), and the plain addresses that relative imports come to.
    """
    urls = _module_urls()
    imports = {
        imported.key: urls[imported.path]
        for found in _imports().values()
        for imported in found
        if imported.path in urls
    }
    text = json.dumps({"imports": dict(sorted(imports.items()))}, separators=(",", ":"))
    return text.replace("<", "\\u003c")


@cache
def module_preloads(entry: str) -> tuple[str, ...]:
    """Addresses of `entry` ("js/room/main.js") and of all that it needs at once, itself first.

    A page that names them lets the browser fetch them side by side, and not one import after
    another. KeyError where there is no such entry.
    """
    urls, imports = _module_urls(), _imports()
    seen = {entry: urls[entry]}
    waiting = [entry]
    while waiting:
        for imported in imports[waiting.pop(0)]:
            if imported.path in urls and imported.path not in seen and not imported.later:
                seen[imported.path] = urls[imported.path]
                waiting.append(imported.path)
    return tuple(seen.values())
