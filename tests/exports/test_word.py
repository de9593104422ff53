"""The DOCX holds to GB/T 9704-2012."""

import zipfile
from io import BytesIO

import docx
import pytest
from docx.shared import Mm, Pt

from consultations.exports import export
from tests.exports.outcomes import SEALED, make_outcome
from tests.exports.reading import W, word_lines, word_part


@pytest.fixture(scope="module")
def made() -> bytes:
    return export(make_outcome(), "docx").data


def test_page_has_the_standards_size_margins_and_grid(made: bytes) -> None:
    section = docx.Document(BytesIO(made)).sections[0]
    wanted = {
        "page_width": 210,
        "page_height": 297,
        "top_margin": 37,
        "bottom_margin": 35,
        "left_margin": 28,
        "right_margin": 26,
    }
    for name, millimetres in wanted.items():
        assert abs(getattr(section, name) - Mm(millimetres)) < Mm(0.1), name
    grid = word_part(made, "word/document.xml").find(f".//{W}docGrid")
    assert grid is not None
    assert (grid.get(f"{W}type"), grid.get(f"{W}linePitch")) == ("lines", "560")


def test_body_is_fangsong_of_16_points_at_28_with_two_characters_indent(made: bytes) -> None:
    styles = word_part(made, "word/styles.xml")
    defaults = styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
    assert defaults is not None
    fonts = defaults.find(f"{W}rFonts")
    assert fonts is not None
    assert set(fonts.attrib.values()) == {"仿宋_GB2312"}
    assert fonts.get(f"{W}eastAsia") == "仿宋_GB2312"
    size = defaults.find(f"{W}sz")
    assert size is not None
    assert size.get(f"{W}val") == "32"
    normal = docx.Document(BytesIO(made)).styles["Normal"]
    assert normal.paragraph_format.line_spacing == Pt(28)
    indent = styles.find(f"{W}style[@{W}styleId='Normal']/{W}pPr/{W}ind")
    assert indent is not None
    assert indent.get(f"{W}firstLineChars") == "200"


def test_twenty_eight_characters_fit_a_line_and_twenty_two_lines_a_page(made: bytes) -> None:
    section = docx.Document(BytesIO(made)).sections[0]
    assert section.page_width and section.page_height
    width = section.page_width - section.left_margin - section.right_margin  # type: ignore[operator]
    height = section.page_height - section.top_margin - section.bottom_margin  # type: ignore[operator]
    closer = word_part(made, "word/styles.xml").find(f"{W}docDefaults//{W}spacing")
    assert closer is not None
    each = Pt(16) + Pt(int(closer.attrib[f"{W}val"]) / 20)
    assert width // each == 28
    assert height // Pt(28) == 22


@pytest.mark.parametrize(
    ("style", "font", "size"),
    [
        ("Title", "方正小标宋简体", "44"),
        ("Heading1", "黑体", None),
        ("Heading2", "楷体_GB2312", None),
        ("AnnexMark", "黑体", None),
        ("FooterOdd", "宋体", "28"),
        ("FooterEven", "宋体", "28"),
        ("TableText", None, "21"),
    ],
)
def test_styles_name_their_chinese_font(
    made: bytes, style: str, font: str | None, size: str | None
) -> None:
    found = word_part(made, "word/styles.xml").find(f"{W}style[@{W}styleId='{style}']/{W}rPr")
    assert found is not None
    fonts, given = found.find(f"{W}rFonts"), found.find(f"{W}sz")
    assert (fonts.get(f"{W}eastAsia") if fonts is not None else None) == font
    assert (given.get(f"{W}val") if given is not None else None) == size


def test_no_part_refers_to_theme_fonts(made: bytes) -> None:
    with zipfile.ZipFile(BytesIO(made)) as file:
        assert not [name for name in file.namelist() if "theme" in name.lower()]
        for name in file.namelist():
            assert b"asciiTheme" not in file.read(name)
            assert b"eastAsiaTheme" not in file.read(name)


def test_page_numbers_stand_between_dashes_on_the_outer_side(made: bytes) -> None:
    section = docx.Document(BytesIO(made)).sections[0]
    for footer, style in (
        (section.footer, "FooterOdd"),
        (section.even_page_footer, "FooterEven"),
    ):
        paragraph = footer.paragraphs[0]
        assert paragraph.text == "— 1 —"
        assert paragraph.style is not None and paragraph.style.style_id == style
        assert [e.text for e in paragraph._element.iter(f"{W}instrText")] == [" PAGE "]
    sides = {
        style: word_part(made, "word/styles.xml").find(
            f"{W}style[@{W}styleId='{style}']/{W}pPr/{W}jc"
        )
        for style in ("FooterOdd", "FooterEven")
    }
    assert {style: side.get(f"{W}val") for style, side in sides.items() if side is not None} == {
        "FooterOdd": "right",
        "FooterEven": "left",
    }
    assert word_part(made, "word/settings.xml").find(f"{W}evenAndOddHeaders") is not None


def test_evidence_table_repeats_its_heading_and_splits_no_row(made: bytes) -> None:
    (table,) = docx.Document(BytesIO(made)).tables
    rows = table._element.findall(f"{W}tr")
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True] + [False] * 4
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
    assert [cell.text for cell in table.rows[3].cells] == [
        "建议7\n共识1\n分歧1",
        "第7条：夜间水压不够，请把二次供水泵房的水泵换成变频的，并且定期公布水质检测结果。\n"
        "——柳树下（居民）\n赞成占80%，95%区间55%至93%",
        "合计\n居民\n政协委员",
        "12\n8\n4",
        "1\n1\n0",
        "2\n2\n0",
    ]


def test_text_runs_through_all_sections_in_order(made: bytes) -> None:
    lines = word_lines(made)
    wanted = [
        "柳河镇农村供水专题协商会共识清单",
        "（2026年3月20日）",
        "一、基本情况",
        "协商时间：2026年3月12日09:30至11:35",
        "对应工作要点：《县政协2026年工作要点》第6条“开展农村供水专题协商”",
        "议程：1.通报改造方案（情况通报，09:30至09:55）",
        "2.发言讨论（计划80分钟）",
        "二、出席情况",
        "共有席位30个，实际出席24人，其中居民16人、政协委员8人。",
        "三、形成的共识",
        "1.二次供水泵房分两期改造，第一期在汛期前完成。",
        "依据：建议1（赞成12、不赞成1、说不好2；赞成占80%，95%区间55%至93%）；"
        "建议7（赞成12、不赞成1、说不好2；赞成占80%，95%区间55%至93%）。",
        "四、存在的分歧",
        "1.改造期间的临时水费由谁承担，未能一致。",
        "附件：1.共识和分歧所依据的意见\n2.协商纪要",
        "县政协\n2026年3月20日",
        "附件1",
        "附件2",
        "柳河镇农村供水专题协商会协商纪要",
        "三、议定事项",
        "1.分期改造。",
        "水管到哪里，话就说到哪里。",
    ]
    places = [lines.index(line) for line in wanted]
    assert places == sorted(places)


def test_properties_name_title_committee_language_and_moment(made: bytes) -> None:
    core = docx.Document(BytesIO(made)).core_properties
    assert (core.title, core.author, core.language) == (
        "柳河镇农村供水专题协商会共识清单",
        "县政协",
        "zh-CN",
    )
    assert core.created == SEALED


def test_same_outcome_gives_the_same_bytes(made: bytes) -> None:
    assert export(make_outcome(), "docx").data == made
