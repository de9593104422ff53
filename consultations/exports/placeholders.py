"""What a template can ask for by name, and what the dossier answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from consultations.domain.outcome_parts import OutcomeSentence
from consultations.domain.record_view import Attendee, Speech
from consultations.exports.blocks import Document
from consultations.exports.dossier import Dossier, corrected_words, sentence_numbers, unseen
from consultations.exports.words import clock, one_line, span

BODY = "正文"
SINGLE = (
    "题目",
    "文号",
    "日期",
    "主办单位",
    "主送机关",
    "抄送",
    "名称",
    "议题",
    "协商事项",
    "协商形式",
    "协商时间",
    "协商地点",
    "主持人",
    "记录员",
    "出席情况",
    "阶段",
)
LISTS = {
    "共识": ("序号", "内容", "依据"),
    "分歧": ("序号", "内容", "依据"),
    "发言": ("编号", "时间", "发言人", "身份", "内容", "赞成", "不赞成", "说不好"),
    "人员": ("序号", "称呼", "身份", "所属", "席位", "到会时间", "到会方式"),
}
KNOWN = frozenset(
    {BODY, *SINGLE, *(f"{name}.{key}" for name, keys in LISTS.items() for key in keys)}
)


@dataclass(frozen=True, slots=True)
class Values:
    """The answers: single ones by name, lists of entries by the list's name."""

    single: Mapping[str, str]
    lists: Mapping[str, tuple[Mapping[str, str], ...]]


def values_of(dossier: Dossier, document: Document) -> Values:
    """Every name of `KNOWN` but the body; what there is not is ""."""
    found = dossier.outcome
    answers = (
        "".join(document.title),
        dossier.paper.number,
        dossier.date,
        dossier.committee,
        dossier.paper.addressee,
        dossier.paper.copies,
        one_line(dossier.title),
        found.topic,
        found.question,
        found.kind_label,
        span(found.opened_at or found.starts_at, found.closed_at or found.ends_at),
        f"{dossier.hall}、{found.venue}" if found.venue else dossier.hall,
        "、".join(found.moderators),
        "、".join(found.recorders),
        "".join(dossier.attendance),
        found.stage_label,
    )
    return Values(
        single=dict(zip(SINGLE, answers, strict=True)),
        lists={
            "共识": tuple(_sentences(found.clauses)),
            "分歧": tuple(_sentences(found.dissent)),
            "发言": tuple(map(_speech, dossier.record.speeches)),
            "人员": tuple(
                _attendee(number, one)
                for number, one in enumerate(dossier.record.attendees, start=1)
            ),
        },
    )


def _sentences(sentences: tuple[OutcomeSentence, ...]) -> Iterator[Mapping[str, str]]:
    for number, one in enumerate(sentences, start=1):
        yield {"序号": str(number), "内容": one.text, "依据": sentence_numbers(one)}


def _speech(one: Speech) -> Mapping[str, str]:
    return {
        "编号": f"{one.kind_label}{one.number}",
        "时间": clock(one.at),
        "发言人": one_line(one.author),
        "身份": one.identity_label,
        "内容": _words(one),
        "赞成": str(one.agree),
        "不赞成": str(one.disagree),
        "说不好": str(one.passed),
    }


def _words(one: Speech) -> str:
    if one.hidden:
        return unseen(one)
    return one.text + f"（{corrected_words(one)}）" * bool(one.corrected_at)


def _attendee(number: int, one: Attendee) -> Mapping[str, str]:
    return {
        "序号": str(number),
        "称呼": one_line(one.name),
        "身份": one.identity_label,
        "所属": one_line(one.body),
        "席位": one.seat_label,
        "到会时间": clock(one.came_at) if one.came_at else "未到会",
        "到会方式": one.how,
    }
