"""Title, year, issuer, date, preamble, and where the plan ends."""

from collections.abc import Callable
from datetime import date

import pytest

from consultations.intake.sentences import first_sentence
from consultations.intake.workplan import read_workplan

Complaints = Callable[..., list[tuple[int | None, str]]]
BODY = "\n一、甲\n1.子。丑。\n2.寅。卯。\n"


def test_plan_is_read_whole(plan_text: str) -> None:
    assert read_workplan(plan_text.encode()).as_dict() == {
        "title": "临溪县政协2031年工作要点",
        "year": 2031,
        "issuer": "临溪县政协",
        "published_on": "2031-02-06",
        "preamble": "2031年是水利会战之年。今年的要求是：少开会，多走访。",
        "sections": [
            {
                "number": 1,
                "title": "围绕用水开展协商",
                "items": [
                    {
                        "number": 1,
                        "title": "摸清管网底数",
                        "body": "走访六个乡镇，听取水厂意见。",
                    },
                    {
                        "number": 2,
                        "title": "召开“碰头会。”专题会议",
                        "body": "每季度一次。\n会后一周内公布答复情况。",
                    },
                ],
            },
            {
                "number": 2,
                "title": "加强自身建设",
                "items": [
                    {"number": 3, "title": "办好读书活动", "body": "每月一期。"},
                    {"number": 4, "title": "改进会风", "body": "会议不超过两小时。"},
                ],
            },
        ],
    }


@pytest.mark.parametrize(
    ("text", "title", "rest"),
    [
        ("开展“访、促、助”活动。走访。", "开展“访、促、助”活动", "走访。"),
        ("学习“要实。要快。”精神。走访。", "学习“要实。要快。”精神", "走访。"),
        ('学习"要实。"精神。走访。', '学习"要实。"精神', "走访。"),
        ("学习《条例（试行。）》。走访。", "学习《条例（试行。）》", "走访。"),
        ("学习“要实精神。走访。", "学习“要实精神", "走访。"),
        ("怎样履职？走访。", "怎样履职？", "走访。"),
        ("只有标题", "只有标题", ""),
        ("", "", ""),
    ],
)
def test_first_sentence_ends_at_the_first_stop_outside_quotes(
    text: str, title: str, rest: str
) -> None:
    assert first_sentence(text) == (title, rest)


@pytest.mark.parametrize(
    ("head", "title", "year", "issuer"),
    [
        ("临溪县政协2031年工作要点", "临溪县政协2031年工作要点", 2031, "临溪县政协"),
        ("《临溪县政协2031年度工作计划》", "临溪县政协2031年度工作计划", 2031, "临溪县政协"),
        ("2031年临溪县政协重点工作安排", "2031年临溪县政协重点工作安排", 2031, "临溪县政协"),
        ("临溪县政协二〇三一年工作要点", "临溪县政协二〇三一年工作要点", 2031, "临溪县政协"),
        (
            "临溪县政协2031年工作要点（草案）",
            "临溪县政协2031年工作要点（草案）",
            2031,
            "临溪县政协",
        ),
        ("临溪县政协\n2031年工作要点", "临溪县政协2031年工作要点", 2031, "临溪县政协"),
        ("临溪县政协2031年\n工作要点", "临溪县政协2031年工作要点", 2031, "临溪县政协"),
        ("2031年工作要点", "2031年工作要点", 2031, ""),
        (
            "首页 | 临溪县政协2030年工作要点\n要闻 / 计划\n政协2031年工作要点",
            "政协2031年工作要点",
            2031,
            "政协",
        ),
    ],
)
def test_title_gives_year_and_issuer(head: str, title: str, year: int, issuer: str) -> None:
    plan = read_workplan((head + BODY).encode())
    assert (plan.title, plan.year, plan.issuer) == (title, year, issuer)


@pytest.mark.parametrize(
    ("between", "published"),
    [
        ("", None),
        ("浏览次数:99812发布时间:2031-03-08", date(2031, 3, 8)),
        ("发布日期：2031/3/8 10:20 来源：办公室", date(2031, 3, 8)),
        ("（2031年3月8日主席会议通过）", date(2031, 3, 8)),
        ("二〇三一年三月二十八日", date(2031, 3, 28)),
        ("浏览：2031-01-01 发布时间：2031-03-08", date(2031, 3, 8)),
        ("会期 2031-01-01\n发布时间：2031-03-08", date(2031, 3, 8)),
    ],
)
def test_date_beside_the_title_is_the_publication(between: str, published: date | None) -> None:
    plan = read_workplan(f"临溪县政协2031年工作要点\n{between}\n要求是：多走访。{BODY}".encode())
    assert plan.published_on == published
    assert plan.preamble == "要求是：多走访。"


def test_date_above_the_title_counts_when_labelled() -> None:
    head = "今天是2031年9月9日\n发布时间：2031-03-08\n临溪县政协2031年工作要点"
    assert read_workplan((head + BODY).encode()).published_on == date(2031, 3, 8)


def test_date_of_the_signature_is_the_publication_failing_another() -> None:
    text = f"临溪县政协2031年工作要点{BODY}\n临溪县政协办公室\n2031年3月8日"
    plan = read_workplan(text.encode())
    assert plan.published_on == date(2031, 3, 8)
    assert plan.sections[0].items[1].body == "卯。"


def test_impossible_date_and_missing_title_are_complained_of(complaints_of: Complaints) -> None:
    found = complaints_of(f"临溪县政协2031年工作要点\n发布时间：2031-02-30{BODY}")
    assert found == [(2, "日期“2031-2-30”不存在。")]
    [(line, message)] = complaints_of("临溪县政协工作要点" + BODY)
    assert line is None
    assert "没有找到标题" in message
    assert [line for line, _ in complaints_of("临溪县政协\n今天天气好。")] == [None, None]


@pytest.mark.parametrize(
    "footer",
    [
        "\n\n\n部委网站\n省级网站\n版权所有 Copyright 2031",
        "\n上一篇：临溪县政协2030年工作要点\n下一篇：没有了",
        "临溪县政协\n2031年3月8日",
        "\n扫一扫在手机打开当前页\n【打印】【关闭】",
        "\n\n\n网站地图\n\n本站内容未经授权不得转载。违者必究。",
        "Copyright © 2031 本站内容未经授权不得转载。",
    ],
)
def test_footer_is_not_part_of_the_last_item(footer: str) -> None:
    last = read_workplan(f"临溪县政协2031年工作要点{BODY}{footer}".encode()).sections[-1].items[-1]
    assert (last.title, last.body) == ("寅", "卯。")


def test_paragraphs_of_the_last_item_are_kept() -> None:
    text = (
        "临溪县政协2031年工作要点\n一、甲\n1.子。丑。\n责任单位：提案委\n\n2.寅\n卯一。\n\n卯二。\n"
        "具体安排\n卯三。\n责任单位：文史委\n（配合单位：办公室）\n\n\n网站地图"
    )
    first, last = read_workplan(text.encode()).sections[0].items
    assert (first.title, first.body) == ("子", "丑。\n责任单位：提案委")
    assert last.title == "寅"
    assert last.body == "卯一。\n卯二。\n具体安排\n卯三。\n责任单位：文史委\n（配合单位：办公室）"


def test_text_behind_an_apparent_footer_is_complained_of(complaints_of: Complaints) -> None:
    text = f"临溪县政协2031年工作要点{BODY}附件\n清单\n各单位要抓好落实。"
    [(line, message)] = complaints_of(text)
    assert line == 5
    assert "第 7 行" in message


def test_table_of_contents_is_skipped_and_lead_is_kept() -> None:
    text = (
        "临溪县政协2031年工作要点\n目　录\n一、甲…1\n二、乙…2\n开篇的话。\n"
        "一、甲\n本部分共一条。\n1.子。丑。\n二、乙\n2.寅。"
    )
    plan = read_workplan(text.encode())
    assert plan.preamble == "开篇的话。"
    assert [section.title for section in plan.sections] == ["甲", "乙"]
    assert plan.sections[0].lead == "本部分共一条。"
    assert "lead" not in plan.as_json()
