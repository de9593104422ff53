"""The dossier: all that the documents of one consultation need, in one frozen value."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings

from consultations.domain.map_view import Share
from consultations.domain.opinion_parts import Evidence, MergedOpinion, SaidOpinion
from consultations.domain.outcome_parts import LinkedItem, Outcome, OutcomeSentence
from consultations.domain.record_view import Record, Speech
from consultations.domain.session_parts import AgendaLine, BallotResult, IdentityCount, OptionResult
from consultations.domain.standings import SideShare
from consultations.exports.blocks import Block
from consultations.exports.richtext import read_rich_text
from consultations.exports.words import clean, cleaned, clock, day, one_line, span
from consultations.models import PaperKind
from hall.plaintext import quoted

DOCUMENTS_ARE_IN = "zh-hans"  # whatever language the person who asks reads
_HIDDEN = "（该意见已由主持人隐藏）"
FEW = "表态不足9人"
FEW_VOICES = "所依据的意见表态均不足9人"


@dataclass(frozen=True, slots=True)
class CitedOpinion:
    """An opinion that the outcome rests on, and what rests on it ("共识1", "分歧2")."""

    name: str
    text: str
    author: str
    opinion: Evidence
    cited_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """Which document a dossier is opened for: its number, whom it goes to. "" where there is none.

    `issued_at` is when the number was given, which is what the document is dated by.
    """

    kind: PaperKind = PaperKind.CONSENSUS
    number: str = ""
    issued_at: datetime | None = None
    addressee: str = ""
    copies: str = ""


@dataclass(frozen=True, slots=True)
class Dossier:
    """A consultation for documents: texts are clean and in Chinese, times are written out.

    `outcome` is the same as data, and `record` what was said and who was there; it is empty where
    the document needs none of it. `facts` are (label, text) in the order to be printed, without
    empty ones; a list has a line for each entry. `dated` is when the document was numbered, else
    when the consultation was sealed, else closed, else when it is to end: documents made twice
    from the same state are the same. `status` is "" once it is sealed.
    """

    committee: str
    hall: str
    title: str
    status: str
    date: str
    dated: datetime
    facts: tuple[tuple[str, str], ...]
    attendance: tuple[str, ...]
    outcome: Outcome
    opinions: tuple[CitedOpinion, ...]
    minutes: tuple[Block, ...]
    archive: str
    record: Record
    paper: Paper


def make_dossier(
    outcome: Outcome,
    *,
    record: Record | None = None,
    paper: Paper | None = None,
) -> Dossier:
    """The dossier of `outcome`, issued by the installation's committee."""
    found: Outcome = cleaned(outcome)
    hall = clean(settings.HALL_NAME)
    issued: Paper = cleaned(paper or Paper())
    dated = _dated(found, issued)
    return Dossier(
        committee=clean(settings.HALL_COMMITTEE),
        hall=hall,
        title=found.title,
        status="" if found.archive else f"{found.stage_label}阶段，尚未归档",
        date=day(dated),
        dated=dated,
        facts=tuple((label, text) for label, text in _facts(found, hall) if text),
        attendance=tuple(_attendance(found)),
        outcome=found,
        opinions=_cited(found),
        minutes=read_rich_text(found.minutes.body) if found.minutes else (),
        archive=_archive(found),
        record=cleaned(record or Record()),
        paper=issued,
    )


def opened_for(dossier: Dossier, paper: Paper, record: Record) -> Dossier:
    """The same consultation for another document: what is costly to make is made once.

    `record` is that of a dossier, or an empty one: its texts are clean.
    """
    issued: Paper = cleaned(paper)
    dated = _dated(dossier.outcome, issued)
    return replace(dossier, paper=issued, record=record, dated=dated, date=day(dated))


def _dated(found: Outcome, issued: Paper) -> datetime:
    if issued.issued_at:
        return issued.issued_at
    if found.archive:
        return found.archive.sealed_at
    return found.closed_at or found.ends_at


def opinion_name(opinion: Evidence) -> str:
    return f"{opinion.kind_label}{opinion.number}"


def unseen(opinion: Evidence | Speech) -> str:
    """Instead of the text of an opinion that has none to be read."""
    return f"（已依法删除，依据：{opinion.erased}）" if opinion.erased else _HIDDEN


def corrected_words(opinion: SaidOpinion) -> str:
    """When the desk put right what it had entered, the last time; "" where it never did."""
    at = opinion.corrected_at
    return f"{day(at)}{clock(at)}更正" if at else ""


def _facts(found: Outcome, hall: str) -> list[tuple[str, str]]:
    happened = found.opened_at and found.closed_at
    times = span(found.opened_at or found.starts_at, found.closed_at or found.ends_at)
    return [
        ("议题", found.topic),
        ("议题说明", found.topic_summary),
        ("协商事项", found.question),
        ("协商形式", found.kind_label),
        ("协商时间" if happened else "预定时间", times),
        ("协商地点", f"{hall}、{found.venue}" if found.venue else hall),
        ("主持人", "、".join(found.moderators)),
        ("记录员", "、".join(found.recorders)),
        ("对应工作要点", "\n".join(item_name(item) for item in found.work_items)),
        ("议程", "\n".join(_agenda_line(line) for line in found.agenda)),
    ]


def item_name(item: LinkedItem) -> str:
    title = item.title.rstrip("。")
    return f"《{item.plan_title}》第{item.number}条{quoted(title)}"


def _agenda_line(line: AgendaLine) -> str:
    kind = "" if line.kind_label == line.title else f"{line.kind_label}，"
    return f"{line.position}.{line.title}（{kind}{agenda_time(line)}）"


def agenda_time(line: AgendaLine) -> str:
    if line.started_at is None:
        return f"计划{line.minutes}分钟"
    if line.ended_at is None:
        return f"{clock(line.started_at)}开始"
    return f"{clock(line.started_at)}至{clock(line.ended_at)}"


def _attendance(found: Outcome) -> list[str]:
    present, said = found.attendance, found.opinions
    if not present.total:
        return ["没有出席记录。"]
    ways = "、".join(f"{label}{count}人" for label, count in present.by_way)
    sentences = [
        f"共有席位{present.seated}个，实际出席{present.total}人{f'（{ways}）' if ways else ''}，"
        f"其中{_shares(present.by_identity, '人')}。"
    ]
    if said.total:
        kinds = "、".join(f"{label}{count}条" for _kind, label, count in said.by_kind)
        sentences.append(
            f"{said.authors}人发表意见{said.total}条（{kinds}；按身份分："
            f"{_shares(said.by_identity, '条')}），收到表态{said.stances}次。"
        )
    else:
        sentences.append("会上没有人发表意见。")
    return sentences


def _shares(counts: tuple[IdentityCount, ...], unit: str) -> str:
    return "、".join(f"{row.label}{row.count}{unit}" for row in counts)


def ballot_rules(ballot: BallotResult) -> str:
    """How it was voted, when, and by how many; or why it is void: one or two sentences."""
    began = f"{ballot.secrecy_label}表决，{ballot.kind_label}，"
    began += f"{span(ballot.opened_at, ballot.closed_at)}，{ballot.how_label}。"
    if ballot.void_reason:
        return f"{began}{one_line(ballot.void_words)}"
    hands = f"{ballot.hands}人" * bool(ballot.hands)
    shares = _with_hands(_shares(ballot.by_identity, "人"), hands)
    shares = f"（{shares}）" if shares else ""
    return f"{began}{ballot.voted}人投票{shares}{ballot.quorum_words}。"


def option_split(option: OptionResult) -> str:
    """An option's votes by identity, and its hands; "" where it was secret or there was none."""
    hands = f"{option.hands}票" * bool(option.hands)
    return _with_hands(_shares(option.by_identity, "票"), hands)


def _with_hands(shares: str, hands: str) -> str:
    return "、".join(part for part in (shares, f"现场举手{hands}" if hands else "") if part)


def _cited(found: Outcome) -> tuple[CitedOpinion, ...]:
    """Every opinion once, by number, with all that cites it."""
    opinions: dict[int, Evidence] = {}
    citing: dict[int, list[str]] = {}
    for word, sentences in (("共识", found.clauses), ("分歧", found.dissent)):
        for at, sentence in enumerate(sentences, start=1):
            for opinion in sentence.evidence:
                opinions[opinion.number] = opinion
                citing.setdefault(opinion.number, []).append(f"{word}{at}")
    return tuple(
        CitedOpinion(
            name=opinion_name(opinions[number]),
            text=opinions[number].text or unseen(opinions[number]),
            author=_author(opinions[number]),
            opinion=opinions[number],
            cited_by=tuple(citing[number]),
        )
        for number in sorted(opinions)
    )


def _author(opinion: Evidence) -> str:
    labels = (opinion.identity_label, opinion.origin_label, corrected_words(opinion))
    said = "，".join(filter(None, labels))
    return f"{opinion.author}（{said}）" if said else opinion.author


def _archive(found: Outcome) -> str:
    if found.archive is None:
        return ""
    return (
        f"本场协商会于{day(found.archive.sealed_at)}归档，归档号{found.archive.number}，"
        f"共{found.archive.event_count}条记录，归档摘要（SHA-256）{found.archive.digest}"
    )


def sentence_numbers(sentence: OutcomeSentence) -> str:
    """The opinions by name, and whether few stand behind them."""
    names = "、".join(opinion_name(opinion) for opinion in sentence.evidence)
    return f"{names}（{FEW_VOICES}）" if sentence.few_voices else names


def share_words(share: Share) -> str:
    """The greater side's share with its interval."""
    side = "赞成" if share.stance == "agree" else "不赞成"
    return f"{side}占{share.percent}%，95%区间{share.low}%至{share.high}%"


def support(opinion: Evidence) -> str:
    """All of who stands where on an opinion, in one line: share, floor, groups, what was merged."""
    parts = [f"赞成{opinion.agree}、不赞成{opinion.disagree}、说不好{opinion.passed}"]
    if opinion.share is not None:
        parts.append(share_words(opinion.share))
        parts += [FEW] * (not opinion.enough)
    parts += [group_words(side) for side in opinion.groups]
    parts += [merged_words(one) for one in opinion.merged]
    return "；".join(parts)


def group_words(side: SideShare) -> str:
    against = "，反对" if side.against else ""
    return f"{side.name}{share_words(side.share)}{against}"


def merged_words(one: MergedOpinion) -> str:
    """A merged opinion with its author, and its own stances beside the others."""
    corrected = f"，{corrected_words(one)}" * bool(one.corrected_at)
    return (
        f"并入{one.kind_label}{one.number}，{one_line(one.author)}（{one.identity_label}）提出，"
        f"另计赞成{one.agree}、不赞成{one.disagree}、说不好{one.passed}{corrected}"
    )
