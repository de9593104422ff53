"""Who had the floor and what departments answered, in the documents that tell of it."""

from datetime import timedelta

from consultations.domain.session_parts import DepartmentAnswer, SpokenTurn
from consultations.exports import export
from consultations.exports.dossier import Paper
from consultations.models import PaperKind
from tests.exports.outcomes import OPENED, make_outcome
from tests.exports.reading import json_value, sheets

TURNS = (
    SpokenTurn(2, "王大姐", "resident", "居民", "=夜间水压", OPENED, 200),
    SpokenTurn(1, "李委员", "member", "政协委员", "", OPENED + timedelta(minutes=4), 45),
)
ANSWERS = (
    DepartmentAnswer(1, 7, "提问", "何时动工？", "县水务局", OPENED, 9, "十月。", OPENED),
    DepartmentAnswer(2, 8, "建议", "公布水质", "县水务局", OPENED, 0, "", None),
)
TOLD = make_outcome(turns=TURNS, answers=ANSWERS)


def test_workbook_has_a_sheet_of_each() -> None:
    found = sheets(export(TOLD, "xlsx").data)
    assert found["现场发言"] == [
        ["开始", "发言人", "身份", "事由", "用时（秒）"],
        ["2026-03-12 09:30", "王大姐", "居民", "=夜间水压", 200],
        ["2026-03-12 09:34", "李委员", "政协委员", "", 45],
    ]
    assert found["部门答复"][1:] == [
        ["提问7", "何时动工？", "县水务局", "回复9", "十月。", "2026-03-12 09:30"],
        ["建议8", "公布水质", "县水务局", "尚未答复", "", ""],
    ]
    without = sheets(export(make_outcome(), "xlsx").data)
    assert {"现场发言", "部门答复"}.isdisjoint(without)


def test_json_has_them_as_they_are() -> None:
    value = json_value(export(TOLD, "json").data)
    assert value["turns"][1] == {
        "number": 1,
        "person": "李委员",
        "identity": "member",
        "identity_label": "政协委员",
        "subject": "",
        "called_at": "2026-03-12T01:34:00.000000Z",
        "seconds": 45,
    }
    assert [one["answer"] for one in value["answers"]] == [9, 0]


def test_speeches_end_with_who_had_the_floor() -> None:
    text = export(TOLD, "md", paper=Paper(kind=PaperKind.SPEECHES)).data.decode()
    assert "会上没有人发表意见" not in text
    assert text.endswith(
        "## 现场发言\n\n共发言2次。\n\n"
        "| 次序 | 时间 | 发言人 | 事由 | 用时 |\n"
        "|:-:|:-:|---|---|:-:|\n"
        "| 1 | 09:30 | 王大姐（居民） | \\=夜间水压 | 3分20秒 |\n"
        "| 2 | 09:34 | 李委员（政协委员） |  | 45秒 |\n"
    )
