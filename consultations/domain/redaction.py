"""What quotes an opinion that is erased: the minutes, and objections to them with their answers.

A short text ("同意") is a quotation only where the opinion is named, and where it stands as one:
after a colon or in quotation marks. A long one is a quotation anywhere, but where another opinion
is named, and not this one, that says the same.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from django.utils.html import escape
from django.utils.translation import gettext as _

from consultations.domain.passages import Passage, Span, cited_in, naming, passages, without
from consultations.domain.signing_off import MAX_TEXT
from consultations.models import (
    Consultation,
    Minutes,
    MinutesObjection,
    Opinion,
    OpinionCorrection,
)

_SHORT = 8  # letters: what is shorter than this people say in the same words by chance
_OPENS, _CLOSES = "：:“‘「『\"'", "。，；！？,;!?…”’」』\"'（("
_STOPS = "！？!?…"
_OBJECTION = ("passage", "text", "answer")


@dataclass(frozen=True, slots=True)
class Quotable:
    """An opinion's texts, its corrected ones too, as minutes quote them: without the last stop.

    `others` are the numbers of opinions that say the same words.
    """

    number: int
    texts: tuple[str, ...]
    others: frozenset[int] = frozenset()

    @property
    def instead(self) -> str:
        return _("〔%(number)s 号意见已依法删除〕") % {"number": self.number}

    def spans_in(self, text: str, *, about: bool = False) -> list[Span]:
        """Where `text` quotes it; `about` says that it is about the opinion without naming it."""
        cited = cited_in(text)
        named = about or self.number in cited
        if not named and cited & self.others:
            return []
        texts = [one for one in self.texts if named or len(one) >= _SHORT]
        found = [match.span() for one in texts for match in _quoted(one).finditer(text)]
        return _joined(found)

    def taken_from(self, text: str, *, about: bool = False) -> str:
        return _cut(text, self.spans_in(text, about=about), self.instead)


def quotable(opinion: Opinion) -> Quotable:
    """The texts that the opinion has and had. Two queries."""
    earlier = OpinionCorrection.objects.filter(opinion=opinion).values_list("earlier", flat=True)
    lines = {_line(text) for text in (opinion.text, *earlier)}
    texts = tuple(sorted(filter(None, lines), key=len, reverse=True))
    rest = Opinion.objects.filter(consultation=opinion.consultation_id).exclude(pk=opinion.pk)
    others = frozenset(
        number
        for number, text in rest.values_list("number", "text")
        if any(one in _line(text) for one in texts)
    )
    return Quotable(opinion.number, texts, others)


def _line(text: str) -> str:
    return " ".join(text.split()).rstrip("。")


def redact_minutes(versions: Iterable[Minutes], found: Quotable) -> None:
    """Take the opinion's texts out of these versions."""
    for minutes in versions:
        body = without(
            minutes.body, lambda passage: found.spans_in(passage.text), escape(found.instead)
        )
        if body != minutes.body:
            minutes.body = body
            minutes.save(update_fields=["body"])


def redact_objections(consultation: Consultation, found: Quotable) -> dict[str, list[int]]:
    """Take the texts out of objections and their answers, while the minutes still have them.

    The passage that an objection quotes may be a part of the quotation. Returns the numbers of
    those that were changed, by column. One query, and one for each change.
    """
    changed: dict[str, list[int]] = {column: [] for column in _OBJECTION}
    paragraphs: dict[int, Mapping[int, Passage]] = {}
    for row in consultation.objections.select_related("minutes").order_by("number"):
        if row.minutes_id not in paragraphs:
            paragraphs[row.minutes_id] = {one.number: one for one in passages(row.minutes.body)}
        paragraph = paragraphs[row.minutes_id].get(row.paragraph)
        columns = _redacted(row, paragraph, found)
        if columns:
            for column, text in columns.items():
                setattr(row, column, text)
                changed[column].append(row.number)
            row.save(update_fields=list(columns))
    return changed


def _redacted(row: MinutesObjection, paragraph: Passage | None, found: Quotable) -> dict[str, str]:
    """The columns of the objection that quote it, as they are without it."""
    about = bool(paragraph and naming([paragraph], found.number))
    passage = found.taken_from(row.passage, about=about)
    if passage == row.passage and paragraph is not None:
        passage = _part_without(row.passage, paragraph.text, found)
    texts = {
        "passage": passage,
        "text": found.taken_from(row.text, about=about),
        "answer": found.taken_from(row.answer, about=about),
    }
    changed = {name: text for name, text in texts.items() if text != getattr(row, name)}
    for name, text in changed.items():
        if name != "passage" and len(text) > MAX_TEXT:
            changed[name] = found.instead  # what stood around the quotations does not fit any more
    return changed


def _part_without(part: str, whole: str, found: Quotable) -> str:
    """`part`, words of `whole`, without what `whole` quotes there in full."""
    spans = found.spans_in(whole)
    at = whole.find(part)
    while part and at >= 0:
        inside = [(max(a - at, 0), min(b - at, len(part))) for a, b in spans]
        inside = [(a, b) for a, b in inside if a < b]
        if inside:
            return _cut(part, inside, found.instead)
        at = whole.find(part, at + 1)
    return part


def _quoted(text: str) -> re.Pattern[str]:
    """A quotation of `text`, whatever lines it is broken into."""
    words = r"\s+".join(map(re.escape, text.split()))
    if len(text) >= _SHORT:
        return re.compile(words)
    closed = "" if text[-1] in _STOPS else f"(?=[{re.escape(_CLOSES)}]|$)"
    opens = re.escape(_OPENS)
    return re.compile(f"(?:^|(?<=[{opens}])|(?<=[{opens}] )){words}{closed}")


def _joined(spans: Iterable[Span]) -> list[Span]:
    """The same in order, those that overlap as one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _cut(text: str, spans: Sequence[Span], instead: str) -> str:
    for start, end in sorted(spans, key=itemgetter(0), reverse=True):
        text = text[:start] + instead + text[end:]
    return text
