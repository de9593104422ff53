"""共识清单: the consensus summary of a consultation, with its evidence and its minutes annexed."""

from collections.abc import Iterator
from dataclasses import replace

from consultations.domain.opinion_parts import Evidence
from consultations.domain.outcome_parts import OutcomeSentence
from consultations.domain.session_parts import BallotResult
from consultations.exports.blocks import (
    LONG,
    Align,
    Annex,
    Block,
    Column,
    Document,
    Heading,
    Paragraph,
    Run,
    Style,
    Table,
    plain,
)
from consultations.exports.dossier import (
    FEW,
    FEW_VOICES,
    CitedOpinion,
    Dossier,
    ballot_rules,
    merged_words,
    opinion_name,
    option_split,
    share_words,
    support,
)
from consultations.exports.signed import confirmation, sign_off
from consultations.exports.words import numeral, one_line

NAME = "共识清单"
MINUTES = "协商纪要"
BALLOTS = "表决情况"
EVIDENCE = "共识和分歧所依据的意见"
MOST_TALLIES = 30
_LONGEST_TITLE = 20  # characters of 22 pt between the margins

_EVIDENCE_COLUMNS = (
    Column("编号", 22, Align.CENTRE),
    Column("意见内容", 66),
    Column("表态人", 26, Align.CENTRE),
    Column("赞成", 12, Align.CENTRE),
    Column("不赞成", 15, Align.CENTRE),
    Column("说不好", 15, Align.CENTRE),
)


def summary(dossier: Dossier) -> Document:
    """The summary as a document: body first, then the annexes that there is something to put in."""
    title = one_line(dossier.title)
    under = dossier.status or dossier.date
    long = len(title) + len(NAME) > _LONGEST_TITLE
    return Document(
        name=f"{title}{NAME}",
        title=(title, NAME) if long else (f"{title}{NAME}",),
        subtitle="\n".join(filter(None, (dossier.paper.number, f"（{under}）"))),
        author=dossier.committee,
        subject=one_line(dossier.outcome.topic),
        dated=dossier.dated,
        blocks=tuple(_blocks(dossier)),
    )


def _blocks(dossier: Dossier) -> Iterator[Block]:
    annexes = [name for name, there in _annexes(dossier) if there]
    *body, last = _body(dossier)
    yield from body
    if annexes:
        yield last
        last = Paragraph(plain(_annex_list(annexes)), Style.ANNEXES)
    # A signature never stands alone on a page.
    yield replace(last, keep=True) if isinstance(last, Paragraph) else last
    yield Paragraph(plain(f"{dossier.committee}\n{dossier.date}"), Style.SIGNATURE)
    if dossier.archive:
        yield Paragraph(plain(dossier.archive), Style.NOTE)
    for number, name in enumerate(annexes, start=1):
        mark = f"附件{number}" if len(annexes) > 1 else "附件"
        yield from (
            _evidence_annex(dossier, mark) if name == EVIDENCE else _minutes_annex(dossier, mark)
        )


def _body(dossier: Dossier) -> Iterator[Block]:
    yield _head(1, "基本情况")
    for label, text in dossier.facts:
        yield from _paragraphs(Run(f"{label}：", strong=True), text)
    yield _head(2, "出席情况")
    for text in dossier.attendance:
        yield Paragraph(plain(text))
    number = 2
    if dossier.outcome.ballots:
        number += 1
        yield _head(number, BALLOTS)
        for ballot in dossier.outcome.ballots:
            yield from _ballot(ballot)
    yield _head(number + 1, "形成的共识")
    yield from _sentences(dossier.outcome.clauses, "本次协商没有形成共识条款。")
    yield _head(number + 2, "存在的分歧")
    yield from _sentences(dossier.outcome.dissent, "本次协商没有登记分歧。")
    if not dossier.minutes:
        yield _head(number + 3, MINUTES)
        yield Paragraph(plain("尚未形成协商纪要。"))


def _paragraphs(first: Run, text: str) -> Iterator[Paragraph]:
    """A paragraph for each line that has text; `first` begins the first of them."""
    lead: tuple[Run, ...] = (first,)
    for line in text.split("\n"):
        if line.strip():
            yield Paragraph((*lead, Run(line)))
            lead = ()
    if lead:
        yield Paragraph(lead)


def _annexes(dossier: Dossier) -> tuple[tuple[str, bool], ...]:
    return ((EVIDENCE, bool(dossier.opinions)), (MINUTES, bool(dossier.minutes)))


def _annex_list(names: list[str]) -> str:
    if len(names) == 1:
        return f"附件：{names[0]}"
    return "附件：" + "\n".join(f"{number}.{name}" for number, name in enumerate(names, start=1))


def _head(number: int, text: str) -> Heading:
    return Heading(1, plain(f"{numeral(number)}、{text}"))


def _sentences(sentences: tuple[OutcomeSentence, ...], if_none: str) -> Iterator[Block]:
    if not sentences:
        yield Paragraph(plain(if_none))
    for number, sentence in enumerate(sentences, start=1):
        yield from _paragraphs(Run(f"{number}."), sentence.text)
        cited = _cited(sentence)
        yield Paragraph((Run(f"依据：{cited or '未引用意见'}。", em=True),))
        if sentence.few_voices:
            yield Paragraph((Run(f"说明：{FEW_VOICES}，占比只供参考。", em=True),))
        yield from confirmation(sentence)


def _cited(sentence: OutcomeSentence) -> str:
    """With their tallies; where there are too many to read, by name: the annex has the tallies."""
    if len(sentence.evidence) > MOST_TALLIES:
        return "、".join(map(opinion_name, sentence.evidence))
    return "；".join(_with_tally(opinion) for opinion in sentence.evidence)


def _ballot(ballot: BallotResult) -> Iterator[Block]:
    yield from _paragraphs(Run(f"表决{ballot.number}：", strong=True), ballot.question)
    yield Paragraph(plain(ballot_rules(ballot)))
    for option in ballot.options:
        split = option_split(option)
        text = f"{one_line(option.text)}：{option.count}票" + (f"（{split}）" if split else "")
        yield Paragraph(plain(text), Style.ITEM, marker=f"{option.position}.", depth=1)


def _with_tally(opinion: Evidence) -> str:
    return f"{opinion_name(opinion)}（{support(opinion)}）"


def _evidence_annex(dossier: Dossier, mark: str) -> Iterator[Block]:
    yield Annex(mark, EVIDENCE)
    cited = dossier.opinions
    rows = tuple(map(_evidence_row, cited))
    yield Table(_EVIDENCE_COLUMNS, rows, tuple(map(_entry, cited)) if len(cited) > LONG else ())


def _entry(cited: CitedOpinion) -> tuple[str, ...]:
    opinion = cited.opinion
    tallies = "；".join(
        f"{label}：赞成{agree}、不赞成{disagree}、说不好{passed}"
        for label, agree, disagree, passed in _tallies(opinion)
    )
    head = f"{cited.name}　{one_line(cited.author)}　用于{'、'.join(cited.cited_by)}"
    return (head, *cited.text.split("\n"), tallies, *_notes(opinion))


def _tallies(opinion: Evidence) -> Iterator[tuple[str, int, int, int]]:
    """Of all, of each identity, of each opinion group that may be shown."""
    yield "合计", opinion.agree, opinion.disagree, opinion.passed
    for one in opinion.by_identity:
        yield one.label, one.agree, one.disagree, one.passed
    for side in opinion.groups:
        yield side.name, side.share.agree, side.share.disagree, side.share.passed


def _notes(opinion: Evidence) -> Iterator[str]:
    """Its share with the interval, and each opinion that was merged into it."""
    if opinion.share is not None:
        yield share_words(opinion.share) + (f"，{FEW}" if not opinion.enough else "")
    for one in opinion.merged:
        yield f"{merged_words(one)}：{one_line(one.text)}"


def _evidence_row(cited: CitedOpinion) -> tuple[tuple[str, ...], ...]:
    opinion = cited.opinion
    labels, agree, disagree, passed = zip(*_tallies(opinion), strict=True)
    return (
        (cited.name, *cited.cited_by),
        (*cited.text.split("\n"), f"——{one_line(cited.author)}", *_notes(opinion)),
        labels,
        tuple(map(str, agree)),
        tuple(map(str, disagree)),
        tuple(map(str, passed)),
    )


def _minutes_annex(dossier: Dossier, mark: str) -> Iterator[Block]:
    """The minutes under their own title, if their one highest heading comes first, else ours."""
    blocks = dossier.minutes
    highest = [block for block in blocks if isinstance(block, Heading) and block.level == 1]
    if len(highest) == 1 and blocks[0] is highest[0]:
        yield Annex(mark, one_line("".join(run.text for run in highest[0].runs)))
        for block in blocks[1:]:
            yield replace(block, level=1) if isinstance(block, Heading) else block
        yield from sign_off(dossier.outcome)
        return
    yield Annex(mark, f"{one_line(dossier.title)}{MINUTES}")
    yield from blocks
    yield from sign_off(dossier.outcome)
