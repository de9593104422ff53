import html
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.template import Context, Template
from django.test import RequestFactory
from pytest_django import Settings

from hall import assets

VENDOR = settings.BASE_DIR / "static" / "vendor"


@pytest.fixture
def sources(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """A folder of static files that the test writes itself, collected to a root of its own."""
    folder = tmp_path / "sources"
    (folder / "js" / "room").mkdir(parents=True)
    (folder / "js" / "room" / "main.js").write_text(
        'import { store } from "./store.js";\nimport { html } from "lit";\nstore(html);\n'
    )
    (folder / "js" / "room" / "store.js").write_text(
        'import "room/can.js";\nexport const store = (x) => x;\n'
    )
    (folder / "js" / "room" / "can.js").write_text("export const can = true;\n")
    (folder / "js" / "room" / "other.js").write_text("export default 1;\n")
    (folder / "vendor").symlink_to(VENDOR)
    settings.STATICFILES_DIRS = [folder]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "root"
    assets.finders.get_finder.cache_clear()
    yield folder
    assets.finders.get_finder.cache_clear()


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    yield
    assets.forget()


def collected_imports() -> dict[str, str]:
    assets.collect_static()
    return json.loads(assets.import_map())["imports"]


def in_root(url: str) -> Path:
    return Path(settings.STATIC_ROOT) / url.removeprefix("/static/")


def test_import_map_sends_every_name_to_a_file_named_by_its_content(sources: Path) -> None:
    imports = collected_imports()

    assert {"lit", "lit-html", "@lit/reactive-element", "room/can.js"} <= imports.keys()
    for name, url in imports.items():
        assert re.search(r"\.[0-9a-f]{12}\.js$", url), name
        assert in_root(url).is_file(), name


def test_import_map_resolves_own_modules_by_name_and_by_address(sources: Path) -> None:
    imports = collected_imports()

    by_name, by_address = imports["room/can.js"], imports["/static/js/room/store.js"]
    assert in_root(by_name).read_text() == (sources / "js" / "room" / "can.js").read_text()
    assert in_root(by_address).read_text() == (sources / "js" / "room" / "store.js").read_text()


def test_import_map_covers_every_import_of_every_module_it_leads_to(sources: Path) -> None:
    imports = collected_imports()

    for url in set(imports.values()):
        for _bracket, name in assets._IMPORTS.findall(in_root(url).read_text()):
            resolved = urljoin(url, name) if name.startswith(".") else name
            assert resolved in imports, f"{url} imports {name}"


def test_import_map_leaves_out_what_nothing_imports(sources: Path) -> None:
    imports = collected_imports()

    assert "room/other.js" not in imports
    assert "/static/js/room/other.js" not in imports


@pytest.mark.parametrize(
    "line",
    [
        'import "room/other.js";',
        'import other from "room/other.js"',
        "import * as other from 'room/other.js';",
        'import{a as b,c}from"room/other.js";',
        'import other, {\n  a,\n  b,\n} from "room/other.js";',
        'export * from "room/other.js";',
        'export { a } from "room/other.js";',
        'const other = await import("room/other.js");',
        'let a=1;import"room/other.js";',
    ],
)
def test_import_map_finds_every_way_to_import(sources: Path, line: str) -> None:
    (sources / "js" / "room" / "main.js").write_text(line)

    assert "room/other.js" in collected_imports()


def test_import_map_gives_a_changed_module_a_new_address(sources: Path) -> None:
    before = collected_imports()
    changed = sources / "js" / "room" / "store.js"
    long_ago = changed.stat().st_mtime - 1000
    changed.write_text('import "room/can.js";\n')
    os.utime(changed, (long_ago, long_ago))

    after = collected_imports()

    assert after["/static/js/room/store.js"] != before["/static/js/room/store.js"]
    assert after["room/can.js"] == before["room/can.js"]
    assert in_root(after["/static/js/room/store.js"]).read_text() == 'import "room/can.js";\n'
    assert in_root(before["/static/js/room/store.js"]).is_file(), (
        "an open page still finds the old one"
    )


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


def test_import_map_text_cannot_end_its_script_element(sources: Path, settings: Settings) -> None:
    assets.collect_static()
    settings.STATIC_URL = "/</script>/"
    assets.import_map.cache_clear()

    assert "\\u003c/script" in assets.import_map()
    assert "</script" not in assets.import_map()


def test_module_preloads_names_what_the_entry_comes_to_import(sources: Path) -> None:
    imports = collected_imports()

    urls = assets.module_preloads("js/room/main.js")

    assert re.fullmatch(r"/static/js/room/main\.[0-9a-f]{12}\.js", urls[0])
    assert set(urls[1:]) == set(imports.values()) - only_of_unused_modules(imports)
    assert len(urls) == len(set(urls))


def test_module_preloads_leaves_out_what_is_imported_later(sources: Path) -> None:
    later = sources / "js" / "room" / "later.js"
    later.write_text("export const dialog = 1;\n", encoding="utf-8")
    main = sources / "js" / "room" / "main.js"
    main.write_text(main.read_text("utf-8") + 'import("./later.js");\n', encoding="utf-8")
    imports = collected_imports()
    later_url = imports["/static/js/room/later.js"]
    assert later_url not in assets.module_preloads("js/room/main.js")


def only_of_unused_modules(imports: dict[str, str]) -> set[str]:
    """Vendored modules that main.js does not come to: the directives and what they share."""
    return {url for url in imports.values() if "/lit-html/" in url and not url_is_core(url)}


def url_is_core(url: str) -> bool:
    return bool(re.search(r"/(lit-html|is-server)\.[0-9a-f]{12}\.js$", url))


def test_module_preloads_refuses_an_entry_that_is_not_there(sources: Path) -> None:
    assets.collect_static()

    with pytest.raises(KeyError, match=r"js/room/gone\.js"):
        assets.module_preloads("js/room/gone.js")


def test_unresolved_imports_names_module_and_import(sources: Path) -> None:
    assets.collect_static()
    assert assets.unresolved_imports() == []

    (sources / "js" / "room" / "main.js").write_text('import "./gone.js";\nimport "lost";\n')
    assets.collect_static()

    assert assets.unresolved_imports() == [
        "js/room/main.js imports './gone.js'",
        "js/room/main.js imports 'lost'",
    ]


def test_tags_carry_the_nonce_of_the_page(sources: Path) -> None:
    imports = collected_imports()
    request = RequestFactory().get("/")
    request.csp_nonce = 'n"1'
    page = Template('{% load assets %}{% import_map %}{% module_script "js/room/main.js" %}')

    text = page.render(Context({"request": request}))

    elements = re.findall(r"<(?:script|link)[^>]*>", text)
    assert all(f'nonce="{html.escape("n" + chr(34) + "1")}"' in element for element in elements)
    assert json.loads(re.search(r">(\{.*\})</script>", text)[1])["imports"] == imports
    assert f'<script type="module" src="{assets.module_preloads("js/room/main.js")[0]}"' in text


def test_modules_of_the_pages_find_all_that_they_import() -> None:
    assert isinstance(staticfiles_storage, ManifestFilesMixin)

    assert assets.unresolved_imports() == []
