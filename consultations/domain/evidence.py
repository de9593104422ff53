"""What a sentence of the outcome may rest on: nothing hidden, nothing that a group is against.

What is refused as a clause goes into the dissent register, in words that say who stands where.
"""

from collections.abc import Iterable, Sequence

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from consultations.analysis.disclosure import SMALLEST_DESCRIBED
from consultations.analysis.proportions import wilson
from consultations.domain.standings import Standing, by_identity, makes_against, standings
from consultations.models import Confirmed, Consultation, Opinion, OpinionState
from hall.errors import Code, Refusal

MAX_EVIDENCE = 100
_SHORTEST = 80  # so many characters of a note are left for what was proposed


def require_unopposed(consultation: Consultation, numbers: Iterable[int]) -> None:
    """Pass if no opinion group is against any of these opinions, nor most of everybody.

    Raises:
        Refusal: `opposed`, saying who is against which opinion, by how many.
    """
    for _number, standing in sorted(standings(consultation.pk, numbers).items()):
        if standing.against:
            raise Refusal(Code.OPPOSED, _opposed(standing), field="evidence")


def _opposed(standing: Standing) -> str:
    sides = standing.sides_against
    assert standing.share is not None  # noqa: S101 (somebody is against it)
    if standing.group_against and not sides:
        sentence = _(
            "有一组人多数不赞成第 %(number)s 号意见（人数少，不列数字）。"
            "有人反对的不能写成共识，可以把它登记为分歧。"
        )
        return sentence % {"number": standing.number}
    share = sides[0].share if sides else standing.share
    sentence = _(
        "%(who)s多数不赞成第 %(number)s 号意见：%(disagree)s 人不赞成，%(agree)s 人赞成"
        "（不赞成占 %(percent)s%%，95%% 区间 %(low)s%%–%(high)s%%）。"
        "有人反对的不能写成共识，可以把它登记为分歧。"
    )
    low, high = wilson(share.disagree, share.seen)
    return sentence % {
        "who": sides[0].name if sides else _("表态的人"),
        "number": standing.number,
        "disagree": share.disagree,
        "agree": share.agree,
        "percent": round(100 * share.disagree / share.seen),
        "low": round(100 * float(low)),
        "high": round(100 * float(high)),
    }


def require_clauses_unopposed(consultation: Consultation) -> None:
    """The same of every clause as it stands: stances may have come in since it was written."""
    for clause in consultation.clauses.prefetch_related("evidence"):
        try:
            require_unopposed(consultation, [opinion.number for opinion in clause.evidence.all()])
        except Refusal as refusal:
            sentence = _("共识第 %(position)s 条：%(why)s")
            why = {"position": clause.position, "why": refusal.message}
            raise Refusal(Code.OPPOSED, sentence % why) from refusal


def few_voices(consultation: Consultation) -> frozenset[int]:
    """The positions of clauses none of whose opinions has the floor. Three queries."""
    clauses = list(consultation.clauses.prefetch_related("evidence"))
    cited = {clause.position: [one.pk for one in clause.evidence.all()] for clause in clauses}
    counted = by_identity(pk for pks in cited.values() for pk in pks)
    return frozenset(
        position for position, pks in cited.items() if not any(counted[pk].enough for pk in pks)
    )


def require_few_accepted(consultation: Consultation) -> None:
    """Pass if a moderator has let every clause stand that rests on few voices.

    Raises:
        Refusal: `wrong_state`, naming those that wait for it.
    """
    open_ones = consultation.clauses.filter(few_accepted_at=None).values_list("position", flat=True)
    if waiting := sorted(few_voices(consultation) & set(open_ones)):
        sentence = _(
            "共识第 %(positions)s 条依据的意见，表明赞成或不赞成的都不到 9 人。"
            "请在成果页逐条确认“表态少，仍作为共识”，公示时会注明；或者改登记为分歧。"
        )
        raise Refusal(Code.WRONG_STATE, sentence % {"positions": "、".join(map(str, waiting))})


def require_confirmations_unopposed(consultation: Consultation) -> None:
    """Pass if no clause is refused by those who were asked to confirm it.

    Five answers are enough to speak, and the hall's threshold is the same as for opinion groups.

    Raises:
        Refusal: `opposed`, with the way back.
    """
    for position, (against, answers) in sorted(confirmations_against(consultation).items()):
        sentence = _(
            "共识第 %(position)s 条：确认的 %(answers)s 人里有 %(against)s 人反对，"
            "不能作为共识归档。请先退回“梳理共识”，改写这一条，或者把它登记为分歧，再重新公示。"
        )
        words = {"position": position, "answers": answers, "against": against}
        raise Refusal(Code.OPPOSED, sentence % words)


def confirmations_against(consultation: Consultation) -> dict[int, tuple[int, int]]:
    """The clauses that are refused in their confirmation, by position: how many are against, of
    how many answers. One query."""
    rows = (
        consultation.clauses.order_by("position")
        .annotate(
            answers=Count("confirmations"),
            against=Count("confirmations", filter=Q(confirmations__value=Confirmed.AGAINST)),
        )
        .values_list("position", "against", "answers")
    )
    return {
        position: (against, answers)
        for position, against, answers in rows
        if answers >= SMALLEST_DESCRIBED and makes_against(against, answers)
    }


def neutral_words(text: str, found: Sequence[Standing], *, most: int) -> str:
    """A dissent note of at most `most` characters: what was proposed, and who stands where.

    Where that is too long, the proposal is shortened, and the last opinions are only counted.
    """
    shown = len(found)
    while len(told := _told(found, shown)) > most - _SHORTEST and shown > 1:
        shown -= 1
    room = most - len(told) - len(_("有人提出“%(text)s”，%(told)s") % {"text": "", "told": ""})
    proposed = text.rstrip("。.！!")
    if len(proposed) > room:
        proposed = proposed[: max(room - 1, 0)] + "…"
    return _("有人提出“%(text)s”，%(told)s") % {"text": proposed, "told": told}


def _told(found: Sequence[Standing], shown: int) -> str:
    sides = _("；").join(_side_words(one) for one in found[:shown])
    if rest := len(found) - shown:
        sides += _("；另有 %(rest)s 条意见") % {"rest": rest}
    return _("对此看法不一：%(sides)s。") % {"sides": sides}


def _side_words(one: Standing) -> str:
    counts = one.share
    whole = _("意见 %(number)s 赞成 %(agree)s 人、不赞成 %(disagree)s 人、说不好 %(passed)s 人") % {
        "number": one.number,
        "agree": counts.agree if counts else 0,
        "disagree": counts.disagree if counts else 0,
        "passed": counts.passed if counts else 0,
    }
    groups = _("、").join(
        (_("%(name)s多数赞成") if side.share.stance == "agree" else _("%(name)s多数不赞成"))
        % {"name": side.name}
        for side in one.groups
    )
    return _("%(whole)s（%(groups)s）") % {"whole": whole, "groups": groups} if groups else whole


def cited_opinions(consultation: Consultation, numbers: Iterable[int]) -> list[Opinion]:
    """The opinions with these numbers, in order, each once, all of them readable by everyone.

    Raises:
        Refusal: `empty` for none, `too_many`, `not_found`, `wrong_state` for a hidden one.
    """
    wanted = sorted(set(numbers))
    if not wanted:
        sentence = _("请至少引用一条意见作为依据。")
        raise Refusal(Code.EMPTY, sentence, field="evidence")
    if len(wanted) > MAX_EVIDENCE:
        sentence = _("一条最多引用 %(most)s 条意见。") % {"most": MAX_EVIDENCE}
        raise Refusal(Code.TOO_MANY, sentence, field="evidence")
    found = {
        opinion.number: opinion
        for opinion in Opinion.objects.filter(consultation=consultation, number__in=wanted)
    }
    for number in wanted:
        if number not in found:
            sentence = _("没有第 %(number)s 号意见。") % {"number": number}
            raise Refusal(Code.NOT_FOUND, sentence, field="evidence")
        if found[number].state != OpinionState.VISIBLE:
            sentence = _("第 %(number)s 号意见已隐藏，不能引用。") % {"number": number}
            raise Refusal(Code.WRONG_STATE, sentence, field="evidence")
    return [found[number] for number in wanted]
