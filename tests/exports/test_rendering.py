"""The Word files as LibreOffice lays them out: the page of GB/T 9704-2012, read from a PDF."""

import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pypdf import PageObject, PdfReader

from consultations.domain.outcome_parts import MinutesVersion
from consultations.exports import export
from consultations.exports.sample import sample_outcome, sample_paper, sample_record
from consultations.models import PaperKind
from scripts.ensure_test_tools import find_soffice
from tests.exports.outcomes import CLOSED, make_outcome, make_record
from tests.exports.test_papers import WANTED, issued

K = PaperKind
MM = 72 / 25.4
FULL = "full"


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, PdfReader]:
    """Every document, the samples, and minutes of many full lines, laid out in one go."""
    folder = tmp_path_factory.mktemp("rendered")
    files = {
        kind.value: export(make_outcome(), "docx", paper=issued(kind), record=make_record()).data
        for kind in K
    }
    files |= {
        f"sample-{kind.value}": export(
            sample_outcome(), "docx", paper=sample_paper(kind), record=sample_record()
        ).data
        for kind in K
    }
    body = f"<p>{'供' * 28 * 60}</p>"
    long = make_outcome(minutes=MinutesVersion(1, body, "小陈", CLOSED))
    files[FULL] = export(long, "docx", paper=issued(K.MINUTES), record=make_record()).data
    for name, data in files.items():
        (folder / f"{name}.docx").write_bytes(data)
    soffice = find_soffice()
    assert soffice, "LibreOffice is missing: run scripts/ensure_test_tools.py"
    done = subprocess.run(
        [
            *(soffice, "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}"),
            *("--convert-to", "pdf", "--outdir", str(folder)),
            *(str(folder / f"{name}.docx") for name in files),
        ],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {name: PdfReader(BytesIO(_pdf(folder, name))) for name in files}


def _pdf(folder: Path, name: str) -> bytes:
    return (folder / f"{name}.pdf").read_bytes()


def pieces(page: PageObject) -> list[tuple[float, float, float, str]]:
    """(x, y, size, text) of every piece of text on the page."""
    found: list[tuple[float, float, float, str]] = []

    def note(text: str, cm: list[float], matrix: list[float], _font: Any, size: float) -> None:
        if text.strip():
            x = matrix[4] * cm[0] + cm[4]
            y = matrix[5] * cm[3] + cm[5]
            found.append((x, y, abs(size * matrix[3] * cm[3]), text.strip()))

    page.extract_text(visitor_text=note)
    return found


def lines(page: PageObject) -> dict[int, str]:
    """The page's lines by their height above its foot in points."""
    rows: dict[int, str] = defaultdict(str)
    for _x, y, _size, text in pieces(page):
        rows[round(y)] += text
    return rows


def text_of(reader: PdfReader) -> str:
    return "".join("".join(page.extract_text().split()) for page in reader.pages)


def pages(rendered: dict[str, PdfReader]) -> Iterator[tuple[str, int, PageObject]]:
    for name, reader in rendered.items():
        for number, page in enumerate(reader.pages, start=1):
            yield name, number, page


def test_pages_are_a4_and_none_is_empty(rendered: dict[str, PdfReader]) -> None:
    for name, number, page in pages(rendered):
        size = (float(page.mediabox.width), float(page.mediabox.height))
        assert size == pytest.approx((210 * MM, 297 * MM), abs=1), name
        assert len(lines(page)) >= 2, f"{name}: page {number} is empty"


def test_page_numbers_stand_between_dashes_on_the_outer_side(
    rendered: dict[str, PdfReader],
) -> None:
    for name, number, page in pages(rendered):
        foot = [piece for piece in pieces(page) if piece[1] < 35 * MM - 5]
        said = "".join("".join(piece[3].split()) for piece in foot)
        assert said == f"—{number}—", (name, number)
        left = min(piece[0] for piece in foot)
        assert left > 105 * MM if number % 2 else left < 60 * MM, (name, number)


def test_text_stands_within_the_margins(rendered: dict[str, PdfReader]) -> None:
    for name, number, page in pages(rendered):
        for x, y, size, text in pieces(page):
            if y < 35 * MM - 5:
                continue  # the page number
            assert x >= 28 * MM - 1, (name, number, text)
            assert y >= 35 * MM - 1, (name, number, text)
            assert y + size * 0.85 <= 297 * MM - 37 * MM + 2, (name, number, text)


def test_a_full_page_has_22_lines_of_28_characters(rendered: dict[str, PdfReader]) -> None:
    page = rendered[FULL].pages[1]
    full = {y: line for y, line in lines(page).items() if "供" in line}
    assert len(full) == 22
    assert Counter(len(line) for line in full.values()) == {28: 22}
    heights = sorted(full, reverse=True)
    gaps = [above - below for above, below in pairwise(heights)]
    assert all(27 <= gap <= 29 for gap in gaps)
    assert (heights[0] - heights[-1]) / 21 == pytest.approx(28, abs=0.1)
    starts = [x for x, _y, _size, text in pieces(page) if text.startswith("供")]
    assert min(starts) == pytest.approx(28 * MM, abs=1)


def test_sizes_are_those_of_the_standard(rendered: dict[str, PdfReader]) -> None:
    first = rendered[K.REPORT.value].pages[0]
    sizes = {text: size for _x, _y, size, text in pieces(first)}
    body = next(size for text, size in sizes.items() if "县政协围绕" in text)
    title = next(size for text, size in sizes.items() if "关于“" in text)
    assert body == pytest.approx(16, abs=0.3)
    assert title == pytest.approx(22, abs=0.3)


def test_every_font_is_embedded(rendered: dict[str, PdfReader]) -> None:
    for name, _number, page in pages(rendered):
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()
            inner = inner.get("/DescendantFonts", [inner])[0].get_object()
            descriptor = inner["/FontDescriptor"].get_object()
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor), name


@pytest.mark.parametrize("kind", list(K))
def test_text_can_be_read_in_order(rendered: dict[str, PdfReader], kind: PaperKind) -> None:
    said = text_of(rendered[kind.value])
    for wanted in (*WANTED[kind], issued(kind).number):
        assert "".join(wanted.split()) in said


@pytest.mark.parametrize("kind", [K.MINUTES, K.REPORT, K.OPINION_REPORT, K.ASSIGNMENT])
def test_the_imprint_stands_at_the_foot_of_the_last_page(
    rendered: dict[str, PdfReader], kind: PaperKind
) -> None:
    for name in (kind.value, f"sample-{kind.value}"):
        last = lines(rendered[name].pages[-1])
        (height,) = [y for y, line in last.items() if "印发" in "".join(line.split())]
        assert 35 * MM - 1 <= height <= 35 * MM + 14, name
        assert not any("印发" in "".join(p.extract_text()) for p in rendered[name].pages[:-1])
