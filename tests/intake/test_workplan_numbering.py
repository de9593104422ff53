"""Numbering: every style, numbers that are no items, gaps, repeats, nesting."""

from collections.abc import Callable

import pytest

from consultations.intake.numbering import Style, han_number, read_marker
from consultations.intake.reading import Line
from consultations.intake.workplan import read_workplan

Complaints = Callable[..., list[tuple[int | None, str]]]
TITLE = "临溪县政协2031年工作要点\n"


def numbers_of(text: str) -> list[list[int]]:
    plan = read_workplan((TITLE + text).encode())
    return [[item.number for item in section.items] for section in plan.sections]


@pytest.mark.parametrize(
    ("text", "style", "number"),
    [
        ("第一部分 走访", Style.PART, 1),
        ("第2部分：走访", Style.PART, 2),
        ("第十二章　走访", Style.PART, 12),
        ("第三节 走访", Style.CHAPTER, 3),
        ("第四条 走访", Style.ARTICLE, 4),
        ("一、走访", Style.HAN, 1),
        ("二十一．走访", Style.HAN, 21),
        ("三. 走访", Style.HAN, 3),
        ("（一）走访", Style.HAN_PAREN, 1),
        ("(十) 走访", Style.HAN_PAREN, 10),
        ("（ 三 ）、走访", Style.HAN_PAREN, 3),
        ("㈣走访", Style.HAN_PAREN, 4),
        ("1.走访", Style.ARABIC, 1),
        ("1．走访", Style.ARABIC, 1),
        ("1、走访", Style.ARABIC, 1),
        ("１．走访", Style.ARABIC, 1),
        ("１２、走访", Style.ARABIC, 12),
        ("12 . 走访", Style.ARABIC, 12),
        ("⒊走访", Style.ARABIC, 3),
        ("1. 5万亩农田走访", Style.ARABIC, 1),
        ("3.2031年走访", Style.ARABIC, 3),
        ("3、20户走访", Style.ARABIC, 3),
        ("（1）走访", Style.ARABIC_PAREN, 1),
        ("2)走访", Style.ARABIC_PAREN, 2),
        ("⑶走访", Style.ARABIC_PAREN, 3),
        ("①走访", Style.CIRCLED, 1),
        ("㉑走访", Style.CIRCLED, 21),
    ],
)
def test_marker_is_read_in_every_style(text: str, style: Style, number: int) -> None:
    marker = read_marker(Line(1, text))
    assert marker is not None
    assert (marker.style, marker.number, marker.weak) == (style, number, False)
    assert marker.rest.endswith("走访")


@pytest.mark.parametrize(
    "text",
    [
        "2031年要走访。",
        "3次走访。",
        "1.5万亩农田。",
        "１．５万亩农田。",
        "2031.3.8 走访",
        "3.15晚会。",
        "三.八节走访。",
        "24小时值守。",
        "（2031）走访",
        "1、2、3号楼走访。",
        "一、二和三号楼走访。",
        "十四五期间走访。",
        "一是走访。",
        "第一批走访。",
        "0.走访",
        "十十、走访",
        "走访",
        "",
    ],
)
def test_numbers_in_text_are_no_markers(text: str) -> None:
    assert read_marker(Line(1, text)) is None


def test_han_numbers_run_to_999() -> None:
    known = {
        "一": 1,
        "十": 10,
        "十九": 19,
        "二十": 20,
        "九十九": 99,
        "一百零五": 105,
        "三百一十": 310,
    }
    assert {text: han_number(text) for text in known} == known
    assert [han_number(text) for text in ("", "十十", "零", "一二", "百")] == [None] * 5


@pytest.mark.parametrize(
    "text",
    [
        "一、甲\n1.子。丑。\n2.寅。\n二、乙\n3.卯。\n4.辰。",
        "一．甲\n１．子。\n２、寅。\n二．乙\n３．卯。\n４.辰。",
        "第一部分 甲\n一、子。\n二、寅。\n第二部分 乙\n三、卯。\n四、辰。",
        "第一部分 甲\n（一）子。\n(二)寅。\n第二部分 乙\n（三)卯。\n(四）辰。",
        "一、甲\n（1）子。\n(2)寅。\n二、乙\n3）卯。\n⑷辰。",
        "一、甲\n①子。\n②寅。\n二、乙\n③卯。\n④辰。",
        "1.甲\n（一）子。\n（二）寅。\n2.乙\n（三）卯。\n（四）辰。",
        "第一章 甲\n第一条 子。\n第二条 寅。\n第二章 乙\n第三条 卯。\n第四条 辰。",
    ],
)
def test_items_numbered_through_are_read(text: str) -> None:
    assert numbers_of(text) == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    "text",
    [
        "一、甲\n1.子。\n2.寅。\n二、乙\n1.卯。\n2.辰。",
        "一、甲\n（一）子。\n（二）寅。\n二、乙\n（一）卯。\n（二）辰。",
        "第一部分 甲\n一、子。\n二、寅。\n第二部分 乙\n一、卯。\n二、辰。",
        "1.甲\n（一）子。\n（二）寅。\n2.乙\n（一）卯。\n（二）辰。",
        "一、甲\n1.子。\n2.寅。\n二、乙\n（一）卯。\n（二）辰。",
    ],
)
def test_items_that_restart_in_each_section_are_read(text: str) -> None:
    assert numbers_of(text) == [[1, 2], [1, 2]]


def test_items_under_subsections_counted_through_are_the_items() -> None:
    text = "一、甲\n（一）水\n1.子。\n2.寅。\n（二）路\n3.卯。\n二、乙\n（一）桥\n4.辰。"
    plan = read_workplan((TITLE + text).encode())
    items = [item for section in plan.sections for item in section.items]
    assert [(item.number, item.subsection) for item in items] == [
        (1, "水"),
        (2, "水"),
        (3, "路"),
        (4, "桥"),
    ]
    assert [item.body for item in items] == [""] * 4


def test_numbers_restarting_under_each_heading_are_a_list_within_the_item() -> None:
    text = "一、甲\n（一）水\n1.子。\n2.寅。\n（二）路\n1.卯。\n2.辰。"
    items = read_workplan((TITLE + text).encode()).sections[0].items
    assert [(item.number, item.title, item.body) for item in items] == [
        (1, "水", "1.子。\n2.寅。"),
        (2, "路", "1.卯。\n2.辰。"),
    ]


def test_lists_within_an_item_stay_in_its_body() -> None:
    text = "一、甲\n1.子。分三步：\n（1）听。\n（2）看。\n①细看。\n2.寅。\n1.5万亩要看。\n3次以上。"
    items = read_workplan((TITLE + text).encode()).sections[0].items
    assert [item.body for item in items] == [
        "分三步：\n（1）听。\n（2）看。\n①细看。",
        "1.5万亩要看。\n3次以上。",
    ]


def test_title_beginning_with_the_next_number_is_still_a_section() -> None:
    text = "一、甲：\n1.子。\n二、三农工作\n2.寅。\n2、3号楼也要看。"
    plan = read_workplan((TITLE + text).encode())
    assert [section.title for section in plan.sections] == ["甲", "三农工作"]
    assert plan.sections[1].items[0].body == "2、3号楼也要看。"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一、甲\n1.子。\n3.寅。\n4.卯。", [(4, "条目编号跳到了 3（“3.寅。”），缺少 2。")]),
        ("一、甲\n2.子。\n3.寅。", [(3, "条目编号跳到了 2（“2.子。”），缺少 1。")]),
        ("一、甲\n1.子。\n9.寅。", [(4, "缺少 2 至 8 之间的 7 个编号")]),
        ("一、甲\n1.子。\n2.寅。\n2.卯。\n3.辰。", [(5, "条目编号 2 重复（“2.卯。”），第 4 行")]),
        ("一、甲\n1.子。\n2.寅。\n2.卯。\n4.辰。", [(5, "条目编号 2 重复")]),
        ("一、甲\n1.子。\n3.寅。\n2.卯。\n4.辰。", [(5, "条目编号 2 次序不对")]),
        (
            "一、甲\n1.子。\n二、乙\n2.寅。\n三、丙\n2.卯。\n四、丁\n3.辰。",
            [(7, "条目编号 2 重复")],
        ),
        ("一、甲\n1.子。\n2.丑。\n二、乙\n1.寅。\n3.卯。", [(7, "缺少 2")]),
        ("1.子。\n2.寅。\n二、乙\n3.卯。\n4.辰。", [(4, "部分编号跳到了 2（“二、乙”），缺少 1。")]),
        ("一、甲\n1.子。\n三、乙\n2.寅。", [(4, "部分编号跳到了 3（“三、乙”），缺少 2。")]),
        ("一、甲\n1.子。\n一、乙\n2.寅。", [(4, "部分编号 1 重复")]),
        ("一、甲\n1.子。\n二、乙\n只有正文。\n三、丙\n2.寅。", [(4, "没有带编号的条目")]),
        ("一、甲\n1.\n2.寅。", [(3, "只有编号")]),
        ("一、甲\n1." + "长" * 201 + "。\n2.寅。", [(3, "超过 200 字")]),
        ("1.子。\n2.寅。\n3.卯。", [(2, "全文只有一级编号")]),
        (
            "一、甲\n1.子。\n3.寅。\n3.卯。\n三、乙\n5.辰。",
            [(4, "缺少 2"), (5, "重复"), (6, "部分编号跳到了 3")],
        ),
    ],
)
def test_wrong_numbers_are_complained_of_by_line_once_each(
    text: str, expected: list[tuple[int, str]], complaints_of: Complaints
) -> None:
    found = complaints_of(TITLE + text)
    assert [line for line, _ in found] == [line for line, _ in expected]
    for (_, message), (_, part) in zip(found, expected, strict=True):
        assert part in message


def test_endless_complaints_are_cut_and_counted(complaints_of: Complaints) -> None:
    found = complaints_of(TITLE + "一、甲\n1.子。" + "\n1.丑。" * 500)
    assert len(found) == 51
    assert found[-1] == (None, "另有 450 处问题没有列出。")
