"""The browser's files: collected once, named by their content, found again by their paths."""

import fcntl
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core.management import call_command

from hall import storage
from hall.storage import OWN, VENDOR, imports_in, vendored

_HASHED = re.compile(r"\.([0-9a-f]{12})(?:\.(?!gz$|br$|js$|css$)\w+)?$")


def static_files() -> Iterator[tuple[str, Path]]:
    """Every static file as (its path below STATIC_URL, where it lies), sorted by path."""
    found: dict[str, Path] = {}
    for finder in finders.get_finders():
        for path, source in finder.list([]):
            found.setdefault(path.replace("\\", "/"), Path(source.path(path)))
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
        # The form in which they are kept counts too: another one is another set of files.
        sources["hall.storage"] = Path(storage.__file__)
        sums = {path: hashlib.sha256(file.read_bytes()).digest() for path, file in sources.items()}
        whole = hashlib.sha256(repr(sorted(sums.items())).encode()).hexdigest()
        if stamp.exists() and stamp.read_text() == whole:
            return False
        if not stamp.exists():
            _drop_half_written(root)
        stamp.unlink(missing_ok=True)
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(whole)
    forget()
    return True


def _drop_half_written(root: Path) -> None:
    """Remove what a collection that was cut off left. Modules and styles are written each time;
    what else has a name is not written again."""
    (root / "staticfiles.json").unlink(missing_ok=True)
    for file in root.rglob("*"):
        if (named := _HASHED.search(file.name)) and file.is_file():
            digest = hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()
            if not digest.startswith(named[1]):
                file.unlink()


def forget() -> None:
    """Drop what this process remembers of the static files."""
    vendored.cache_clear()
    _module_urls.cache_clear()
    module_preloads.cache_clear()
    if isinstance(staticfiles_storage, ManifestFilesMixin):
        staticfiles_storage.hashed_files, staticfiles_storage.manifest_hash = (
            staticfiles_storage.load_manifest()
        )


@cache
def _module_urls() -> dict[str, str]:
    """Path below STATIC_URL -> address, for every ES module of ours and of our suppliers."""
    return {
        path: staticfiles_storage.url(path)
        for path, _ in static_files()
        if path.endswith(".js") and path.startswith((OWN, VENDOR))
    }


@cache
def module_preloads(*entries: str) -> tuple[str, ...]:
    """Addresses of each of `entries` ("js/room/main.js", …), followed by all that it needs at once.

    A page that names them lets the browser fetch them side by side, and not one import after
    another. KeyError where there is no such entry.
    """
    urls, files = _module_urls(), dict(static_files())
    seen: dict[str, str] = {}
    for entry in entries:
        waiting = [entry]
        while waiting:
            path = waiting.pop(0)
            if path not in seen:
                seen[path] = urls[path]
                imports = imports_in(path, files[path].read_text("utf-8"))
                waiting += [imported for imported, later in imports if not later]
    return tuple(seen.values())
