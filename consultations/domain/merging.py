"""附议、合并: similar opinions become one, every author still credited; and apart again.

A merged opinion stays what it is: its number, text, replies and stances stay with it, it only takes
no more stances, and stands in no ranking. A stance belongs to the words that it was taken on, so
none moves to the opinion that others were merged into: who agreed with one wording is not counted
for another that they may not have read. That also makes a merge reversible without a trace.
"""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from consultations.analysis.similar import Group, similar_groups
from consultations.domain.events import Advanced, advance, record
from consultations.domain.posting_batch import no_such_opinion
from consultations.domain.seats import card_of
from consultations.domain.stages import Act, require_stage
from consultations.models import Consultation, Opinion, OpinionState, RoomEvent
from hall.errors import Code, Refusal
from members.access import require
from members.models import Person
from members.roles import Permission

MAX_AT_ONCE = 50
MOST_GROUPS = 50


@transaction.atomic
def merge_opinions(
    consultation: Consultation, *, numbers: Sequence[int], into: int, by: Person
) -> list[RoomEvent]:
    """Merge these opinions into another one; one event each, for everyone.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`, `not_found`, `empty`, `too_many`;
            `wrong_state` for what is hidden, held or a reply, has others merged into it, or is
            merged itself.
    """
    turn: Advanced | None = _to_moderate(consultation, by)
    wanted = sorted(set(numbers) - {into})
    if not 0 < len(wanted) <= MAX_AT_ONCE:
        sentence = _("一次可以合并 1 到 %(most)s 条。") % {"most": MAX_AT_ONCE}
        raise Refusal(Code.TOO_MANY if wanted else Code.EMPTY, sentence, field="numbers")
    found = _found(consultation, [*wanted, into])
    target = found[into]
    _require_whole(target)
    events = []
    for number in wanted:
        opinion = found[number]
        _require_whole(opinion)
        if opinion.merged.exists():
            sentence = _("第 %(number)s 号里已经合并了别的意见，请先拆开，或者把别的并入它。")
            raise Refusal(Code.WRONG_STATE, sentence % {"number": number})
        opinion.merged_into = target
        opinion.save(update_fields=["merged_into"])
        body = {"number": number, "into": into, "author": card_of(opinion.author)}
        turn = turn or advance(consultation.pk)
        events.append(record(consultation.pk, "opinion.merged", body, by=by, turn=turn))
        turn = None
    return events


@transaction.atomic
def unmerge_opinion(consultation: Consultation, *, number: int, by: Person) -> RoomEvent:
    """Take an opinion out of the one that it was merged into.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`, `not_found`; `wrong_state` if not merged.
    """
    turn = _to_moderate(consultation, by)
    opinion = _found(consultation, [number])[number]
    if opinion.merged_into is None:
        raise Refusal(Code.WRONG_STATE, _("这条意见没有合并。"))
    body = {"number": number, "into": opinion.merged_into.number}
    opinion.merged_into = None
    opinion.save(update_fields=["merged_into"])
    return record(consultation.pk, "opinion.unmerged", body, by=by, turn=turn)


def release_merged(
    consultation: Consultation, opinion: Opinion, *, by: Person, turn: Advanced
) -> Advanced:
    """Let those merged into this opinion stand for themselves, as it goes out of sight.

    Runs inside the verb that takes it away, with its turn; returns the verb's next. Nobody's words
    may fall silent for what somebody else has said.
    """
    for part in opinion.merged.order_by("number"):
        body = {"number": part.number, "into": opinion.number}
        part.merged_into = None
        part.save(update_fields=["merged_into"])
        record(consultation.pk, "opinion.unmerged", body, by=by, turn=turn)
        turn = advance(consultation.pk)
    return turn


def similar_opinions(consultation: Consultation, *, by: Person) -> list[Group]:
    """Groups of opinions that are likely the same, the most alike first. Three queries.

    Raises:
        Refusal: `forbidden`, `not_found`.
    """
    require(by, Permission.OPINION_MODERATE, consultation)
    rows = Opinion.objects.filter(
        consultation=consultation,
        state=OpinionState.VISIBLE,
        reply_to=None,
        merged_into=None,
    )
    return similar_groups(dict(rows.values_list("number", "text")))[:MOST_GROUPS]


def _require_whole(opinion: Opinion) -> None:
    said = {"number": opinion.number}
    if opinion.state != OpinionState.VISIBLE:
        raise Refusal(Code.WRONG_STATE, _("第 %(number)s 号没有公开，不能合并。") % said)
    if opinion.reply_to_id is not None:
        raise Refusal(Code.WRONG_STATE, _("第 %(number)s 号是回复，不能合并。") % said)
    if opinion.merged_into is not None:
        said["into"] = opinion.merged_into.number
        raise Refusal(Code.WRONG_STATE, _("第 %(number)s 号已并入第 %(into)s 号。") % said)


def _found(consultation: Consultation, numbers: Sequence[int]) -> dict[int, Opinion]:
    rows = Opinion.objects.filter(consultation=consultation, number__in=numbers)
    found = {
        opinion.number: opinion
        for opinion in rows.select_related(
            "merged_into", "author__sector", "author__department", "author__liaison_group"
        )
    }
    if missing := set(numbers) - set(found):
        raise no_such_opinion(min(missing))
    return found


def _to_moderate(consultation: Consultation, by: Person) -> Advanced:
    require(by, Permission.OPINION_MODERATE, consultation)
    turn = advance(consultation.pk)
    consultation.refresh_from_db(fields=["stage"])
    require_stage(consultation, Act.MODERATE)
    return turn
