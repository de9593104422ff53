"""The styles and the page of official documents in Word, after GB/T 9704-2012.

A4, 22 lines of 28 characters: 28 pt from line to line; 28 characters of 16 pt are 448 pt and the
lines 442 pt long, so characters stand a quarter of a point closer.
"""

from dataclasses import dataclass, field
from typing import Any

from docx.opc.oxml import serialize_part_xml

from consultations.exports.wordxml import KAITI, add, element, fonts

FANGSONG = "仿宋_GB2312"
HEITI = "黑体"
SONGTI = "宋体"
TITLE = "方正小标宋简体"
_SUBSTITUTES = {
    FANGSONG: "仿宋,FangSong",
    KAITI: "楷体,KaiTi",
    HEITI: "SimHei",
    SONGTI: "SimSun",
    TITLE: "方正小标宋_GBK,华文中宋,宋体",
}

PITCH = 560  # twentieths of a point
_MM = 56.6929  # twentieths of a point
PAGE = {"w": 11906, "h": 16838}
MARGINS = {
    "top": round(37 * _MM),
    "bottom": round(35 * _MM),
    "left": round(28 * _MM),
    "right": round(26 * _MM),
    "header": round(15 * _MM),
    "footer": round(25 * _MM),
    "gutter": 0,
}
TEXT_WIDTH = PAGE["w"] - MARGINS["left"] - MARGINS["right"]


@dataclass(frozen=True)
class _Look:
    """One paragraph style. Sizes in half points, distances in twentieths of a point."""

    name: str
    font: str = ""
    size: int = 0
    line: int = 0
    align: str = ""
    indent: dict[str, int] = field(default_factory=dict)
    space: dict[str, int] = field(default_factory=dict)
    outline: int | None = None
    bold: bool = False
    keep_next: bool = False
    page_break: bool = False
    closer: int | None = None
    on_grid: bool = True
    colour: str = ""
    rule: bool = False
    at_foot: bool = False
    together: bool = False


RED = "FF0000"
_NO_INDENT = {"firstLineChars": 0, "firstLine": 0}
_LOOKS = {
    "Title": _Look(
        "Title",
        TITLE,
        44,
        680,
        "center",
        _NO_INDENT,
        space={"after": 240},
        outline=0,
        keep_next=True,
        closer=0,
        on_grid=False,
        together=True,
    ),
    "Banner": _Look(
        "发文机关标志",
        TITLE,
        line=0,
        align="center",
        indent=_NO_INDENT,
        space={"before": round(35 * _MM), "after": 2 * PITCH},
        keep_next=True,
        closer=0,
        on_grid=False,
        colour=RED,
    ),
    "Number": _Look("发文字号", align="center", indent=_NO_INDENT, keep_next=True, closer=0),
    "HeadLine": _Look(
        "版头末行",
        indent=_NO_INDENT,
        space={"after": 2 * PITCH},
        keep_next=True,
        on_grid=False,
        rule=True,
        align="left",
        closer=0,
    ),
    "Addressee": _Look("主送机关", align="left", indent=_NO_INDENT),
    "Imprint": _Look(
        "版记",
        size=28,
        line=PITCH - 80,
        align="left",
        indent=_NO_INDENT,
        closer=0,
        on_grid=False,
        at_foot=True,
    ),
    "End": _Look("结尾", size=2, line=20, indent=_NO_INDENT, closer=0, on_grid=False),
    "Subtitle": _Look("Subtitle", KAITI, 32, 0, "center", _NO_INDENT, {"after": PITCH}),
    "Heading1": _Look("heading 1", HEITI, outline=0, keep_next=True),
    "Heading2": _Look("heading 2", KAITI, outline=1, keep_next=True),
    "Heading3": _Look("heading 3", outline=2, bold=True, keep_next=True),
    "Item": _Look("列表项"),
    "Quote": _Look(
        "Quote", KAITI, indent={"leftChars": 200, "left": 640, "rightChars": 200, "right": 640}
    ),
    "Note": _Look(
        "附注", size=21, line=340, indent=_NO_INDENT, space={"before": 280}, closer=0, on_grid=False
    ),
    "Annexes": _Look(
        "附件说明",
        align="left",
        indent={"leftChars": 500, "left": 1600, "hangingChars": 300, "hanging": 960},
        space={"before": PITCH},
    ),
    "Sign": _Look(
        "落款",
        align="right",
        indent={**_NO_INDENT, "rightChars": 200, "right": 640},
        space={"before": PITCH},
    ),
    "AnnexMark": _Look("附件标记", HEITI, indent=_NO_INDENT, page_break=True, keep_next=True),
    "TableText": _Look(
        "表格文字", size=21, line=320, align="left", indent=_NO_INDENT, closer=0, on_grid=False
    ),
    "TableHead": _Look("表格标题", HEITI, 21, 320, "center", _NO_INDENT, keep_next=True, closer=0),
    "FooterOdd": _Look(
        "页码", SONGTI, 28, 280, "right", {**_NO_INDENT, "rightChars": 100, "right": 280}, closer=0
    ),
    "FooterEven": _Look(
        "页码（偶数页）",
        SONGTI,
        28,
        280,
        "left",
        {**_NO_INDENT, "leftChars": 100, "left": 280},
        closer=0,
    ),
}


def set_styles(styles: Any) -> None:
    """Replace all of the template's styles (a `w:styles` element) by ours; no theme fonts."""
    for child in list(styles):
        styles.remove(child)
    _defaults(styles)
    normal = add(styles, "style", type="paragraph", default=1, styleId="Normal")
    add(normal, "name", val="Normal")
    add(normal, "qFormat")
    properties = add(normal, "pPr")
    add(properties, "widowControl", val=0)
    add(properties, "spacing", line=PITCH, lineRule="exact", before=0, after=0)
    add(properties, "ind", firstLineChars=200, firstLine=640)
    add(properties, "jc", val="both")
    font = add(styles, "style", type="character", default=1, styleId="DefaultParagraphFont")
    add(font, "name", val="Default Paragraph Font")
    add(font, "semiHidden")
    _tables(styles)
    for key, look in _LOOKS.items():
        _style(styles, key, look)


def _defaults(styles: Any) -> None:
    defaults = add(styles, "docDefaults")
    text = add(add(defaults, "rPrDefault"), "rPr")
    fonts(text, FANGSONG)
    add(text, "spacing", val=-5)
    add(text, "kern", val=0)
    add(text, "sz", val=32)
    add(text, "szCs", val=32)
    add(text, "lang", val="zh-CN", eastAsia="zh-CN", bidi="ar-SA")
    add(defaults, "pPrDefault")


def _tables(styles: Any) -> None:
    plain = add(styles, "style", type="table", default=1, styleId="TableNormal")
    add(plain, "name", val="Normal Table")
    add(plain, "semiHidden")
    grid = add(styles, "style", type="table", styleId="TableGrid")
    add(grid, "name", val="Table Grid")
    add(grid, "basedOn", val="TableNormal")
    borders = add(add(grid, "tblPr"), "tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        add(borders, side, val="single", sz=4, space=0, color="auto")
    empty = add(styles, "style", type="numbering", default=1, styleId="NoList")
    add(empty, "name", val="No List")
    add(empty, "semiHidden")


def _style(styles: Any, key: str, look: _Look) -> None:
    style = add(styles, "style", type="paragraph", styleId=key)
    add(style, "name", val=look.name)
    add(style, "basedOn", val="Normal")
    if look.outline is not None:
        add(style, "next", val="Normal")
    add(style, "qFormat")
    _paragraph_look(add(style, "pPr"), look)
    text = add(style, "rPr")
    if look.font:
        fonts(text, look.font)
    if look.bold:
        add(text, "b")
        add(text, "bCs")
    if look.colour:
        add(text, "color", val=look.colour)
    if look.closer is not None:
        add(text, "spacing", val=look.closer)
    if look.size:
        add(text, "sz", val=look.size)
        add(text, "szCs", val=look.size)


def _paragraph_look(paragraph: Any, look: _Look) -> None:
    """In the schema's order of elements."""
    if look.keep_next:
        add(paragraph, "keepNext")
    if look.page_break:
        add(paragraph, "pageBreakBefore")
    if look.at_foot:
        borders = add(paragraph, "pBdr")
        for side, size in (("top", 8), ("bottom", 8), ("between", 6)):
            add(borders, side, val="single", sz=size, space=1, color="auto")
        add(add(paragraph, "tabs"), "tab", val="right", pos=TEXT_WIDTH)
    if look.rule:
        # The red line below the head, 4 mm under the text (11 pt).
        add(add(paragraph, "pBdr"), "bottom", val="single", sz=18, space=11, color=RED)
        add(add(paragraph, "tabs"), "tab", val="right", pos=TEXT_WIDTH - 320)
    if not look.on_grid:
        add(paragraph, "snapToGrid", val=0)
    spacing: dict[str, str | int] = {**look.space}
    if look.line:
        spacing |= {"line": look.line, "lineRule": "exact"}
    if spacing:
        add(paragraph, "spacing", **spacing)
    if look.indent:
        add(paragraph, "ind", **look.indent)
    if look.together:
        add(paragraph, "contextualSpacing")
    if look.align:
        add(paragraph, "jc", val=look.align)
    if look.outline is not None:
        add(paragraph, "outlineLvl", val=look.outline)


def font_table() -> bytes:
    """The font table part: what to take on a machine that lacks one of the fonts."""
    table = element("fonts")
    for family, others in _SUBSTITUTES.items():
        font = add(table, "font", name=family)
        add(font, "altName", val=others)
        add(font, "charset", val="86")
        add(font, "family", val="auto")
        add(font, "pitch", val="default")
    packed: bytes = serialize_part_xml(table)
    return packed


def set_page(section: Any) -> None:
    """Set size, margins and the line grid of a `w:sectPr`; its footers stay."""
    for child in list(section):
        if not child.tag.endswith("}footerReference"):
            section.remove(child)
    add(section, "pgSz", **PAGE)
    add(section, "pgMar", **MARGINS)
    section.append(element("docGrid", type="lines", linePitch=PITCH))
