"""Outcomes made by hand, for documents: every part is there, and can be replaced."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from consultations.analysis.telling import FLOOR
from consultations.domain.opinion_parts import Evidence, IdentityTally
from consultations.domain.outcome_parts import (
    ArchiveLine,
    LinkedItem,
    MinutesVersion,
    OpinionTotals,
    Outcome,
    OutcomeSentence,
)
from consultations.domain.record_view import Attendee, Record, Speech
from consultations.domain.session_parts import (
    AgendaLine,
    Attendance,
    BallotResult,
    IdentityCount,
    OptionResult,
)
from consultations.domain.standings import share_of
from consultations.models import StanceValue

OPENED = datetime(2026, 3, 12, 1, 30, tzinfo=UTC)  # 9:30 in Shanghai
CLOSED = OPENED + timedelta(hours=2, minutes=5)
SEALED = datetime(2026, 3, 20, 8, 0, tzinfo=UTC)
LABELS = {"resident": "居民", "member": "政协委员", "staff": "机关工作人员"}

MINUTES = (
    "<h3>柳河镇农村供水专题协商会协商纪要</h3><h4>一、会议基本情况</h4>"
    "<p><strong>时间：</strong>2026年3月12日上午。会议在柳河镇政府会议室和线上同时举行，"
    "县水务局通报了<em>二次供水改造</em>方案，随后回答提问。</p>"
    "<h4>二、主要意见</h4><ul><li>夜间水压不足<ul><li>五楼以上尤其明显</li></ul></li>"
    "<li>水质检测结果应当公开，见<a href='https://example.org/w?a=1&amp;b=2'>检测报告</a></li></ul>"
    "<h4>三、议定事项</h4><ol><li>分期改造。</li><li>每月公布水质。</li></ol>"
    "<blockquote>水管到哪里，话就说到哪里。</blockquote><p>以上。<br>记录完毕。</p>"
)


def evidence(number: int = 1, **fields: Any) -> Evidence:
    tallies = fields.pop("tallies", {"resident": (8, 1, 2), "member": (4, 0, 0)})
    by_identity = tuple(
        IdentityTally(identity, LABELS.get(identity, identity), *counts)
        for identity, counts in tallies.items()
    )
    values: dict[str, Any] = {
        "number": number,
        "kind": "suggestion",
        "kind_label": "建议",
        "text": f"第{number}条：夜间水压不够，请把二次供水泵房的水泵换成变频的，"
        "并且定期公布水质检测结果。",
        "author": "柳树下",
        "identity": "resident",
        "identity_label": "居民",
        "origin": "online",
        "origin_label": "",
        "agree": sum(tally.agree for tally in by_identity),
        "disagree": sum(tally.disagree for tally in by_identity),
        "passed": sum(tally.passed for tally in by_identity),
        "by_identity": by_identity,
    }
    values |= fields
    counts = Counter(
        {
            StanceValue.AGREE: values["agree"],
            StanceValue.DISAGREE: values["disagree"],
            StanceValue.PASS: values["passed"],
        }
    )
    values.setdefault("share", share_of(counts) if counts.total() else None)
    values.setdefault("enough", values["agree"] + values["disagree"] >= FLOOR)
    return Evidence(**values)


def sentence(position: int, text: str, *numbers: int) -> OutcomeSentence:
    cited = tuple(evidence(number) for number in numbers)
    return OutcomeSentence(position, text, CLOSED, cited)


def ballot_result(**fields: Any) -> BallotResult:
    """A yes/no ballot whose votes are known by identity; `fields` replace some."""
    members = (IdentityCount("member", "政协委员", 3),)
    values: dict[str, Any] = {
        "number": 1,
        "question": "是否同意泵房分两期改造？",
        "kind": "yes_no",
        "kind_label": "赞成、反对、弃权",
        "secrecy": "open",
        "secrecy_label": "记名",
        "opened_at": OPENED + timedelta(minutes=60),
        "closed_at": OPENED + timedelta(minutes=70),
        "how": "hand",
        "how_label": "主持人结束",
        "quorum": 4,
        "quorum_reached": True,
        "voted": 4,
        "by_identity": (IdentityCount("resident", "居民", 1), *members),
        "options": (
            OptionResult(1, "赞成", 3, members),
            OptionResult(2, "反对", 1, (IdentityCount("resident", "居民", 1),)),
            OptionResult(3, "弃权", 0, ()),
        ),
    }
    return BallotResult(**{**values, **fields})


def make_outcome(**fields: Any) -> Outcome:
    """A sealed outcome with all its parts; `fields` replace some."""
    values: dict[str, Any] = {
        "id": 7,
        "title": "柳河镇农村供水专题协商会",
        "question": "夜间水压不足怎么办？水质怎样让大家放心？",
        "kind": "thematic",
        "kind_label": "专题协商",
        "stage": "sealed",
        "stage_label": "已归档",
        "venue": "柳河镇政府会议室",
        "topic_id": 3,
        "topic": "柳河镇农村供水",
        "topic_summary": "五楼以上夜间没有水，水质检测结果看不到。",
        "starts_at": OPENED,
        "ends_at": CLOSED,
        "opened_at": OPENED,
        "closed_at": CLOSED,
        "moderators": ("赵主任",),
        "recorders": ("小陈",),
        "work_items": (
            LinkedItem(
                8, 1, "县政协2026年工作要点", 2026, 2, "聚焦民生", 6, "开展农村供水专题协商。"
            ),
        ),
        "agenda": (
            AgendaLine(
                1,
                "briefing",
                "情况通报",
                "通报改造方案",
                20,
                OPENED,
                OPENED + timedelta(minutes=25),
            ),
            AgendaLine(2, "discussion", "发言讨论", "发言讨论", 80, None, None),
        ),
        "attendance": Attendance(
            24,
            30,
            (IdentityCount("resident", "居民", 16), IdentityCount("member", "政协委员", 8)),
        ),
        "opinions": OpinionTotals(
            41,
            1,
            19,
            312,
            (("opinion", "意见", 20), ("suggestion", "建议", 21)),
            (IdentityCount("resident", "居民", 30), IdentityCount("member", "政协委员", 11)),
        ),
        "clauses": (
            sentence(1, "二次供水泵房分两期改造，第一期在汛期前完成。", 1, 7),
            sentence(2, "供水单位每月在村务公开栏和线上议事厅公布水质检测结果。", 3),
        ),
        "dissent": (sentence(1, "改造期间的临时水费由谁承担，未能一致。", 7, 12),),
        "minutes": MinutesVersion(2, MINUTES, "小陈", SEALED),
        "archive": ArchiveLine(3, "ab" * 32, "cd" * 32, "ef" * 32, 512, "key-1", SEALED, "赵主任"),
    }
    return Outcome(**{**values, **fields})


def speech(number: int = 1, **fields: Any) -> Speech:
    values: dict[str, Any] = {
        "number": number,
        "kind": "opinion",
        "kind_label": "意见",
        "text": f"第{number}条：夜间水压不够，五楼以上没有水。",
        "author": "柳树下",
        "identity": "resident",
        "identity_label": "居民",
        "origin_label": "",
        "reply_to": 0,
        "merged_into": 0,
        "step": 2,
        "at": OPENED + timedelta(minutes=30, seconds=number),
        "agree": 12,
        "disagree": 1,
        "passed": 2,
        "hidden": False,
    }
    return Speech(**{**values, **fields})


def attendee(name: str, seat: str = "participant", **fields: Any) -> Attendee:
    labels = {"moderator": "主持人", "participant": "参与人", "department": "承办单位代表"}
    values: dict[str, Any] = {
        "name": name,
        "seat": seat,
        "seat_label": labels[seat],
        "identity": "resident",
        "identity_label": "居民",
        "body": "",
        "how": "线上",
        "came_at": OPENED,
        "left_at": CLOSED,
    }
    return Attendee(**{**values, **fields})


def make_record(**fields: Any) -> Record:
    """Speeches of each kind, and people of each identity, one of whom did not come."""
    member = {"identity": "member", "identity_label": "政协委员"}
    office = {"identity": "department", "identity_label": "承办单位", "body": "县供水公司"}
    values: dict[str, Any] = {
        "speeches": (
            speech(1, step=0),
            speech(2, kind="suggestion", kind_label="建议", text="请每月公布水质。", agree=20),
            speech(3, kind="question", kind_label="提问", text="什么时候动工？"),
            speech(4, kind="reply", kind_label="回复", text="五月动工。", reply_to=3),
            speech(5, text="", hidden=True),
        ),
        "attendees": (
            attendee("赵主任", "moderator", **member, body="教育界", how="现场签到台"),
            attendee("林工", "department", **office),
            attendee("王委员", **member, body="经济界"),
            attendee("柳树下", body="柳河镇"),
            attendee("没来的人", how="", came_at=None, left_at=None),
        ),
    }
    return Record(**{**values, **fields})
