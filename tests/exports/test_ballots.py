"""Ballots in every document: the question, the rules, each option's votes."""

from dataclasses import replace

import pytest

from consultations.domain.session_parts import IdentityCount, OptionResult
from consultations.exports import export
from tests.exports.outcomes import ballot_result, make_outcome
from tests.exports.reading import json_value, pdf_text, sheets, squeezed, word_lines

SECRET = ballot_result(
    number=2,
    question="先改哪里？",
    kind="single",
    kind_label="单选",
    secrecy="secret",
    secrecy_label="无记名",
    how="time",
    how_label="时间到",
    quorum=9,
    quorum_reached=False,
    options=(OptionResult(1, "=水泵", 3, ()), OptionResult(2, "# 管网", 1, ())),
)
VOTED = make_outcome(ballots=(ballot_result(), SECRET))

SECTION = """\
## 三、表决情况

**表决1**：是否同意泵房分两期改造？

记名表决，赞成、反对、弃权，2026年3月12日10:30至10:40，主持人结束。\
4人投票（居民1人、政协委员3人），达到法定票数4。

1. 赞成：3票（政协委员3票）

2. 反对：1票（居民1票）

3. 弃权：0票

**表决2**：先改哪里？

无记名表决，单选，2026年3月12日10:30至10:40，时间到。\
4人投票（居民1人、政协委员3人），未达到法定票数9，结果不成立。

1. \\=水泵：3票

2. \\# 管网：1票

## 四、形成的共识
"""


def test_markdown_has_the_ballots_before_the_consensus() -> None:
    assert SECTION in export(VOTED, "md").data.decode()


def test_without_a_ballot_there_is_no_section() -> None:
    assert "表决情况" not in export(make_outcome(), "md").data.decode()


@pytest.mark.parametrize("fmt", ["docx", "pdf"])
def test_documents_name_question_options_and_quorum(fmt: str) -> None:
    data = export(VOTED, fmt).data
    text = squeezed("".join(word_lines(data)) if fmt == "docx" else pdf_text(data))
    for part in (
        "三、表决情况",
        "是否同意泵房分两期改造？",
        "反对：1票（居民1票）",
        "未达到法定票数9",
    ):
        assert squeezed(part) in text


def test_json_has_the_ballots_as_they_are() -> None:
    ballots = json_value(export(VOTED, "json").data)["ballots"]
    assert [one["number"] for one in ballots] == [1, 2]
    assert ballots[0]["options"][0] == {
        "position": 1,
        "text": "赞成",
        "count": 3,
        "by_identity": [{"identity": "member", "label": "政协委员", "count": 3}],
        "hands": 0,
    }


def test_workbook_has_a_sheet_of_every_vote_count() -> None:
    rows = sheets(export(VOTED, "xlsx").data)["表决"]
    first = [
        1,
        "是否同意泵房分两期改造？",
        "赞成、反对、弃权",
        "记名",
        "2026-03-12 10:40",
        4,
        4,
        "是",
    ]
    assert rows[1:3] == [[*first, "赞成", "合计", 3], [*first, "赞成", "政协委员", 3]]
    assert rows[-1][-4:] == ["未达法定票数", "# 管网", "合计", 1]
    assert "=水泵" in {row[8] for row in rows}
    assert "表决" not in sheets(export(replace(VOTED, ballots=()), "xlsx").data)


def test_hands_of_the_hall_are_told_apart() -> None:
    options = (
        OptionResult(1, "赞成", 5, (IdentityCount("member", "政协委员", 3),), hands=2),
        OptionResult(2, "反对", 1, (), hands=1),
    )
    raised = make_outcome(ballots=(ballot_result(voted=6, options=options, hands=3),))
    text = export(raised, "md").data.decode()
    assert "6人投票（居民1人、政协委员3人、现场举手3人）" in text
    assert "1. 赞成：5票（政协委员3票、现场举手2票）" in text
    assert "2. 反对：1票（现场举手1票）" in text
    rows = sheets(export(raised, "xlsx").data)["表决"]
    assert [row[-3:] for row in rows if row[-2] == "现场举手"] == [
        ["赞成", "现场举手", 2],
        ["反对", "现场举手", 1],
    ]


def test_workbook_tells_who_was_there_in_which_way() -> None:
    there = replace(make_outcome().attendance, on_site=2)
    rows = sheets(export(make_outcome(attendance=there), "xlsx").data)["出席"]
    assert [row[:2] for row in rows[-2:]] == [["现场", 2], ["线上", there.total - 2]]


def test_void_ballot_is_told_with_its_reason_and_without_votes() -> None:
    void = ballot_result(
        how="void",
        how_label="作废",
        void_reason="题目写错了",
        voted=0,
        by_identity=(),
        options=(),
        quorum_reached=False,
    )
    outcome = make_outcome(ballots=(void,))
    text = export(outcome, "md").data.decode()
    assert "作废。理由：题目写错了。" in text
    assert "人投票" not in text
    assert any("作废：题目写错了" in row for row in sheets(export(outcome, "xlsx").data)["表决"])
