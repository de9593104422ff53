"""协商专报: what the committee tells those who decide."""

from collections.abc import Iterator

from consultations.exports.blocks import Block, Document, Paragraph, plain
from consultations.exports.dossier import Dossier, ballot_rules
from consultations.exports.papers.parts import (
    Headings,
    addressee,
    course,
    most_weighed,
    paper,
    sentence_items,
    signature,
    speech_items,
)
from consultations.exports.words import one_line
from consultations.models import OpinionKind
from hall.plaintext import quoted

BANNER = "协商专报"


def report(dossier: Dossier) -> Document:
    """Course, main opinions, what was agreed, what was not; a part without content is left out."""
    topic = one_line(dossier.outcome.topic)
    return paper(
        dossier,
        title=(f"关于{quoted(topic)}的", "协商情况报告"),
        blocks=tuple(_blocks(dossier)),
        banner=BANNER,
        imprint=True,
    )


def _blocks(dossier: Dossier) -> Iterator[Block]:
    found = dossier.outcome
    head = Headings()
    yield from addressee(dossier)
    yield head("协商基本情况")
    yield Paragraph(plain(course(dossier)))
    yield Paragraph(plain(f"协商事项：{one_line(found.question)}"))
    main = most_weighed(dossier.record.speeches, OpinionKind.OPINION, OpinionKind.SUGGESTION)
    if main:
        yield head("各方主要意见")
        yield from speech_items(main)
    if found.ballots:
        yield head("表决情况")
        for ballot in found.ballots:
            counts = "、".join(f"{one_line(o.text)}{o.count}票" for o in ballot.options)
            counts += "。" * bool(counts)
            text = f"{ballot.number}.{one_line(ballot.question)}{ballot_rules(ballot)}{counts}"
            yield Paragraph(plain(text))
    yield head("协商共识和建议")
    if found.clauses:
        yield from sentence_items(found.clauses)
    else:
        yield Paragraph(plain("本次协商没有形成共识条款。"))
    if found.dissent:
        yield head("尚存的分歧")
        yield from sentence_items(found.dissent)
    yield Paragraph(plain("以上情况，特此报告。"), keep=True)
    yield signature(dossier)
