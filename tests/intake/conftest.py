"""Documents of the tests' own words, and Word files with typed or automatic numbers."""

from collections.abc import Callable, Iterable
from io import BytesIO

import pytest
from docx import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from consultations.intake.workplan import WorkPlanUnreadable, read_workplan

WordMaker = Callable[..., bytes]


def _abstract(abstract_id: int, levels: Iterable[tuple[str, str]]) -> str:
    inner = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (form, text) in enumerate(levels)
    )
    return f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{abstract_id}">{inner}</w:abstractNum>'


@pytest.fixture(scope="session")
def make_word() -> WordMaker:
    """``make_word(paragraphs, levels=…)``: a .docx of the paragraphs. A paragraph is its text, or
    (text, level) to be numbered by Word, or (text, level, list) for a list of its own, or a list
    of rows for a table."""

    def make(
        paragraphs: Iterable[object],
        levels: Iterable[tuple[str, str]] = (("chineseCounting", "%1、"), ("decimal", "%2.")),
    ) -> bytes:
        document = Document()
        numbering = document.part.numbering_part.element
        numbering.insert(0, parse_xml(_abstract(900, levels)))
        for number in (901, 902):
            override = "".join(
                f'<w:lvlOverride w:ilvl="{at}"><w:startOverride w:val="1"/></w:lvlOverride>'
                for at in range(2)
                if number == 902
            )
            numbering.append(
                parse_xml(
                    f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="900"/>'
                    f"{override}</w:num>"
                )
            )
        for paragraph in paragraphs:
            if isinstance(paragraph, list):
                table = document.add_table(len(paragraph), len(paragraph[0]))
                for row, texts in zip(table.rows, paragraph, strict=True):
                    for cell, text in zip(row.cells, texts, strict=True):
                        cell.text = text
                continue
            text, level, *own = paragraph if isinstance(paragraph, tuple) else (paragraph, None)
            added = document.add_paragraph(text)
            if level is not None:
                properties = added._p.get_or_add_pPr()
                number_properties = OxmlElement("w:numPr")
                for tag, value in (("w:ilvl", level), ("w:numId", own[0] if own else 901)):
                    node = OxmlElement(tag)
                    node.set(qn("w:val"), str(value))
                    number_properties.append(node)
                properties.append(number_properties)
        stream = BytesIO()
        document.save(stream)
        return stream.getvalue()

    return make


@pytest.fixture(scope="session")
def complaints_of() -> Callable[..., list[tuple[int | None, str]]]:
    """What ``read_workplan`` complains of, as (line, message); fails when it does not."""

    def complaints(data: bytes | str, filename: str = "") -> list[tuple[int | None, str]]:
        with pytest.raises(WorkPlanUnreadable) as caught:
            read_workplan(data.encode() if isinstance(data, str) else data, filename=filename)
        return [(each.line, each.message) for each in caught.value.complaints]

    return complaints


@pytest.fixture(scope="session")
def plan_text() -> str:
    """A plan of two sections and four items (lines 1…17), one with a body of two paragraphs."""
    return "\n".join(
        (
            "临溪县政协2031年工作要点",
            "",
            "发布时间：2031年2月6日",
            "",
            "2031年是水利会战之年。今年的要求是：少开会，多走访。",
            "",
            "一、围绕用水开展协商",
            "",
            "1.摸清管网底数。走访六个乡镇，听取水厂意见。",
            "",
            "2.召开“碰头会。”专题会议。每季度一次。",
            "",
            "会后一周内公布答复情况。",
            "",
            "二、加强自身建设",
            "3.办好读书活动。每月一期。",
            "4.改进会风。会议不超过两小时。",
        )
    )
