"""社情民意信息: one matter, one report: what people say, where they stand, what they advise."""

from collections.abc import Iterator

from consultations.exports.blocks import Block, Document, Paragraph, Run, plain
from consultations.exports.dossier import Dossier
from consultations.exports.papers.parts import (
    Headings,
    addressee,
    most_weighed,
    paper,
    sentence_items,
    speech_items,
)
from consultations.exports.words import day, one_line
from consultations.models import OpinionKind
from hall.plaintext import quoted

BANNER = "社情民意信息"
_HELD = {"community": "开展“有事好商量”协商", "lecture": "举办委员讲堂"}


def opinion_report(dossier: Dossier) -> Document:
    """Facts, where people differ, advice; what nobody said is not there."""
    return paper(
        dossier,
        title=(f"关于{one_line(dossier.outcome.topic)}的", "意见和建议"),
        blocks=tuple(_blocks(dossier)),
        banner=BANNER,
        imprint=True,
    )


def _blocks(dossier: Dossier) -> Iterator[Block]:
    found, speeches = dossier.outcome, dossier.record.speeches
    head = Headings()
    yield from addressee(dossier)
    yield from _source(dossier)
    facts = most_weighed(speeches, OpinionKind.OPINION, OpinionKind.QUESTION)
    yield head("反映的主要情况")
    if found.topic_summary:
        yield Paragraph(plain(one_line(found.topic_summary)))
    if facts:
        yield from speech_items(facts)
    elif not found.topic_summary:
        yield Paragraph(plain("（没有反映情况的意见。）"))
    if found.dissent:
        yield head("各方看法的分歧")
        yield from sentence_items(found.dissent)
    advice = most_weighed(speeches, OpinionKind.SUGGESTION)
    if found.clauses or advice:
        yield head("有关建议")
        if found.clauses:
            yield Paragraph((Run("协商形成共识的建议：", strong=True),), keep=True)
            yield from sentence_items(found.clauses)
        if advice:
            yield Paragraph((Run("群众和委员提出的建议：", strong=True),), keep=True)
            yield from speech_items(advice)


def _source(dossier: Dossier) -> Iterator[Block]:
    found = dossier.outcome
    when = day(found.opened_at or found.starts_at)
    said = found.opinions
    held = _HELD.get(found.kind, f"开展{found.kind_label}")
    text = f"{when}，{dossier.committee}就{quoted(one_line(found.topic))}{held}"
    if said.total:
        text += f"，{said.authors}人发表意见{said.total}条，表态{said.stances}次"
    yield Paragraph(plain(f"{text}。现将有关情况整理如下。"))
