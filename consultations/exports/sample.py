"""An invented consultation, for looking at a template before it is used."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from consultations.domain.opinion_parts import Evidence, IdentityTally
from consultations.domain.outcome_parts import (
    LinkedItem,
    MinutesVersion,
    OpinionTotals,
    Outcome,
    OutcomeSentence,
)
from consultations.domain.record_view import Attendee, Record, Speech
from consultations.domain.session_parts import AgendaLine, Attendance, IdentityCount
from consultations.domain.standings import share_of
from consultations.exports.dossier import Paper
from consultations.models import PaperKind, StanceValue

_OPENED = datetime(2026, 3, 12, 1, 30, tzinfo=UTC)
_CLOSED = _OPENED + timedelta(hours=2)
_SAID = (
    (
        "opinion",
        "意见",
        "柳树下",
        "resident",
        "居民",
        "五楼以上夜里没有水，老人要下楼提水。",
        14,
        0,
    ),
    (
        "opinion",
        "意见",
        "王建国",
        "member",
        "政协委员",
        "水质检测结果看不到，大家心里没底。",
        11,
        1,
    ),
    (
        "suggestion",
        "建议",
        "李秀兰",
        "member",
        "政协委员",
        "泵房分两期改造，先改最老的三个小区。",
        17,
        2,
    ),
    ("suggestion", "建议", "何师傅", "resident", "居民", "每月把水质检测结果贴在公开栏里。", 19, 0),
)
_SEATED = (
    ("赵明", "moderator", "主持人", "member", "政协委员", "教育"),
    ("陈静", "recorder", "记录员", "staff", "机关工作人员", ""),
    ("林工", "department", "承办单位代表", "department", "承办单位", "县供水公司"),
    ("王建国", "participant", "参与人", "member", "政协委员", "经济"),
    ("李秀兰", "participant", "参与人", "member", "政协委员", "医药卫生"),
    ("柳树下", "participant", "参与人", "resident", "居民", "望河镇"),
    ("何师傅", "participant", "参与人", "resident", "居民", "望河镇"),
)
_MINUTES = (
    "<h3>老旧小区供水专题协商会协商纪要</h3><h4>一、会议基本情况</h4>"
    "<p>县供水公司通报了二次供水改造的初步方案，与会人员提问并发表意见。</p>"
    "<h4>二、主要意见</h4><ul><li>夜间水压不足，五楼以上尤其明显。</li>"
    "<li>水质检测结果应当公开。</li></ul>"
    "<h4>三、议定事项</h4><ol><li>泵房分两期改造。</li><li>每月公布水质检测结果。</li></ol>"
)


def sample_paper(kind: PaperKind) -> Paper:
    return Paper(
        kind=kind,
        number=f"{kind.label}〔2026〕1号",
        issued_at=_CLOSED,
        addressee="县委、县政府",
        copies="各乡镇，县直有关部门",
    )


def sample_record() -> Record:
    return Record(
        speeches=tuple(
            Speech(
                number=number,
                kind=kind,
                kind_label=label,
                text=text,
                author=author,
                identity=identity,
                identity_label=identity_label,
                origin_label="",
                reply_to=0,
                merged_into=0,
                step=2,
                at=_OPENED + timedelta(minutes=30 + number),
                agree=agree,
                disagree=disagree,
                passed=1,
                hidden=False,
            )
            for number, (kind, label, author, identity, identity_label, text, agree, disagree) in (
                enumerate(_SAID, start=1)
            )
        ),
        attendees=tuple(Attendee(*seated, "现场签到台", _OPENED, _CLOSED) for seated in _SEATED),
    )


def _evidence(number: int) -> Evidence:
    kind, label, author, identity, identity_label, text, agree, disagree = _SAID[number - 1]
    tally = IdentityTally("resident", "居民", agree, disagree, 1)
    return Evidence(
        *(number, kind, label, text, author, identity, identity_label),
        *(agree, disagree, 1),
        origin="online",
        origin_label="",
        by_identity=(tally,),
        enough=True,
        share=share_of(
            Counter(
                {
                    StanceValue.AGREE: agree,
                    StanceValue.DISAGREE: disagree,
                    StanceValue.PASS: 1,
                }
            )
        ),
    )


def _sentence(position: int, text: str, *numbers: int) -> OutcomeSentence:
    return OutcomeSentence(position, text, _CLOSED, tuple(map(_evidence, numbers)))


def sample_outcome() -> Outcome:
    shares = (IdentityCount("resident", "居民", 2), IdentityCount("member", "政协委员", 3))
    return Outcome(
        id=0,
        title="老旧小区供水专题协商会",
        question="夜间水压不足怎么办？水质怎样让大家放心？",
        kind="thematic",
        kind_label="专题协商",
        stage="review",
        stage_label="公示确认",
        venue="县政协二楼协商议事厅",
        topic_id=0,
        topic="老旧小区二次供水改造",
        topic_summary="五楼以上夜间没有水，水质检测结果看不到。",
        starts_at=_OPENED,
        ends_at=_CLOSED,
        opened_at=_OPENED,
        closed_at=_CLOSED,
        moderators=("赵明",),
        recorders=("陈静",),
        work_items=(
            LinkedItem(0, 0, "2026年工作要点", 2026, 2, "聚焦民生", 6, "开展供水专题协商"),
        ),
        agenda=(
            AgendaLine(1, "briefing", "情况通报", "通报改造方案", 25, _OPENED, _OPENED),
            AgendaLine(2, "discussion", "发言讨论", "发言讨论", 80, _OPENED, _CLOSED),
        ),
        attendance=Attendance(7, 9, shares),
        opinions=OpinionTotals(
            4, 0, 4, 65, (("opinion", "意见", 2), ("suggestion", "建议", 2)), shares
        ),
        clauses=(
            _sentence(1, "二次供水泵房分两期改造，第一期在汛期前完成。", 1, 3),
            _sentence(2, "供水单位每月公布水质检测结果。", 2, 4),
        ),
        dissent=(_sentence(1, "改造期间的临时水费由谁承担，未能一致。", 3),),
        minutes=MinutesVersion(1, _MINUTES, "陈静", _CLOSED),
        archive=None,
    )
