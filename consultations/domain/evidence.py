"""What a sentence of the outcome rests on: who stands where on it, and whether a group is against.

Few voices are no consensus: below the floor of nine people who agree or disagree an opinion is
`enough` for nothing, and an opinion group speaks from five people on. Every share has Wilson's
interval beside it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from consultations.analysis.opinion_map import SMALLEST_DESCRIBED
from consultations.analysis.proportions import wilson
from consultations.analysis.telling import FLOOR
from consultations.domain import map_words
from consultations.domain.map_view import Share
from consultations.domain.opinion_map import Kept, kept_map
from consultations.models import (
    Consultation,
    Opinion,
    OpinionState,
    Stance,
    StanceValue,
)
from hall.errors import Code, Refusal
from members.roles import Role

MAX_EVIDENCE = 100
_SHORTEST = 80  # so many characters of a note are left for what was proposed

Counts = Counter[int]  # StanceValue ↦ people


@dataclass(frozen=True, slots=True)
class SideShare:
    """The share of one side, an identity or an opinion group, under its name."""

    name: str
    share: Share
    against: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Where people stand on one opinion; `share` is None where nobody took a stance.

    `groups` are the opinion groups of which at least five took a stance. `against` tells whether
    one of them is against, or everybody together once they are `enough`.
    """

    number: int
    share: Share | None
    identities: tuple[SideShare, ...]
    groups: tuple[SideShare, ...]
    enough: bool
    against: bool

    @property
    def sides_against(self) -> tuple[SideShare, ...]:
        return tuple(side for side in self.groups if side.against)


def standings(consultation_id: int, numbers: Iterable[int]) -> dict[int, Standing]:
    """Where people stand on these opinions, by number; unknown numbers are left out. Three queries.

    The groups are those of the map as last computed, the stances are those of this moment.
    """
    wanted = set(numbers)
    known = set(
        Opinion.objects.filter(consultation=consultation_id, number__in=wanted).values_list(
            "number", flat=True
        )
    )
    stances = Stance.objects.filter(
        opinion__consultation=consultation_id, opinion__number__in=known
    )
    group_of = _groups(kept_map(consultation_id))
    identities: dict[int, dict[str, Counts]] = defaultdict(lambda: defaultdict(Counter))
    groups: dict[int, dict[str, Counts]] = defaultdict(lambda: defaultdict(Counter))
    rows = stances.values_list("opinion__number", "person_id", "identity", "value")
    for number, person_id, identity, value in rows:
        identities[number][identity][value] += 1
        if (letter := group_of.get(person_id)) is not None:
            groups[number][letter][value] += 1
    return {number: _standing(number, identities[number], groups[number]) for number in known}


def _groups(kept: Kept | None) -> dict[int, str]:
    """The letter of each person's group, of those in a group that is described."""
    if kept is None or kept.found["status"] != "ready":
        return {}
    return {
        int(person): map_words.letter_of(group)
        for person, (_x, _y, group, _stances) in kept.found["places"].items()
        if group is not None
    }


def _standing(
    number: int, identities: Mapping[str, Counts], groups: Mapping[str, Counts]
) -> Standing:
    everyone: Counts = sum(identities.values(), Counter())
    enough = everyone[StanceValue.AGREE] + everyone[StanceValue.DISAGREE] >= FLOOR
    shown = tuple(
        SideShare(_("%(letter)s 组") % {"letter": letter}, share_of(counts), _is_against(counts))
        for letter, counts in sorted(groups.items())
        if counts.total() >= SMALLEST_DESCRIBED
    )
    return Standing(
        number=number,
        share=share_of(everyone) if everyone.total() else None,
        identities=tuple(
            SideShare(str(role.label), share_of(identities[role]), against=False)
            for role in Role
            if role in identities
        ),
        groups=shown,
        enough=enough,
        against=(enough and _is_against(everyone)) or any(side.against for side in shown),
    )


def _is_against(counts: Counts) -> bool:
    """Whether so many disagree, of those who took a stance, as `HALL_GROUP_AGAINST` says."""
    return 100 * counts[StanceValue.DISAGREE] >= settings.HALL_GROUP_AGAINST * counts.total()


def share_of(counts: Counts) -> Share:
    """The greater side's share among all who took a stance; at least one did."""
    agree, disagree = counts[StanceValue.AGREE], counts[StanceValue.DISAGREE]
    more, stance = (agree, "agree") if agree >= disagree else (disagree, "disagree")
    low, high = wilson(more, counts.total())
    return Share(
        stance=stance,
        agree=agree,
        disagree=disagree,
        passed=counts[StanceValue.PASS],
        percent=round(100 * more / counts.total()),
        low=round(100 * float(low)),
        high=round(100 * float(high)),
    )


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
    sides = "；".join(_side_words(one) for one in found[:shown])
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
    groups = "、".join(
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
