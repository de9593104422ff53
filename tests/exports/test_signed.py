"""Confirmations, signatures and objections in the documents."""

from dataclasses import replace
from datetime import UTC, date, datetime

from consultations.domain.review_parts import (
    ConfirmationTally,
    Objection,
    Reservation,
    Signature,
)
from consultations.exports import export
from tests.exports.outcomes import make_outcome, sentence
from tests.exports.reading import json_value, markdown_text

AT = datetime(2026, 3, 13, 2, 0, tzinfo=UTC)
CONFIRMED = replace(
    sentence(1, "分两期改造。", 7),
    confirmed=(
        ConfirmationTally("resident", "居民", 9, 1, 0),
        ConfirmationTally("member", "政协委员", 3, 0, 1),
    ),
    reservations=(
        Reservation("against", "反对", "周委员", "member", "政协委员", "费用没有说清。"),
    ),
)
REVIEWED = make_outcome(
    clauses=(CONFIRMED,),
    objections_until=date(2026, 3, 19),
    signatures=(Signature("张师傅", "resident", "居民", AT),),
    objections=(
        Objection(
            number=1,
            version=2,
            paragraph=4,
            passage="先换管网",
            text="=我说的是先修路。",
            author="张师傅",
            identity="resident",
            identity_label="居民",
            at=AT,
            verdict="explained",
            verdict_label="说明理由，不改",
            answer="已核对录音。",
            answered_by="赵主任",
            answered_at=AT,
        ),
        Objection(
            number=2,
            version=2,
            paragraph=5,
            passage="散会",
            text="没有这么早。",
            author="柳树下",
            identity="resident",
            identity_label="居民",
            at=AT,
            verdict="",
            verdict_label="",
            answer="",
            answered_by="",
            answered_at=None,
        ),
    ),
)


def test_summary_says_how_clauses_were_confirmed() -> None:
    text = markdown_text(export(REVIEWED, "md").data)
    assert (
        "确认：同意12人，有保留意见1人，反对1人"
        "（居民同意9、保留1、反对0；政协委员同意3、保留0、反对1）。"
    ) in text
    assert "周委员（政协委员）反对：费用没有说清。" in text


def test_minutes_end_with_who_signed_and_every_objection() -> None:
    text = markdown_text(export(REVIEWED, "md").data)
    assert "签认（共1人）：张师傅。" in text
    assert "张师傅（居民）于2026年3月13日对第2版“先换管网”提出：=我说的是先修路。" in text
    assert "赵主任于2026年3月13日答复（说明理由，不改）：已核对录音。" in text
    assert text.endswith("柳树下（居民）于2026年3月13日对第2版“散会”提出：没有这么早。尚未答复。")


def test_nothing_is_said_of_a_review_that_did_not_take_place() -> None:
    text = markdown_text(export(make_outcome(), "md").data)
    assert not [word for word in ("确认：", "签认", "异议") if word in text]


def test_data_has_the_whole_review() -> None:
    value = json_value(export(REVIEWED, "json").data)
    assert value["objections_until"] == "2026-03-19"
    assert value["clauses"][0]["confirmed"][0] == {
        "identity": "resident",
        "label": "居民",
        "agree": 9,
        "reserved": 1,
        "against": 0,
    }
    assert [one["verdict"] for one in value["objections"]] == ["explained", ""]
    assert value["signatures"][0]["at"] == "2026-03-13T02:00:00.000000Z"
