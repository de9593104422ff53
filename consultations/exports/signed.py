"""How an outcome was confirmed and its minutes signed, as documents say it."""

from collections.abc import Iterator

from consultations.domain.outcome_parts import Outcome, OutcomeSentence
from consultations.domain.review_parts import Objection
from consultations.exports.blocks import Paragraph, Run, plain
from consultations.exports.words import day, one_line
from hall.plaintext import quoted


def confirmation(sentence: OutcomeSentence) -> Iterator[Paragraph]:
    """How many confirmed a clause, by identity, and each reservation; nothing where nobody did."""
    if not sentence.confirmed:
        return
    agree, reserved, against = sentence.confirmations
    split = "；".join(
        f"{each.label}同意{each.agree}、保留{each.reserved}、反对{each.against}"
        for each in sentence.confirmed
    )
    words = f"确认：同意{agree}人，有保留意见{reserved}人，反对{against}人（{split}）。"
    yield Paragraph((Run(words, em=True),))
    for each in sentence.reservations:
        who = f"{one_line(each.author)}（{each.identity_label}）{each.value_label}"
        yield Paragraph((Run(f"{who}：{one_line(each.reason)}", em=True),))


def sign_off(outcome: Outcome) -> Iterator[Paragraph]:
    """Who signed the minutes, and every objection with its answer; nothing where there is none."""
    if outcome.signatures:
        names = "、".join(one_line(each.name) for each in outcome.signatures)
        signed = f"签认（共{len(outcome.signatures)}人）："
        yield Paragraph((Run(signed, strong=True), Run(f"{names}。")))
    for each in outcome.objections:
        yield Paragraph((Run(f"异议{each.number}：", strong=True), Run(_objection(each))))
        yield Paragraph(plain(_answer(each)))


def _objection(each: Objection) -> str:
    return (
        f"{one_line(each.author)}（{each.identity_label}）于{day(each.at)}对第{each.version}版"
        f"{quoted(one_line(each.passage))}提出：{one_line(each.text)}"
    )


def _answer(each: Objection) -> str:
    if each.answered_at is None:
        return "尚未答复。"
    return (
        f"{one_line(each.answered_by)}于{day(each.answered_at)}答复（{each.verdict_label}）："
        f"{one_line(each.answer)}"
    )
