"""JSON and Markdown, compared whole; the workbook's sheets."""

import zipfile
from dataclasses import replace
from io import BytesIO

import pytest
from docx.oxml import parse_xml

from consultations.archiving.canonical import canonical
from consultations.domain.outcome_parts import OpinionTotals
from consultations.domain.session_parts import Attendance
from consultations.exports import export
from consultations.exports.text import escape
from consultations.models.opinions import ERASED_AUTHOR
from tests.exports.outcomes import evidence, make_outcome, sentence
from tests.exports.reading import S, json_value, markdown_text, sheets, squeezed

SMALL = make_outcome(
    topic_summary="",
    agenda=(),
    clauses=(sentence(1, "分两期改造。", 7),),
    dissent=(),
    minutes=None,
    archive=None,
    stage="review",
    stage_label="公示确认",
)

SMALL_MARKDOWN = """\
# 柳河镇农村供水专题协商会共识清单

（公示确认阶段，尚未归档）

## 一、基本情况

**议题**：柳河镇农村供水

**协商事项**：夜间水压不足怎么办？水质怎样让大家放心？

**协商形式**：专题协商

**协商时间**：2026年3月12日09:30至11:35

**协商地点**：线上协商议事厅、柳河镇政府会议室

**主持人**：赵主任

**记录员**：小陈

**对应工作要点**：《县政协2026年工作要点》第6条“开展农村供水专题协商”

## 二、出席情况

共有席位30个，实际出席24人，其中居民16人、政协委员8人。

19人发表意见41条（意见20条、建议21条；按身份分：居民30条、政协委员11条），收到表态312次。

## 三、形成的共识

1\\.分两期改造。

*依据：建议7（赞成12、不赞成1、说不好2；赞成占80%，95%区间55%至93*%）。

## 四、存在的分歧

本次协商没有登记分歧。

## 五、协商纪要

尚未形成协商纪要。

附件：共识和分歧所依据的意见

县政协\\
2026年3月12日

---

## 附件　共识和分歧所依据的意见

| 编号 | 意见内容 | 表态人 | 赞成 | 不赞成 | 说不好 |
|:-:|---|:-:|:-:|:-:|:-:|
| 建议7<br>共识1 | 第7条：夜间水压不够，\
请把二次供水泵房的水泵换成变频的，并且定期公布水质检测结果。<br>\
——柳树下（居民）<br>赞成占80%，95%区间55%至93% | \
合计<br>居民<br>政协委员 | 12<br>8<br>4 | 1<br>1<br>0 | 2<br>2<br>0 |
"""


def test_markdown_is_this_text() -> None:
    assert export(SMALL, "md").data.decode() == SMALL_MARKDOWN


def test_json_is_the_canonical_outcome_with_its_issuer() -> None:
    outcome = make_outcome()
    data = export(outcome, "json").data
    value = json_value(data)
    issuer = {"format": "consultation-outcome/1", "committee": "县政协", "hall": "线上协商议事厅"}
    assert value == {**issuer, **outcome.as_dict()}
    assert data == canonical(value) + b"\n"
    assert value["opened_at"] == "2026-03-12T01:30:00.000000Z"
    assert value["clauses"][0]["evidence"][1]["by_identity"][0] == {
        "identity": "resident",
        "label": "居民",
        "agree": 8,
        "disagree": 1,
        "passed": 2,
    }


@pytest.mark.parametrize(
    "text",
    [
        "# 标题",
        "- 项",
        "+ 项",
        "1. 项",
        "12) 项",
        "> 引文",
        "    代码",
        "*强* _强_ **强** ~~删~~",
        "[链](https://example.org) ![图](x)",
        "<script>alert(1)</script> &amp; <b>",
        "`代码` ```",
        "| 表 | 格 |",
        "=====",
        "-----",
        "https://example.org www.example.org a@b.cn",
        "\\* 反斜线 \\",
    ],
)
def test_markdown_shows_texts_as_they_are(text: str) -> None:
    assert squeezed(text) in markdown_text(
        export(replace(SMALL, question=f"甲\n{text}\n乙"), "md").data
    )
    assert squeezed(text) in squeezed(markdown_text(escape(text).encode()))


def test_rich_minutes_become_markdown() -> None:
    text = export(make_outcome(), "md").data.decode()
    assert "## 附件2　柳河镇农村供水专题协商会协商纪要" in text
    assert "**时间**：2026年3月12日上午。" in text
    assert "通报了*二次供水改造*方案" in text
    assert "-  夜间水压不足\n\n   -  五楼以上尤其明显" in text
    assert "[检测报告](<https://example.org/w?a=1&b=2>)" in text
    assert "> 水管到哪里，话就说到哪里。" in text


def test_workbook_has_five_sheets_with_every_figure() -> None:
    read = sheets(export(make_outcome(), "xlsx").data)
    assert list(read) == ["概况", "共识与依据", "分歧", "依据意见", "出席"]
    assert ["协商时间", "2026年3月12日09:30至11:35"] in read["概况"]
    assert ["归档摘要", "ab" * 32] in read["概况"]
    assert read["共识与依据"] == [
        ["序号", "共识条款", "依据意见", "赞成", "不赞成", "说不好", "说明"],
        [1, "二次供水泵房分两期改造，第一期在汛期前完成。", "建议1、建议7", 24, 2, 4, ""],
        [2, "供水单位每月在村务公开栏和线上议事厅公布水质检测结果。", "建议3", 12, 1, 2, ""],
    ]
    assert read["分歧"][1:] == [
        [1, "改造期间的临时水费由谁承担，未能一致。", "建议7、建议12", 24, 2, 4, ""]
    ]
    said = [evidence(7).text, "柳树下", "居民", "线上", "共识1、分歧1"]
    assert [row for row in read["依据意见"] if row[0] == "建议7"] == [
        ["建议7", *said, "合计", 12, 1, 2, "赞成占80%，95%区间55%至93%"],
        ["建议7", *said, "居民", 8, 1, 2, ""],
        ["建议7", *said, "政协委员", 4, 0, 0, ""],
    ]
    assert read["出席"] == [
        ["身份", "出席人数", "发表意见"],
        ["居民", 16, 30],
        ["政协委员", 8, 11],
        ["合计", 24, 41],
    ]


def test_workbook_prints_on_a4_landscape_with_frozen_headings() -> None:
    with zipfile.ZipFile(BytesIO(export(make_outcome(), "xlsx").data)) as file:
        for at in range(1, 6):
            sheet = parse_xml(file.read(f"xl/worksheets/sheet{at}.xml"))
            setup, pane = sheet.find(f"{S}pageSetup"), sheet.find(f".//{S}pane")
            assert setup is not None and pane is not None
            assert (setup.get("paperSize"), setup.get("orientation")) == ("9", "landscape")
            assert setup.get("fitToHeight") == "0"
            assert pane.get("state") == "frozen"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "{=A1}", "https://a.cn", "007"])
def test_workbook_keeps_what_looks_like_a_formula_as_text(text: str) -> None:
    read = sheets(export(make_outcome(question=text), "xlsx").data)
    assert ["协商事项", text] in read["概况"]


def test_workbook_shortens_what_no_cell_holds_and_says_so() -> None:
    read = sheets(export(make_outcome(question="𠮷" * 40_000), "xlsx").data)
    (cell,) = [row[1] for row in read["概况"] if row[0] == "协商事项"]
    assert isinstance(cell, str)
    assert len(cell.encode("utf-16-le")) // 2 <= 32_767
    assert cell.endswith("𠮷…（全文见其他格式）")


@pytest.mark.parametrize("fmt", ["docx", "pdf", "xlsx", "json", "md"])
def test_an_outcome_of_nothing_is_still_a_file(fmt: str) -> None:
    nothing = make_outcome(
        venue="",
        topic_summary="",
        opened_at=None,
        closed_at=None,
        moderators=(),
        recorders=(),
        work_items=(),
        agenda=(),
        attendance=Attendance(0, 0, ()),
        opinions=OpinionTotals(0, 0, 0, 0, (), ()),
        clauses=(),
        dissent=(),
        minutes=None,
        archive=None,
    )
    assert len(export(nothing, fmt).data) > 500


def test_a_hidden_opinion_is_named_without_its_text() -> None:
    clause = replace(make_outcome().clauses[0], evidence=(evidence(5, text=""),))
    assert "（该意见已由主持人隐藏）" in export(make_outcome(clauses=(clause,)), "md").data.decode()


def test_an_erased_opinion_is_named_with_the_basis_instead_of_its_text() -> None:
    gone = evidence(5, text="", author=ERASED_AUTHOR, erased="某某法院裁定")
    clause = replace(make_outcome().clauses[0], evidence=(gone,))
    told = export(make_outcome(clauses=(clause,)), "md").data.decode()
    assert "（已依法删除，依据：某某法院裁定）" in told
    assert "主持人隐藏" not in told


def test_same_outcome_gives_the_same_workbook() -> None:
    assert export(make_outcome(), "xlsx").data == export(make_outcome(), "xlsx").data
