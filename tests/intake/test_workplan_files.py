"""Encodings, Word files, and everything that is no document at all."""

import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO

import pytest
from docx import Document
from docx.oxml import OxmlElement

from consultations.intake.reading import MOST_BYTES, MOST_LINES
from consultations.intake.workplan import WorkPlanUnreadable, read_workplan

Complaints = Callable[..., list[tuple[int | None, str]]]
WordMaker = Callable[..., bytes]


def zipped(**files: bytes) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, content in files.items():
            package.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return stream.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_text_reads_alike_in_every_encoding(plan_text: str, encoding: str, end: str) -> None:
    plan = read_workplan(plan_text.replace("\n", end).encode(encoding))
    assert plan == read_workplan(plan_text.encode())


def test_invisible_space_around_lines_does_not_matter(plan_text: str) -> None:
    spaced = "\n".join(f"\u3000\u200b\u00a0{line} \u3000\ufeff" for line in plan_text.split("\n"))
    assert read_workplan(spaced.encode()) == read_workplan(plan_text.encode())


@pytest.mark.parametrize(
    ("data", "filename", "part"),
    [
        (b"", "", "文件是空的"),
        (b" \r\n\t\n", "", "文件是空的"),
        ("\ufeff\n\u3000\n".encode(), "", "没有文字"),
        (
            b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
            "a.txt",
            "PNG 图片，不是文字文档。请换成它的 Word 原件",
        ),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "", "JPEG 图片"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "", "PDF 文件，不是文字文档。请换成它的 Word 原件"),
        (b"{\\rtf1\\ansi", "", "RTF 文件"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "a.doc",
            "旧版 Office 文件（如 .doc），无法读取。请另存为",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "a.docx",
            "加了密码，或实为旧版 Word 文档，无法读取。请另存为",
        ),
        (b"\x1f\x8b\x08\x00abc", "", "gzip 压缩包，不是文字文档。请先解压"),
        (b"\n<!DOCTYPE html><html></html>", "", "网页源代码"),
        (b"PK\x03\x04 broken", "a.docx", "已损坏，打不开。请在 Word 或 WPS 里打开"),
        (
            zipped(xl__workbook_xml=b"<x/>"),
            "a.docx",
            "不是 Word 文档，而是别的文件或压缩包。请另存为",
        ),
        (
            zipped(word__document_xml=b"<x/>"),
            "a.docx",
            "Word 文档已损坏，打不开。请在 Word 或 WPS 里打开",
        ),
        (bytes(range(256)) * 8, "", "二进制文件"),
        (b"x" * (MOST_BYTES + 1), "", "文件太大"),
        (b"x\n" * MOST_LINES, "", "行数太多"),
    ],
)
def test_foreign_file_is_refused_in_one_message(
    data: bytes, filename: str, part: str, complaints_of: Complaints
) -> None:
    [(line, message)] = complaints_of(data, filename)
    assert line is None
    assert part in message


def test_damaged_text_is_refused_by_line(plan_text: str, complaints_of: Complaints) -> None:
    at = plan_text.encode().index("会后".encode())
    damaged = plan_text.encode()[: at + 1] + plan_text.encode()[at + 2 :]
    [(line, message)] = complaints_of(damaged)
    assert (line, "无法识别的字符" in message) == (13, True)
    half = plan_text.encode("gb18030")[:-1] + b"\xff"
    assert [line for line, _ in complaints_of(half)] == [17]
    assert [line for line, _ in complaints_of(plan_text.replace("会风", "会\x07风"))] == [17]


def test_word_file_with_typed_numbers_reads_as_text(plan_text: str, make_word: WordMaker) -> None:
    data = make_word(plan_text.split("\n"))
    assert read_workplan(data) == read_workplan(plan_text.encode())
    broken = make_word(["\n".join(plan_text.split("\n"))])
    assert read_workplan(broken) == read_workplan(plan_text.encode())


AUTOMATIC = [
    "临溪县政协2031年工作要点",
    ("甲", 0),
    ("子。丑。", 1),
    ("5万亩农田。看。", 1),
    ("乙", 0),
    ("寅。", 1),
    "卯。",
]


@pytest.mark.parametrize(
    "levels",
    [
        (("chineseCounting", "%1、"), ("decimal", "%2.")),
        (("chineseCountingThousand", "第%1部分"), ("chineseCounting", "（%2）")),
        (("decimal", "%1."), ("decimal", "（%2）")),
        (("japaneseCounting", "%1"), ("decimalFullWidth", "%2")),
        (("ideographDigital", "%1、"), ("decimalEnclosedCircle", "%2")),
    ],
)
def test_word_counts_its_automatic_numbers(make_word: WordMaker, levels: object) -> None:
    first, second = read_workplan(make_word(AUTOMATIC, levels)).sections
    assert (first.number, first.title, second.number, second.title) == (1, "甲", 2, "乙")
    assert [(i.number, i.title, i.body) for i in (*first.items, *second.items)] == [
        (1, "子", "丑。"),
        (2, "5万亩农田", "看。"),
        (1, "寅", "卯。"),
    ]


def test_word_list_of_its_own_restarts_and_continues(make_word: WordMaker) -> None:
    levels = (("decimal", "%1."), ("lowerLetter", "%2)"))
    paragraphs = ["临溪县政协2031年工作要点", "一、甲", ("子。", 0), ("丑。", 1), ("寅。", 0)]
    through = read_workplan(make_word([*paragraphs, "二、乙", ("卯。", 0)], levels))
    assert [[i.number for i in s.items] for s in through.sections] == [[1, 2], [3]]
    assert through.sections[0].items[0].body == "a)丑。"
    anew = read_workplan(make_word([*paragraphs, "二、乙", ("卯。", 0, 902)], levels))
    assert [[i.number for i in s.items] for s in anew.sections] == [[1, 2], [1]]


def test_word_bullets_are_no_numbers(make_word: WordMaker) -> None:
    data = make_word(
        ["临溪县政协2031年工作要点", "一、甲", "1.子。", ("丑。", 0), "2.寅。"], (("bullet", "•"),)
    )
    assert [item.body for item in read_workplan(data).sections[0].items] == ["丑。", ""]


def test_word_style_may_carry_the_number(make_word: WordMaker) -> None:
    document = Document(BytesIO(make_word(["临溪县政协2031年工作要点", ("甲", 0)])))
    style = document.styles.add_style("条目", 1)
    own = OxmlElement("w:numPr")
    own.get_or_add_numId().val = 901
    own.get_or_add_ilvl().val = 1
    style.element.get_or_add_pPr().append(own)
    heirs = document.styles.add_style("条目二", 1)
    heirs.base_style = style
    document.add_paragraph("子。", style)
    document.add_paragraph("丑。", heirs)
    stream = BytesIO()
    document.save(stream)
    [section] = read_workplan(stream.getvalue()).sections
    assert [(item.number, item.title) for item in section.items] == [(1, "子"), (2, "丑")]


def test_word_table_rows_stay_text_and_layout_tables_are_read(make_word: WordMaker) -> None:
    data = make_word(
        [
            [["临溪县政协2031年工作要点"]],
            "一、甲",
            "1.子。丑。",
            [["1.", "时间"], ["2.", "地点"]],
            "2.寅。",
        ]
    )
    items = read_workplan(data).sections[0].items
    assert [(item.number, item.body) for item in items] == [
        (1, "丑。\n1. | 时间\n2. | 地点"),
        (2, ""),
    ]


def test_word_tracked_changes_are_read_as_accepted(make_word: WordMaker) -> None:
    document = Document(
        BytesIO(make_word(["临溪县政协2031年工作要点", "一、甲", "1.子。旧。", "2.寅。"]))
    )
    paragraph = document.paragraphs[2]
    run = paragraph.add_run("新。")._r
    inserted = OxmlElement("w:ins")
    paragraph._p.append(inserted)
    inserted.append(run)
    struck = OxmlElement("w:del")
    paragraph._p.append(struck)
    struck.append(paragraph.add_run("删。")._r)
    stream = BytesIO()
    document.save(stream)
    assert read_workplan(stream.getvalue()).sections[0].items[0].body == "旧。新。"


def test_word_complaints_count_paragraphs(make_word: WordMaker, complaints_of: Complaints) -> None:
    paragraphs = ["临溪县政协2031年工作要点", "", "一、甲", "1.子。", "3.寅。"]
    assert complaints_of(make_word(paragraphs)) == [(5, "条目编号跳到了 3（“3.寅。”），缺少 2。")]


@pytest.mark.parametrize(
    "text",
    [
        "x" + "\u3000" * 1_000_000 + "x",
        "一、甲\n（一）水\n1.子。\n" * 6_000,
        "一、甲\n1." + "“" * 1_000_000,
        "一、甲\n1.子。\n" + "\n" * 19_000 + "尾",
        "一、甲\n1.子。\n" + "\n短" * 9_000,
        "一、甲\n1.子。\n" + "。”" * 500_000 + "x",
        "临溪县政协2031年工作要点\n" * 19_000,
    ],
    ids=["spaces", "subsections", "quotes", "blank", "short", "closers", "titles"],
)
def test_hostile_text_costs_no_more_than_its_length(text: str) -> None:
    began = time.process_time()
    with suppress(WorkPlanUnreadable):
        read_workplan(f"临溪县政协2031年工作要点\n{text}".encode())
    # Each takes well under a second; the quadratic ways to read them take minutes.
    assert time.process_time() - began < 10
