"""Nothing in the browser's files needs more than Chromium 88 or Safari 15.4.

Chromium 88 is below what WeChat carries on phones that have not been renewed (XWeb from 107, and
X5, which is 89); its first XWeb was 86, without logical margins and `:is()`, and is not promised.

What is newer and only adds (`text-wrap`, `content-visibility`, `overscroll-behavior`) is no matter.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings

STATIC = Path(settings.BASE_DIR) / "static"
TEMPLATES = Path(settings.BASE_DIR) / "templates"

# What would break, by where it came from: Safari, Chrome.
SCRIPT = {
    r"\.at\(": "15.4, 92",
    r"\bObject\.hasOwn\(": "15.4, 93",
    r"\.findLast(?:Index)?\(": "15.4, 97",
    r"\bstructuredClone\(": "15.4, 98",
    r"^(?:await\b|(?:const|let|var|if|for)\b.*\bawait\b)": "15, 89 (at a module's top)",
    r"#\w+ in ": "15, 91",
    r"\bnew \w*Error\([^)]*\bcause\b": "15, 93",
    r"(?<!\?)\.(?:toSorted|toReversed|toSpliced)\(": "16, 110",
    r"\b(?:Object|Map)\.groupBy\(": "17.4, 117",
    r"\bPromise\.(?:withResolvers|try)\(": "17.4, 119",
    r"\bArray\.fromAsync\(": "16.4, 121",
    r"\bURL\.(?:canParse|parse)\(": "17, 120",
    r"\bAbortSignal\.(?:timeout|any)\(": "16, 103",
    r"\.(?:values|keys|entries)\(\)\s*\.\w+": "18.4, 122 (iterators are no arrays)",
    r"\.(?:union|intersection|difference|isSubsetOf|isSupersetOf)\(": "17, 122",
    r"\.(?:isWellFormed|toWellFormed)\(": "16.4, 111",
    r"\.requestSubmit\(": "16, 76",
    r"\.requestClose\(": "18.4, 134",
    r"\.(?:showPopover|hidePopover|togglePopover)\(": "17, 114",
    r"\.checkVisibility\(": "17.4, 105",
    r"\.(?:setHTML|getHTML|setHTMLUnsafe|moveBefore)\(": "18, 124",
    r"\.startViewTransition\(": "18, 111",
    r"\brequestIdleCallback\b": "never in Safari",
    r"\bscheduler\.": "never in Safari",
    r"\bscrollend\b": "26.2, 114",
    r"\.inert\b": "15.5, 102",
    r"\(\?<[=!]": "16.4, 62 (the whole module would not be read)",
    r"/[dgimsuy]*v[dgimsuy]*[,;)\s]": "17, 112",
    r"\bstatic\s*\{": "16.4, 94",
    r"\badoptedStyleSheets\b": "16.4, 73",
    r"\bimport\.meta\.resolve\b": "16.4, 105",
    r"\bwith\s*\{\s*type:": "17.2, 123",
    r"^(?:import|export)\s+defer\b": "nowhere",
}
STYLE = {
    r"\bcolor-mix\(|\blight-dark\(|\boklch\(|\blch\(|\blab\(": "16.2, 111",
    r"@container|\bcontainer-type\b|\d(?:cqw|cqh|cqi|cqb)\b": "16, 105",
    r"@scope|@starting-style|@property|@view-transition": "16.4, 117",
    r"^\s+&|^\s+[.#:>][^;{}]*\{[^}]*\}\s*\n\s+[a-z-]+:": "16.5, 112 (nesting)",
    r"@media[^{]*[<>]": "16.4, 104",
    r"\d(?:lh|rlh|cap|ric)\b": "16.4, 109",
    r"\boverflow(?:-[xy])?:\s*clip": "16, 90",
    r"@layer\b": "15.4, 99",
    r"^\s+(?:translate|rotate|scale):": "14.1, 104",
    r"\b(?:subgrid|masonry)\b": "16, 117",
    r":(?:user-valid|user-invalid|popover-open|open|dir\(|has-slotted)": "16.5, 119",
    r":nth-child\([^)]* of ": "9, 111",
    r"\binset-area\b|\banchor-name\b|\bposition-anchor\b": "26, 125",
    r"\b(?:round|mod|rem|sin|cos|sqrt|pow|exp|abs|sign)\(": "15.4, 111",
}
MARKUP = {
    r"<[a-z-]+[^>]*\s(?:popover|popovertarget|inert|commandfor|closedby)\b": "17, 114",
    r'type="importmap"': "16.4, 89",
}
# Selectors with :has() that Chromium before 105 does without, at no loss: colours and gaps.
ADDING = {
    ":is(h1, h2, h3, .row-link):has(wbr)",
    ".card:has(h3 a):hover",
    ".rows > li:has(.row-link):hover",
    ".rows > .row:has(> .chip) > .grow",
    "label.ballot__choice:has(:checked)",
    ".speaking p:has(+ .speaking__mine:empty)",
    ".one__foot:not(:has(button))",
    "voice-input:not(:has(button))",
}


def files(folder: Path, pattern: str) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob(pattern)) if "vendor" not in path.parts)


def found(path: Path, features: dict[str, str]) -> list[str]:
    text = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
    return [
        f"{path.name}: {text[max(0, match.start() - 20) : match.end() + 20]!r} came with {since}"
        for feature, since in features.items()
        for match in re.finditer(feature, text, re.MULTILINE)
    ]


@pytest.mark.parametrize(
    ("folder", "pattern", "features"),
    [
        (STATIC, "*.js", SCRIPT),
        (TEMPLATES, "*.js", SCRIPT),
        (STATIC, "*.js", MARKUP),
        (STATIC, "*.css", STYLE),
        (TEMPLATES, "*.html", MARKUP),
    ],
)
def test_files_use_what_the_oldest_engines_know(
    folder: Path, pattern: str, features: dict[str, str]
) -> None:
    looked_at = list(files(folder, pattern))
    assert looked_at
    assert [line for path in looked_at for line in found(path, features)] == []


@pytest.mark.parametrize(
    ("features", "line"),
    [
        (SCRIPT, "const last = list.at(-1);"),
        (SCRIPT, "const {show} = await import('./show.js');"),
        (SCRIPT, "if (some) (await import('./some.js')).show(some);"),
        (SCRIPT, "const sorted = list.toSorted();"),
        (SCRIPT, "const some = cards.values().filter(Boolean);"),
        (SCRIPT, "const rest = /(?<!a)b/.exec(text);"),
        (SCRIPT, "const all = /[\\p{L}--[a-z]]/v;"),
        (SCRIPT, 'form.addEventListener("scrollend", go);'),
        (STYLE, "a {\n  &:hover {\n    color: red;\n  }\n}"),
        (STYLE, "a {\n  .b {\n    color: red;\n  }\n  color: blue;\n}"),
        (STYLE, "a { color: color-mix(in srgb, red, blue); }"),
        (STYLE, "@media (width >= 60rem) {}"),
        (MARKUP, '<div class="x" popover>'),
    ],
)
def test_what_is_too_new_is_found(tmp_path: Path, features: dict[str, str], line: str) -> None:
    path = tmp_path / "example"
    path.write_text(line)
    assert found(path, features)


def test_rules_with_has_stand_alone_and_only_add() -> None:
    """An engine that does not know a selector drops the whole list that it stands in."""
    lists = [
        (path.name, selectors.strip())
        for path in files(STATIC, "*.css")
        for selectors in re.findall(r"([^{};/]*:has\([^{}]*)\{", path.read_text("utf-8"))
    ]
    assert lists
    assert [each for each in lists if each[1] not in ADDING] == []


def test_sizes_that_are_remembered_have_a_plain_one_before_them() -> None:
    """`auto` in it came with Chrome 98, thirteen versions after `content-visibility`."""
    found = 0
    for path in files(STATIC, "*.css"):
        for before, line in pairwise(path.read_text("utf-8").splitlines()):
            if "contain-intrinsic-size: auto " in line:
                assert line.replace("auto ", "") == before, path.name
                found += 1
    assert found


def test_heights_of_the_visible_screen_have_a_plain_one_before_them() -> None:
    """`dvh` and its like came with Chrome 108."""
    found = 0
    for path in files(STATIC, "*.css"):
        for before, line in pairwise(path.read_text("utf-8").splitlines()):
            if re.search(r"\d[dsl]v[hw]\b", line):
                assert re.sub(r"(\d)[dsl](v[hw])", r"\1\2", line) == before, path.name
                found += 1
    assert found
