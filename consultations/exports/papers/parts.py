"""What several documents are made of."""

from collections.abc import Iterator

from consultations.domain.opinion_parts import Evidence, MergedOpinion
from consultations.domain.outcome_parts import OutcomeSentence
from consultations.domain.record_view import Speech
from consultations.exports.blocks import (
    Block,
    Document,
    Head,
    Heading,
    Imprint,
    Paragraph,
    Run,
    Style,
    plain,
)
from consultations.exports.dossier import (
    FEW_VOICES,
    Dossier,
    corrected_words,
    opinion_name,
    share_words,
)
from consultations.exports.words import numeral, one_line, span, stopped
from hall.plaintext import quoted

LONGEST_TITLE = 20  # characters of 22 pt between the margins
MAIN = 10
_MEETINGS = {"community": "“有事好商量”协商会议", "lecture": "委员讲堂"}


def paper(
    dossier: Dossier,
    *,
    title: tuple[str, ...],
    blocks: tuple[Block, ...],
    banner: str = "",
    imprint: bool = False,
) -> Document:
    """A document of `dossier`: with a red head where there is a `banner`.

    Without one, number and date stand below the title. A draft says so in either case.
    """
    number = dossier.paper.number
    head = None
    draft = f"（{dossier.status}）" if dossier.status else ""
    subtitle = draft
    if banner:
        head = Head(banner, number, one_line(dossier.committee), dossier.date)
    else:
        subtitle = "\n".join(filter(None, (number, draft or f"（{dossier.date}）")))
    return Document(
        name="".join(title),
        title=title,
        subtitle=subtitle,
        author=dossier.committee,
        subject=one_line(dossier.outcome.topic),
        dated=dossier.dated,
        blocks=blocks,
        head=head,
        imprint=_imprint(dossier) if imprint else None,
    )


def _imprint(dossier: Dossier) -> Imprint:
    return Imprint(dossier.paper.copies, one_line(dossier.committee), f"{dossier.date}印发")


def titled(first: str, last: str) -> tuple[str, ...]:
    """A title in one line, or in two where it is too long for one."""
    first = one_line(first)
    return (first, last) if len(first) + len(last) > LONGEST_TITLE else (first + last,)


class Headings:
    """Numbers the sections that there is something to say in: 一、二、三、"""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, text: str) -> Heading:
        self._count += 1
        return Heading(1, plain(f"{numeral(self._count)}、{text}"))


def addressee(dossier: Dossier, otherwise: str = "") -> Iterator[Block]:
    """主送机关, where it is known."""
    name = one_line(dossier.paper.addressee or otherwise).rstrip("：:")
    if name:
        yield Paragraph(plain(f"{name}："), Style.ADDRESSEE)


def signature(dossier: Dossier) -> Paragraph:
    return Paragraph(plain(f"{dossier.committee}\n{dossier.date}"), Style.SIGNATURE)


def course(dossier: Dossier) -> str:
    """In one paragraph what was held, on what, when, where, and who came."""
    found = dossier.outcome
    times = span(found.opened_at or found.starts_at, found.closed_at or found.ends_at)
    place = f"在{dossier.hall}" + (f"和{one_line(found.venue)}" if found.venue else "")
    verb = "召开" if found.opened_at else "拟召开"
    said = [
        f"{times}，{dossier.committee}围绕{quoted(one_line(found.topic))}，{place}{verb}"
        f"{_MEETINGS.get(found.kind, f'{found.kind_label}会议')}。"
    ]
    if found.moderators:
        said.append(f"会议由{'、'.join(found.moderators)}主持。")
    if found.opened_at:
        said += dossier.attendance
    return "".join(said)


def most_weighed(speeches: tuple[Speech, ...], *kinds: str) -> list[Speech]:
    """The readable ones of these kinds that most people took a stance on, by number."""
    readable = [one for one in speeches if one.kind in kinds and not one.hidden]
    ranked = sorted(
        readable, key=lambda one: (-(one.agree + one.disagree + one.passed), one.number)
    )
    return sorted(ranked[:MAIN], key=lambda one: one.number)


def speech_items(speeches: list[Speech]) -> Iterator[Block]:
    """What was said, each with its number and tally, so that it can be found again."""
    for at, one in enumerate(speeches, start=1):
        text = stopped(one_line(one.text))
        who = f"{one.author}，{one.identity_label}"
        tally = f"{one.kind_label}{one.number}，赞成{one.agree}、不赞成{one.disagree}"
        told = "；".join(filter(None, (who, tally, corrected_words(one))))
        runs = (Run(f"{at}.{text}"), Run(f"（{told}）", em=True))
        yield Paragraph(runs)


def sentence_items(sentences: tuple[OutcomeSentence, ...]) -> Iterator[Block]:
    """Clauses or notes with the opinions that they rest on."""
    for number, sentence in enumerate(sentences, start=1):
        *lines, last = [line for line in sentence.text.split("\n") if line.strip()] or [""]
        for at, line in enumerate(lines):
            yield Paragraph(plain(f"{number}.{line}" if at == 0 else line))
        lead = "" if lines else f"{number}."
        cited = _cited(sentence)
        runs = (
            (Run(lead + last), Run(f"（依据：{cited}）", em=True)) if cited else plain(lead + last)
        )
        yield Paragraph(runs)


def _cited(sentence: OutcomeSentence) -> str:
    """The opinions with their shares and who else proposed them, and whether few stand behind."""
    cited = "；".join(
        opinion_name(one) + _share(one) + _merged(one.merged) for one in sentence.evidence
    )
    return f"{cited}。{FEW_VOICES}" if sentence.few_voices else cited


def _share(opinion: Evidence) -> str:
    return f"，{share_words(opinion.share)}" if opinion.share else ""


def _merged(merged: tuple[MergedOpinion, ...]) -> str:
    names = [f"{one_line(one.author)}的{one.kind_label}{one.number}" for one in merged]
    return f"，并入{'、'.join(names)}" if names else ""
