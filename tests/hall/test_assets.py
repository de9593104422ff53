import html
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import Context, Template
from django.test import RequestFactory
from pytest_django import Settings

from hall import assets, storage

VENDOR = settings.BASE_DIR / "static" / "vendor"
HASHED = re.compile(r"\.[0-9a-f]{12}\.js$")


@pytest.fixture
def sources(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """A folder of static files that the test writes itself, collected to a root of its own."""
    folder = tmp_path / "sources"
    (folder / "js" / "room").mkdir(parents=True)
    (folder / "js" / "room" / "main.js").write_text(
        'import { store } from "./store.js";\nimport { html } from "lit";\nstore(html);\n'
    )
    (folder / "js" / "room" / "store.js").write_text(
        'import "./can.js";\nexport const store = (x) => x;\n'
    )
    (folder / "js" / "room" / "can.js").write_text("export const can = true;\n")
    (folder / "js" / "room" / "other.js").write_text("export default 1;\n")
    (folder / "vendor").symlink_to(VENDOR)
    settings.STATICFILES_DIRS = [folder]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "root"
    assets.finders.get_finder.cache_clear()
    assets.forget()
    yield folder
    assets.finders.get_finder.cache_clear()


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    yield
    assets.forget()


def in_root(url: str) -> Path:
    return Path(settings.STATIC_ROOT) / url.removeprefix("/static/")


def served(path: str) -> Path:
    """What is served for a source, by its path."""
    return in_root(staticfiles_storage.url(path))


def imported_by(module: Path) -> list[Path]:
    """The files that a browser asks for because of this one, as relative addresses lead to them."""
    names = [found["name"] for found in storage._IMPORTS.finditer(module.read_text("utf-8"))]
    assert all(name.startswith(("./", "../")) for name in names), (module, names)
    return [Path(os.path.normpath(module.parent / name)) for name in names]


def test_collected_modules_import_files_named_by_their_content(sources: Path) -> None:
    assets.collect_static()

    main = served("js/room/main.js")
    assert imported_by(main) == [
        served("js/room/store.js"),
        served("vendor/lit-element/lit-element.js"),
    ]
    assert imported_by(served("js/room/store.js")) == [served("js/room/can.js")]
    assert served("js/room/can.js").read_text() == (sources / "js/room/can.js").read_text()
    for path in (main, *imported_by(main)):
        assert re.search(r"\.[0-9a-f]{12}\.js$", path.name)


def test_collected_files_have_no_other_names(sources: Path) -> None:
    """A module under its plain name would import what no browser finds."""
    assets.collect_static()

    plain = [path for path in in_root("js").rglob("*.js") if not HASHED.search(path.name)]
    assert plain == []


@pytest.mark.parametrize(
    "line",
    [
        'import "./other.js";',
        'import other from "./other.js"',
        "import * as other from './other.js';",
        'import{a as b,c}from"./other.js";',
        'import other, {\na,\nb,\n} from "./other.js";',
        'export * from "./other.js";',
        'export*from"./other.js";',
        'export { a } from "../room/other.js";',
        'const other = await import("./other.js");',
        'let a=1;import"./other.js";',
    ],
)
def test_every_way_to_import_is_rewritten(sources: Path, line: str) -> None:
    (sources / "js" / "room" / "main.js").write_text(line)
    assets.collect_static()

    main, other = served("js/room/main.js"), served("js/room/other.js")
    assert imported_by(main) == [other]
    written = re.sub(r"""(["']).*["']""", rf"\1./{other.name}\1", line, flags=re.DOTALL)
    assert main.read_text() == written


def test_comments_indents_and_empty_lines_are_left_out(sources: Path) -> None:
    (sources / "js" / "room" / "main.js").write_text(
        "/**\n * What it does.\n * @returns {import('lit').Html}\n */\nconst a = 1; // stays\n"
        '  // why\n  const url = "https://a/*b*/c"; /* stays */\n/* one */\n\nlast();\n'
    )
    assets.collect_static()

    assert served("js/room/main.js").read_text() == (
        'const a = 1; // stays\nconst url = "https://a/*b*/c"; /* stays */\nlast();\n'
    )
    assert "@license" in served("vendor/lit-html/lit-html.js").read_text()


def test_comments_stand_outside_of_templates() -> None:
    """What is left out of a module must not have been part of a text."""
    for path, source in assets.static_files():
        if path.startswith("js/"):
            text = source.read_text("utf-8")
            for comment in re.finditer(storage._COMMENT, text):
                assert text[: comment.start()].count("`") % 2 == 0, (path, comment[0])


def test_changed_module_gives_all_of_the_hall_new_addresses(
    sources: Path,
) -> None:
    assets.collect_static()
    before = {name: served(f"js/room/{name}.js") for name in ("main", "store", "can", "other")}
    lit = served("vendor/lit-element/lit-element.js")
    changed = sources / "js" / "room" / "can.js"
    long_ago = changed.stat().st_mtime - 1000
    changed.write_text("export const can = false;\n")
    os.utime(changed, (long_ago, long_ago))

    assets.collect_static()

    after = {name: served(f"js/room/{name}.js") for name in before}
    assert not set(before.values()) & set(after.values())
    assert served("vendor/lit-element/lit-element.js") == lit
    assert imported_by(after["store"]) == [after["can"]]
    assert after["can"].read_text() == "export const can = false;\n"
    for path in before.values():
        assert path.is_file(), "an open page still finds the old ones"


@pytest.mark.parametrize(
    "line", ['import "./gone.js";', 'import "lost";', 'import "https://x/y.js";']
)
def test_collect_static_refuses_an_import_that_leads_nowhere(sources: Path, line: str) -> None:
    (sources / "js" / "room" / "main.js").write_text(line)

    with pytest.raises(ValueError, match=r"gone\.js|lost|https"):
        assets.collect_static()
    with pytest.raises(ValueError, match=r"gone\.js|lost|https"):
        assets.collect_static()  # and does not take it for done the next time


def test_modules_may_import_each_other_later(sources: Path) -> None:
    can = sources / "js" / "room" / "can.js"
    can.write_text('import("./store.js");\n')
    assets.collect_static()
    before = served("js/room/can.js"), served("js/room/store.js")
    assert imported_by(before[0]) == [before[1]]
    assert imported_by(before[1]) == [before[0]]

    can.write_text('import("./store.js"); 1;\n')
    assets.collect_static()
    after = served("js/room/can.js"), served("js/room/store.js")
    assert imported_by(after[1]) == [after[0]]
    assert not set(before) & set(after)


def test_collect_static_writes_only_when_a_source_changed(sources: Path) -> None:
    assert assets.collect_static() is True
    assert assets.collect_static() is False

    (sources / "js" / "room" / "new.js").write_text("export default 2;\n")
    assert assets.collect_static() is True
    (sources / "js" / "room" / "new.js").unlink()
    assert assets.collect_static() is True


def test_collect_static_mends_what_an_interrupted_one_left(sources: Path) -> None:
    assets.collect_static()
    root = Path(settings.STATIC_ROOT)
    (root / ".collected").unlink()
    cut = [*root.glob("js/room/*.js"), *root.glob("js/room/*.js.gz"), root / "staticfiles.json"]
    whole = {file: file.read_bytes() for file in cut}
    assert len(whole) > 3
    for file in cut:
        file.write_bytes(file.read_bytes()[:5])

    assert assets.collect_static() is True

    assert {file: file.read_bytes() for file in cut} == whole


def test_collect_static_by_two_processes_at_once_leaves_one_whole_set(tmp_path: Path) -> None:
    program = (
        "import django; django.setup(); from hall import assets; print(assets.collect_static())"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "hall.settings",
        "HALL_DATA": str(tmp_path),
    }
    both = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = sorted(process.communicate(timeout=60)[0].strip() for process in both)

    assert [process.returncode for process in both] == [0, 0]
    assert said == ["False", "True"]
    manifest = json.loads((tmp_path / "static" / "staticfiles.json").read_text())
    for path in manifest["paths"].values():
        assert (tmp_path / "static" / path).is_file()


def test_module_preloads_names_what_the_entry_comes_to_import(sources: Path) -> None:
    assets.collect_static()

    urls = assets.module_preloads("js/room/main.js")

    assert re.fullmatch(r"/static/js/room/main\.[0-9a-f]{12}\.js", urls[0])
    found, waiting = set(), [in_root(urls[0])]
    while waiting:
        found.add(module := waiting.pop())
        waiting += [path for path in imported_by(module) if path not in found]
    assert {in_root(url) for url in urls} == found
    assert len(urls) == len(found)


def test_module_preloads_leaves_out_what_is_imported_later(sources: Path) -> None:
    later = sources / "js" / "room" / "later.js"
    later.write_text("export const dialog = 1;\n", encoding="utf-8")
    main = sources / "js" / "room" / "main.js"
    main.write_text(main.read_text("utf-8") + 'import("./later.js");\n', encoding="utf-8")
    assets.collect_static()

    assert served("js/room/later.js") in imported_by(served("js/room/main.js"))
    assert staticfiles_storage.url("js/room/later.js") not in assets.module_preloads(
        "js/room/main.js"
    )


def test_module_preloads_refuses_an_entry_that_is_not_there(sources: Path) -> None:
    assets.collect_static()

    with pytest.raises(KeyError, match=r"js/room/gone\.js"):
        assets.module_preloads("js/room/gone.js")


def test_tags_carry_the_nonce_of_the_page(sources: Path) -> None:
    assets.collect_static()
    request = RequestFactory().get("/")
    request.csp_nonce = 'n"1'
    page = Template('{% load assets %}{% module_script "js/room/main.js" %}')

    text = page.render(Context({"request": request}))

    elements = re.findall(r"<(?:script|link)[^>]*>", text)
    assert all(f'nonce="{html.escape("n" + chr(34) + "1")}"' in element for element in elements)
    assert f'<script type="module" src="{assets.module_preloads("js/room/main.js")[0]}"' in text


def test_modules_of_the_hall_import_addresses_that_every_browser_finds() -> None:
    """Import maps came with Safari 16.4: no served module may need one."""
    modules = [served(path) for path in assets._module_urls()]

    assert len(modules) > 50
    for module in modules:
        assert HASHED.search(module.name)
        for path in imported_by(module):
            assert path in modules, f"{module.name} imports {path.name}"
