"""A first draft of the minutes, told from what the hall knows, each line with its source."""

from datetime import datetime

from django.utils import timezone
from django.utils.html import escape

from consultations.domain.minutes_sources import Sources, cite, sources_of
from consultations.domain.opinion_parts import Evidence
from consultations.domain.outcome_evidence import readable_evidence
from consultations.domain.outcome_parts import Outcome, OutcomeSentence
from consultations.domain.outcome_view import outcome
from consultations.domain.session_parts import BallotResult, DepartmentAnswer
from consultations.models import Consultation, OpinionKind
from hall.plaintext import quoted
from hall.richtext import clean
from hall.words import own_language

MAIN_OPINIONS = 20
_NUMERALS = "一二三四五六七八九十"


@own_language()
def draft_minutes(consultation: Consultation) -> str:
    """A first draft of the minutes in rich text, from what the hall knows. Nothing is saved.

    Title, time, place, moderator, attendance by identity, agenda with its actual times, who had
    the floor, the main opinions by number with their tallies (those most took a stance on), what
    departments answered, ballots, consensus and dissent with their evidence. Each names where it
    is from: an opinion, an item of a work plan, or events of the log by their numbers. What is not
    there yet is left out.
    """
    found = outcome(consultation)
    sources = sources_of(consultation)
    parts = [
        ("会议基本情况", _circumstances(found, sources)),
        ("议程进行情况", _agenda(found, sources)),
        ("现场发言", _turns(found, sources)),
        ("主要意见", _main_opinions(consultation, found, sources)),
        ("部门答复", _answers(found, sources)),
        ("表决情况", _ballots(found, sources)),
        ("形成的共识", _sentences(found.clauses, "本次协商尚未写入共识条款。")),
        ("存在的分歧", _sentences(found.dissent, "")),
    ]
    present = [(title, text) for title, text in parts if text]
    body = "".join(
        f"<h4>{_NUMERALS[at]}、{title}</h4>{text}" for at, (title, text) in enumerate(present)
    )
    return clean(f"<h3>{escape(found.title)}协商纪要</h3>{body}")


def _circumstances(found: Outcome, sources: Sources) -> str:
    opened = found.opened_at or found.starts_at
    closed = found.closed_at or found.ends_at
    place = f"线上协商议事厅、{found.venue}" if found.venue else "线上协商议事厅"
    rows = [
        ("议题", found.topic, sources.announced),
        ("协商事项", found.question, sources.announced),
        ("形式", found.kind_label, sources.announced),
        ("时间", _span(opened, closed), sources.live),
        ("地点", place, sources.announced),
        ("主持人", "、".join(found.moderators), sources.moderators),
        ("记录", "、".join(found.recorders), sources.recorders),
        ("出席", _attendance(found), sources.present),
        ("对应工作要点", _items(found), []),
    ]
    return "".join(
        f"<p><strong>{label}：</strong>{_sourced(escape(text), seqs)}</p>"
        for label, text, seqs in rows
        if text
    )


def _attendance(found: Outcome) -> str:
    if not found.attendance.total:
        return ""
    shares = "、".join(f"{row.label} {row.count} 人" for row in found.attendance.by_identity)
    ways = "、".join(f"{way} {count} 人" for way, count in found.attendance.by_way)
    total = f"共 {found.attendance.total} 人{f'（{ways}）' if ways else ''}"
    return f"{total}，其中{shares}。"


def _items(found: Outcome) -> str:
    return "；".join(
        f"《{item.plan_title}》第 {item.number} 条{quoted(item.title)}" for item in found.work_items
    )


def _bracketed(seqs: list[int]) -> str:
    return f"（{cite(seqs, before='')}）" if seqs else ""


def _sourced(text: str, seqs: list[int]) -> str:
    """The sources stand before the full stop."""
    stop = "。" * text.endswith("。")
    return f"{text.removesuffix('。')}{_bracketed(seqs)}{stop}"


def _agenda(found: Outcome, sources: Sources) -> str:
    lines = []
    for item in found.agenda:
        if item.started_at is None:
            time = "未进行"
        elif item.ended_at is None:
            time = f"{_clock(item.started_at)} 开始"
        else:
            time = f"{_clock(item.started_at)}至{_clock(item.ended_at)}"
        source = cite(sources.agenda.get(item.position, ()))
        kind = "" if item.kind_label == item.title else f"{item.kind_label}，"
        lines.append(f"<li>{escape(item.title)}（{kind}{time}{source}）</li>")
    return f"<ol>{''.join(lines)}</ol>" if lines else ""


def _turns(found: Outcome, sources: Sources) -> str:
    if not found.turns:
        return ""
    lines = []
    for turn in found.turns:
        subject = f"，关于{quoted(escape(' '.join(turn.subject.split())))}" if turn.subject else ""
        source = cite(sources.turns.get(turn.number, ()))
        lines.append(
            f"<li>{escape(turn.person)}（{turn.identity_label}）{subject}"
            f"（{_clock(turn.called_at)} 起，{turn.length}{source}）</li>"
        )
    people = len({turn.person for turn in found.turns})
    source = _bracketed(sources.floor)
    return f"<p>共有 {people} 人发言 {len(lines)} 次{source}：</p><ol>{''.join(lines)}</ol>"


def _main_opinions(consultation: Consultation, found: Outcome, sources: Sources) -> str:
    if not found.opinions.total:
        return ""
    kinds = "、".join(f"{label} {count} 条" for _kind, label, count in found.opinions.by_kind)
    identities = "、".join(f"{row.label} {row.count} 条" for row in found.opinions.by_identity)
    summary = (
        f"<p>共有 {found.opinions.authors} 人发表意见 {found.opinions.total} 条"
        f"（{kinds}；{identities}），收到表态 {found.opinions.stances} 次"
        f"{_bracketed(sources.stances)}。主要意见如下：</p>"
    )
    lines = "".join(f"<li>{_opinion_line(one)}</li>" for one in _most_weighed(consultation))
    return f"{summary}<ul>{lines}</ul>"


def _answers(found: Outcome, sources: Sources) -> str:
    lines = [
        f"<li>{one.kind_label} {one.opinion}：{_sentence(one.text) or '（未公开）'}"
        f"{escape(one.department)}{_answer(one)}"
        f"{_bracketed(sources.answers.get(one.number, []))}</li>"
        for one in found.answers
    ]
    return f"<ul>{''.join(lines)}</ul>" if lines else ""


def _answer(one: DepartmentAnswer) -> str:
    if not one.answer:
        return "尚未答复。"
    return f"答复（回复 {one.answer}）：{_sentence(one.answer_text) or '（未公开）'}"


def _most_weighed(consultation: Consultation) -> list[Evidence]:
    """The opinions that most people took a stance on, then the earliest, in order of number."""
    every = [one for one in readable_evidence(consultation) if one.kind != OpinionKind.REPLY]
    weighed = sorted(every, key=lambda one: (-(one.agree + one.disagree + one.passed), one.number))
    return sorted(weighed[:MAIN_OPINIONS], key=lambda one: one.number)


def _opinion_line(one: Evidence) -> str:
    origin = f"，{one.origin_label}" if one.origin_label else ""
    return (
        f"{escape(one.author)}（{one.identity_label}{origin}）提出：{_sentence(one.text)}"
        f"（{one.kind_label} {one.number}，{_tally(one)}）"
    )


def _sentence(text: str) -> str:
    """What somebody wrote, on one line, escaped and with a full stop; "" for nothing."""
    line = " ".join(text.split()).rstrip("。")
    stop = "" if not line or line.endswith(("？", "！", "?", "!", "…")) else "。"
    return escape(line) + stop


def _tally(one: Evidence) -> str:
    if not (one.agree or one.disagree or one.passed):
        return "无人表态"
    return f"赞成 {one.agree}、不赞成 {one.disagree}、说不好 {one.passed}"


def _ballots(found: Outcome, sources: Sources) -> str:
    return "".join(_ballot(one, sources.ballots.get(one.number, [])) for one in found.ballots)


def _ballot(ballot: BallotResult, seqs: list[int]) -> str:
    if ballot.void_reason:
        return (
            f"<p>表决 {ballot.number}（{ballot.secrecy_label}{cite(seqs)}）："
            f"{escape(ballot.question)}已作废。{escape(ballot.void_words)}</p>"
        )
    lines = "".join(f"<li>{escape(one.text)}：{one.count} 票</li>" for one in ballot.options)
    hands = f"，其中现场举手 {ballot.hands} 人" if ballot.hands else ""
    return (
        f"<p>表决 {ballot.number}（{ballot.secrecy_label}{cite(seqs)}）：{escape(ballot.question)}"
        f"共 {ballot.voted} 人投票{hands}{ballot.quorum_words}。</p><ul>{lines}</ul>"
    )


def _sentences(sentences: tuple[OutcomeSentence, ...], if_none: str) -> str:
    if not sentences:
        return f"<p>{if_none}</p>" if if_none else ""
    lines = []
    for sentence in sentences:
        cited = "；".join(_cited(one, sentence.text) for one in sentence.evidence)
        text = escape(" ".join(sentence.text.split()))
        lines.append(f"<li>{text}（依据：{cited}）</li>")
    return f"<ol>{''.join(lines)}</ol>"


def _cited(one: Evidence, text: str) -> str:
    """The opinion with its tally, unless the sentence tells it: a note that was registered does."""
    name = f"{one.kind_label} {one.number}"
    return name if f"意见 {one.number} 赞成" in text else f"{name}，{_tally(one)}"


def _span(start: datetime, end: datetime) -> str:
    start, end = timezone.localtime(start), timezone.localtime(end)
    last = _clock(end) if start.date() == end.date() else f"{_day(end)} {_clock(end)}"
    return f"{_day(start)} {_clock(start)}至{last}"


def _day(moment: datetime) -> str:
    return f"{moment.year}年{moment.month}月{moment.day}日"


def _clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M}"
