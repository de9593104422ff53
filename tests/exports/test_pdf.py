"""The PDF: an archive format, with its text, and never set in a font without Chinese."""

from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from consultations.exports import export, pdf
from hall.errors import Code, Refusal
from tests.exports.archival import assert_archival, structure
from tests.exports.outcomes import evidence, make_outcome
from tests.exports.reading import pdf_text, squeezed

A4 = (595.28, 841.89)


@pytest.fixture(scope="module")
def made() -> bytes:
    return export(make_outcome(), "pdf").data


def test_is_pdf_a_2u_in_chinese(made: bytes) -> None:
    assert_archival(made)
    reader = PdfReader(BytesIO(made))
    assert str(reader.trailer["/Root"]["/Lang"]).lower().startswith("zh")
    assert reader.metadata is not None
    assert reader.metadata.title == "柳河镇农村供水专题协商会共识清单"
    assert reader.metadata.author == "县政协"


def test_is_tagged_as_it_reads(made: bytes) -> None:
    found = structure(made)
    assert found[:2] == ["/Document", "/H1"]
    assert found.count("/H1") == 1
    assert {"/H2", "/P", "/Table", "/TR", "/TH", "/TD"} <= set(found)
    assert found.index("/H1") < found.index("/H2") < found.index("/Table")
    assert found.count("/TH") == 6


def test_without_the_standard_asked_for_it_is_no_pdf_a(monkeypatch: Any) -> None:
    monkeypatch.setattr(pdf, "STANDARD", "1.7")
    plain = export(make_outcome(), "pdf").data
    assert b"/OutputIntents" not in plain
    with pytest.raises(AssertionError):
        assert_archival(plain)


def test_every_page_is_a4_and_numbered(made: bytes) -> None:
    pages = PdfReader(BytesIO(made)).pages
    assert len(pages) >= 3
    for number, page in enumerate(pages, start=1):
        size = (float(page.mediabox.width), float(page.mediabox.height))
        assert size == pytest.approx(A4, abs=0.1)
        assert f"—{number}—" in squeezed(page.extract_text())


def test_text_can_be_taken_out_again(made: bytes) -> None:
    text = pdf_text(made)
    for wanted in (
        "柳河镇农村供水专题协商会共识清单",
        "共有席位30个，实际出席24人",
        "二次供水泵房分两期改造，第一期在汛期前完成。",
        "改造期间的临时水费由谁承担，未能一致。",
        "附件1共识和分歧所依据的意见",
        "三、议定事项",
        "归档号3",
    ):
        assert wanted in text


def test_lines_stand_28_points_apart(made: bytes) -> None:
    page = PdfReader(BytesIO(made)).pages[0]
    heights: set[float] = set()

    def note(text: str, cm: list[float], matrix: list[float], _font: object, _size: float) -> None:
        if text.strip():
            heights.add(round(matrix[5] * cm[3] + cm[5], 1))

    page.extract_text(visitor_text=note)
    down = sorted(heights, reverse=True)
    gaps = [round(above - below, 1) for above, below in pairwise(down)]
    assert gaps.count(28.0) >= 10


def test_without_chinese_fonts_it_is_refused_with_the_package_named(
    settings: Any, tmp_path: Path
) -> None:
    settings.HALL_FONTS = [str(tmp_path)]
    with pytest.raises(Refusal) as refused:
        export(make_outcome(), "pdf")
    assert refused.value.code == Code.WRONG_STATE
    assert "fonts-noto-cjk" in refused.value.message


def test_characters_that_no_font_has_become_a_mark_and_the_rest_stays() -> None:
    text = "前\U0010fffd后\u0378末"
    made = export(make_outcome(question=text, topic_summary="说" + "\u0378"), "pdf").data
    assert "前〓后〓末" in pdf_text(made)


def test_rare_chinese_and_emoji_are_shown() -> None:
    text = pdf_text(export(make_outcome(question="𠮷野家😀好"), "pdf").data)
    assert "𠮷野家" in text
    assert "好" in text


def test_typst_commands_in_texts_stay_text() -> None:
    hostile = '#panic("x") $a$ *b* _c_ `d` @e <f> \\u{41} #read("/etc/passwd")'
    outcome = make_outcome(question=hostile, clauses=(), dissent=())
    assert squeezed(hostile) in pdf_text(export(outcome, "pdf").data)


def test_same_outcome_gives_the_same_bytes(made: bytes) -> None:
    assert export(make_outcome(), "pdf").data == made


def test_long_evidence_breaks_over_pages_without_loss() -> None:
    outcome = make_outcome()
    long = evidence(7, text="长" * 3000)
    clause = type(outcome.clauses[0])(1, "共识。", outcome.clauses[0].updated_at, (long,))
    made = export(make_outcome(clauses=(clause,), dissent=(), minutes=None), "pdf").data
    assert pdf_text(made).count("长") == 3000
