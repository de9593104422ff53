"""Word templates of staff: placeholders however Word split them, repeated rows, and no code."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.exports import export
from consultations.exports.templates import check_template, preview
from consultations.models import PaperKind
from hall.errors import Code, Refusal
from tests.exports.outcomes import make_outcome, make_record, sentence, speech
from tests.exports.reading import word_lines
from tests.exports.test_papers import issued

K = PaperKind


def template(build: Callable[[Any], None] | None = None) -> bytes:
    """A file as Word would save it, with every sort of placeholder."""
    file = docx.Document()
    title = file.add_paragraph()
    for part in ("{", "{题", "目}", "}（{{文号}}）"):  # Word splits text wherever it likes
        title.add_run(part).bold = True
    file.add_paragraph("{{ 主办单位 }}，{{日期}}")
    file.add_paragraph("{{正文}}")
    table = file.add_table(rows=2, cols=2)
    table.rows[0].cells[0].text = "序号"
    table.rows[1].cells[0].text = "{{共识.序号}}"
    table.rows[1].cells[1].text = "{{共识.内容}}（{{共识.依据}}，{{日期}}）"
    file.sections[0].header.paragraphs[0].text = "{{议题}}"
    if build:
        build(file)
    saved = BytesIO()
    file.save(saved)
    return saved.getvalue()


def rewritten(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    change(parts)
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def filled(data: bytes, kind: PaperKind = K.REPORT, **outcome: Any) -> bytes:
    return export(
        make_outcome(**outcome), "docx", paper=issued(kind), record=make_record(), template=data
    ).data


def test_placeholders_are_filled_in_body_tables_and_header() -> None:
    data = filled(template())
    lines = word_lines(data)
    assert lines[0] == "关于“柳河镇农村供水”的协商情况报告（青政协〔2026〕3号）"
    assert lines[1] == "县政协，2026年4月1日"
    assert "一、协商基本情况" in lines
    assert "县委、县政府：" in lines
    assert not [line for line in lines if "{{" in line]
    header = docx.Document(BytesIO(data)).sections[0].header
    assert header.paragraphs[0].text == "柳河镇农村供水"


def test_rows_are_repeated_for_each_entry() -> None:
    table = docx.Document(BytesIO(filled(template()))).tables[-1]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["序号", ""],
        ["1", "二次供水泵房分两期改造，第一期在汛期前完成。（建议1、建议7，2026年4月1日）"],
        ["2", "供水单位每月在村务公开栏和线上议事厅公布水质检测结果。（建议3，2026年4月1日）"],
    ]


def test_rows_without_entries_go() -> None:
    table = docx.Document(BytesIO(filled(template(), clauses=()))).tables[-1]
    assert len(table.rows) == 1


def test_body_takes_the_look_of_its_placeholder() -> None:
    def blue(file: Any) -> None:
        paragraph = file.paragraphs[2]
        paragraph.text = ""
        paragraph.add_run("{{正文}}").font.size = docx.shared.Pt(15)
        paragraph.paragraph_format.left_indent = docx.shared.Pt(21)

    file = docx.Document(BytesIO(filled(template(blue))))
    said = next(p for p in file.paragraphs if p.text.startswith("以上情况"))
    assert said.paragraph_format.left_indent == docx.shared.Pt(21)
    assert said.runs[0].font.size == docx.shared.Pt(15)
    heading = next(p for p in file.paragraphs if p.text == "一、协商基本情况")
    assert heading.runs[0].bold


def test_tables_of_the_body_come_with_their_lines() -> None:
    file = docx.Document(BytesIO(filled(template(), K.ASSIGNMENT)))
    assert "建议内容" in [cell.text for cell in file.tables[0].rows[0].cells]


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_shown_as_text(text: str) -> None:
    data = filled(template(), topic=f"议{text}题", question="{{日期}}{{题目}}")
    assert docx.Document(BytesIO(data)).paragraphs


def test_what_people_wrote_comes_out_as_they_wrote_it_wherever_it_stands() -> None:
    """In the title, the body, a repeated row, a cell of its own, the header."""
    said = ("{{日期}}是哪天？{{任何}}也要。", "正文", "{{正文}}", "{ { 题目 } }{{题目")

    def speeches(file: Any) -> None:
        table = file.add_table(rows=1, cols=2)
        table.rows[0].cells[0].text = "{{发言.编号}}"
        table.rows[0].cells[1].text = "{{发言.内容}}"
        file.add_paragraph("正文")

    data = export(
        make_outcome(
            topic="甲{{日期}}乙",
            clauses=(sentence(1, "正文", 1), sentence(2, "见{{主办单位}}", 1)),
        ),
        "docx",
        paper=issued(K.SPEECHES),
        record=make_record(
            speeches=tuple(speech(n, text=text) for n, text in enumerate(said, start=1))
        ),
        template=template(speeches),
    ).data
    file = docx.Document(BytesIO(data))
    assert "甲{{日期}}乙" in file.sections[0].header.paragraphs[0].text
    *_body, clauses, listed = file.tables
    assert [row.cells[1].text for row in clauses.rows][1:] == [
        "正文（建议1，2026年4月1日）",
        "见{{主办单位}}（建议1，2026年4月1日）",
    ]
    assert tuple(row.cells[1].text for row in listed.rows) == said
    lines = word_lines(data)
    assert lines[-1] == "正文"  # the template's own word, without braces, is a word
    assert lines.count("共记录4条。") == 1
    for text in said:
        assert lines.count(text) >= 2, text  # in the body's table, and in the list


def test_a_row_is_repeated_for_the_first_list_that_it_names() -> None:
    def mixed(file: Any) -> None:
        file.add_table(rows=1, cols=1).rows[0].cells[0].text = "{{分歧.内容}}{{共识.内容}}"

    table = docx.Document(BytesIO(filled(template(mixed)))).tables[-1]
    assert [row.cells[0].text for row in table.rows] == ["改造期间的临时水费由谁承担，未能一致。"]


def test_same_template_and_dossier_give_the_same_bytes() -> None:
    data = template()
    assert filled(data) == filled(data)


@pytest.mark.parametrize("kind", list(K))
def test_preview_shows_the_invented_consultation(kind: PaperKind) -> None:
    for data in (preview(kind, None), preview(kind, template())):
        assert "供水" in "".join(word_lines(data))


def macro(parts: dict[str, bytes]) -> None:
    parts["word/vbaProject.bin"] = b"code"


def macro_type(parts: dict[str, bytes]) -> None:
    types = parts["[Content_Types].xml"]
    main = b"openxmlformats-officedocument.wordprocessingml.document.main"
    parts["[Content_Types].xml"] = types.replace(
        b"application/vnd." + main, b"application/vnd.ms-word.document.macroEnabled.main"
    )


def outside(parts: dict[str, bytes]) -> None:
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
    relation = (
        b'<Relationship Id="x" Type="' + kind + b'" Target="\\\\h\\t" TargetMode="External"/>'
    )
    rels = parts["word/_rels/document.xml.rels"]
    parts["word/_rels/document.xml.rels"] = rels.replace(
        b"</Relationships>", relation + b"</Relationships>"
    )


def field(parts: dict[str, bytes]) -> None:
    text = b"<w:p><w:r><w:instrText> DDEAUTO cmd </w:instrText></w:r></w:p><w:sectPr"
    parts["word/document.xml"] = parts["word/document.xml"].replace(b"<w:sectPr", text, 1)


def entity(parts: dict[str, bytes]) -> None:
    parts["word/document.xml"] = (
        b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "b">]>'
        + parts["word/document.xml"].partition(b"?>")[2]
    )


def embedded(parts: dict[str, bytes]) -> None:
    parts["word/embeddings/oleObject1.bin"] = b"x"


def broken(parts: dict[str, bytes]) -> None:
    parts["word/document.xml"] = parts["word/document.xml"][:-20]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (macro, "宏"),
        (macro_type, "宏"),
        (embedded, "宏"),
        (outside, "外部"),
        (field, "外部"),
        (entity, "声明"),
        (broken, "损坏"),
    ],
)
def test_what_could_run_or_reach_outside_is_refused(
    change: Callable[[dict[str, bytes]], None], word: str
) -> None:
    with pytest.raises(Refusal) as refused:
        check_template(rewritten(template(), change))
    assert (refused.value.code, refused.value.field) == (Code.INVALID, "file")
    assert word in refused.value.message


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "不是 Word"),
        (b"text", "不是 Word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ".doc"),
        (b"PK\x03\x04" + bytes(50), "不是 Word"),
        (b"x" * (2 * 1024 * 1024 + 1), "2 MB"),
    ],
)
def test_what_is_no_word_file_is_refused_in_one_sentence(data: bytes, word: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_template(data)
    assert word in refused.value.message


def test_a_bomb_is_refused_before_it_unpacks() -> None:
    def swell(parts: dict[str, bytes]) -> None:
        parts["word/media/x.xml"] = bytes(30 * 1024 * 1024)

    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {"[Content_Types].xml": b"<Types/>"}
        swell(parts)
        for name, content in parts.items():
            new.writestr(name, content)
    with pytest.raises(Refusal, match="invalid") as refused:
        check_template(packed.getvalue())
    assert "太大" in refused.value.message


def test_unknown_placeholders_are_named() -> None:
    def wrong(file: Any) -> None:
        file.add_paragraph("{{题木}}和{{共识.题}}")

    with pytest.raises(Refusal) as refused:
        check_template(template(wrong))
    assert "{{题木}}" in refused.value.message
    assert "{{共识.题}}" in refused.value.message


def test_a_file_without_placeholders_is_refused() -> None:
    file = BytesIO()
    docx.Document().save(file)
    with pytest.raises(Refusal) as refused:
        check_template(file.getvalue())
    assert "占位符" in refused.value.message
