"""更正: what was entered at the desk, put right; the earlier wording stays readable."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from consultations.archiving.canonical import timestamp
from consultations.domain.events import advance, record
from consultations.domain.search import forget_opinion, index_opinions
from consultations.domain.stages import Act, require_stage
from consultations.models import (
    Consultation,
    Opinion,
    OpinionCorrection,
    OpinionState,
    Origin,
    RoomEvent,
)
from hall.errors import Code, Refusal
from hall.plaintext import plain_text
from members.access import require
from members.models import Person
from members.roles import Permission

MAX_LENGTH = 1000

Told = list[dict[str, Any]]


@transaction.atomic
def correct_opinion(
    consultation: Consultation,
    *,
    number: int,
    text: str,
    key: UUID,
    by: Person,
    expected: str | None = None,
) -> RoomEvent | None:
    """Put right what the desk has entered; logged as `opinion.corrected` with both wordings.

    `expected` is the wording that whoever corrects has before them. None where this very correction
    was made already, whatever has come to pass since, the seal included, or nothing would change.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`, `empty`, `too_long`; `not_found` without
            such an opinion; `wrong_state` where it was not entered at the desk, is hidden, or
            reads otherwise than `expected`: someone else has put it right meanwhile.
    """
    require(by, Permission.DESK_KEEP, consultation)
    text = plain_text(text, max_length=MAX_LENGTH)
    made = OpinionCorrection.objects.filter(
        opinion__consultation=consultation, opinion__number=number, key=key
    )
    if made.exists():  # before the turn: a sealed log gives none
        return None
    turn = advance(consultation.pk)
    if made.exists():
        transaction.set_rollback(True)
        return None
    opinion = Opinion.objects.filter(consultation=consultation, number=number).first()
    consultation.refresh_from_db(fields=["stage"])
    require_stage(consultation, Act.DESK)
    if opinion is None:
        sentence = _("没有第 %(number)s 号意见。")
        raise Refusal(Code.NOT_FOUND, sentence % {"number": number})
    if opinion.origin != Origin.DESK or opinion.state != OpinionState.VISIBLE:
        raise Refusal(Code.WRONG_STATE, _("只能更正现场代录的、没有隐藏的意见。"))
    if opinion.text == text:
        transaction.set_rollback(True)
        return None
    if expected is not None and opinion.text != plain_text(expected, max_length=MAX_LENGTH):
        raise Refusal(Code.WRONG_STATE, _("这一条刚被别人更正过，请看过新内容再改。"))
    earlier, opinion.text = opinion.text, text
    opinion.save(update_fields=["text"])
    OpinionCorrection.objects.create(opinion=opinion, key=key, earlier=earlier, by=by, at=turn.at)
    forget_opinion(opinion)
    index_opinions(consultation, [opinion])
    body = {"number": number, "text": text, "earlier": earlier, "corrected_by": by.alias}
    return record(consultation.pk, "opinion.corrected", body, by=by, turn=turn)


def corrections_of(consultation: Consultation, numbers: Iterable[int]) -> dict[int, Told]:
    """The corrections of these opinions by number: `[{earlier, by, at}]` each. One query."""
    rows = OpinionCorrection.objects.filter(
        opinion__consultation=consultation, opinion__number__in=list(numbers)
    ).order_by("pk")
    found: dict[int, Told] = defaultdict(list)
    for number, earlier, alias, at in rows.values_list(
        "opinion__number", "earlier", "by__alias", "at"
    ):
        found[number].append({"earlier": earlier, "by": alias, "at": timestamp(at)})
    return dict(found)


def corrected_at(opinions: Iterable[Opinion]) -> dict[int, datetime]:
    """When those of these opinions that can be read were put right last, by primary key. One query,
    none where nothing was entered at the desk."""
    entered = [
        opinion.pk
        for opinion in opinions
        if opinion.origin == Origin.DESK and opinion.state == OpinionState.VISIBLE
    ]
    if not entered:
        return {}
    rows = OpinionCorrection.objects.filter(opinion__in=entered).order_by()
    return dict(rows.values_list("opinion_id").annotate(last=Max("at")))


def told_with(opinion: Opinion) -> dict[str, Told]:
    """`{corrections}` for an event that brings the opinion's text back; {} without any."""
    if opinion.origin != Origin.DESK:
        return {}
    told = corrections_of(opinion.consultation, [opinion.number]).get(opinion.number)
    return {"corrections": told} if told else {}
