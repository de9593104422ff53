"""The process of a consultation as its log has it: what was done when, without what was said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from consultations.domain.queries.consultation import PUBLISHED, find_consultation
from consultations.domain.record_words import Names, about, words_of
from consultations.domain.speaking_list import SUBJECT
from consultations.models import (
    EVERYONE,
    AnswerRequest,
    Consultation,
    Opinion,
    RoomEvent,
    SpeakingTurn,
    only,
)
from hall.errors import Code, Refusal
from members.access import Visitor, allowed, require
from members.models import Person
from members.roles import Permission

PAGE = 100
_SAID = frozenset({"opinion.posted", "opinion.held", "opinion.approved"})


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One event. `by` is who did it, "" where the words say so themselves.

    `number` is the opinion that it is about, 0 for none; `private` says that not everyone reads it.
    """

    seq: int
    at: datetime
    by: str
    words: str
    number: int
    private: bool


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A page of the log; `earlier` and `later` are the numbers to go on from, 0 for none.

    `head` is the number of the latest event, whoever may read it.
    """

    consultation: Consultation
    lines: tuple[RecordLine, ...]
    earlier: int
    later: int
    head: int


def record_page(visitor: Visitor, consultation_id: int, seq: int) -> RecordPage:
    """The hundred events among which `seq` is, as far as they are for the visitor.

    Moderators read all, others what is everyone's and what is theirs. Up to seven queries beside
    the permissions'.

    Raises:
        Refusal: `not_found`, `sign_in`, `forbidden`, as for the room until the outcome is public.
    """
    found = find_consultation(visitor, consultation_id)
    if found.stage not in PUBLISHED:
        require(visitor, Permission.ROOM_ENTER, found)
    events = RoomEvent.objects.filter(consultation=found)
    head = events.order_by("-seq").values_list("seq", flat=True).first() or 0
    if not 1 <= seq <= max(head, 1):
        raise Refusal(Code.NOT_FOUND)
    first = (seq - 1) // PAGE * PAGE + 1
    shown = events.filter(_readable(visitor, found), seq__gte=first, seq__lt=first + PAGE)
    rows = list(shown.select_related("by", "erasure__opinion").order_by("seq"))
    names = _names(found, rows)
    later = first + PAGE if first + PAGE <= head else 0
    lines = tuple(_line(event, names) for event in rows)
    return RecordPage(found, lines, max(first - PAGE, 0), later, head)


def _readable(visitor: Visitor, consultation: Consultation) -> Q:
    if allowed(visitor, Permission.OPINION_MODERATE, consultation):
        return Q()
    own = {only(visitor.pk)} if isinstance(visitor, Person) else set()
    return Q(audience__in={EVERYONE, *own})


def _line(event: RoomEvent, names: Names) -> RecordLine:
    private = event.audience != EVERYONE
    if event.erasure is not None:
        erased = event.erasure.opinion
        said = {"opinion": names.opinion(erased.number, erased.kind)}
        words = _tombstone(event.type) % said
        return RecordLine(event.seq, event.at, "", words, erased.number, private)
    body: dict[str, Any] = event.body or {}
    alias = event.by.alias if event.by else ""
    itself = "person" in body and body["person"]["id"] == event.by_id
    if event.type == SUBJECT:
        itself = names.hands.get(body["number"]) == alias
    words = words_of(event.type, body, by=alias, names=names, itself=itself)
    # What was said is its author's, whoever entered it or let it through.
    by = body["author"]["name"] if event.type in _SAID else "" if itself else alias
    return RecordLine(event.seq, event.at, by, words, about(event.type, body, names), private)


def _tombstone(kind: str) -> str:
    if kind == "minutes.objected":
        return _("一项异议的记录，引用了%(opinion)s，正文已依法删除")
    if kind == "minutes.answered":
        return _("一项异议答复的记录，引用了%(opinion)s，正文已依法删除")
    if kind == SUBJECT:
        return _("举手想说的事的记录，引用了%(opinion)s，正文已依法删除")
    return _("%(opinion)s 的记录，正文已依法删除")


def _names(consultation: Consultation, events: Iterable[RoomEvent]) -> Names:
    """The names that these events need. Up to three queries."""
    bodies = [(event.type, event.body) for event in events if event.body is not None]
    hands = {body["number"] for kind, body in bodies if kind.startswith(("hand.", "speech."))}
    asked = {body["number"] for kind, body in bodies if kind.startswith("answer.")}
    requests = {
        number: (opinion, department)
        for number, opinion, department in AnswerRequest.objects.filter(
            consultation=consultation, number__in=asked
        ).values_list("number", "opinion__number", "department__name")
    }
    opinions = {opinion for opinion, _department in requests.values()}
    for kind, body in bodies:
        opinions |= {body[key] for key in ("reply_to", "into", "opinion") if body.get(key)}
        opinions |= {body["number"]} if kind.startswith("opinion.") else set()
        opinions |= set(body["evidence"]) if "evidence" in body else set()
    kinds = Opinion.objects.filter(consultation=consultation, number__in=opinions)
    turns = SpeakingTurn.objects.filter(consultation=consultation, number__in=hands)
    return Names(
        kinds=dict(kinds.values_list("number", "kind")),
        hands=dict(turns.values_list("number", "person__alias")),
        requests=requests,
    )
