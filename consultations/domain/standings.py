"""Who stands where on an opinion: everybody, by identity, and by opinion group.

Few voices are no consensus: below the floor of nine people who agree or disagree an opinion is
`enough` for nothing, and an opinion group speaks from five people on. Every share has Wilson's
interval beside it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import Aggregate, Count, TextField
from django.utils.translation import gettext as _

from consultations.analysis.disclosure import SMALLEST_DESCRIBED, may_be_shown
from consultations.analysis.matrix import Ints
from consultations.analysis.proportions import wilson
from consultations.analysis.telling import FLOOR
from consultations.domain import map_words
from consultations.domain.map_view import Share
from consultations.domain.opinion_map import kept_map
from consultations.models import Opinion, Stance, StanceValue
from members.roles import Role

Counts = Counter[int]  # StanceValue ↦ people


class _People(Aggregate):
    """Who is in a row, as `3,17,5`: a row a person would take many times as long."""

    function = "GROUP_CONCAT"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="STRING_AGG(%(expressions)s::text, ',')", **context
        )


@dataclass(frozen=True, slots=True)
class SideShare:
    """The share of one side, an identity or an opinion group, under its name."""

    name: str
    share: Share
    against: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Where people stand on one opinion; `share` is None where nobody took a stance.

    `groups` are the opinion groups that may be shown: see `analysis.disclosure`. `against` tells
    whether a group is against, at least five of whom took a stance, or everybody together once
    they are `enough`; that group need not be among those shown.
    """

    number: int
    share: Share | None
    identities: tuple[SideShare, ...]
    groups: tuple[SideShare, ...]
    enough: bool
    against: bool
    group_against: bool

    @property
    def sides_against(self) -> tuple[SideShare, ...]:
        return tuple(side for side in self.groups if side.against)


@dataclass(frozen=True, slots=True)
class Counted:
    """The stances on one opinion: by identity, and by the letters of the groups described.

    `apart` counts people of groups that are not described.
    """

    identities: Mapping[str, Counts] = field(default_factory=dict)
    groups: Mapping[str, Counts] = field(default_factory=dict)
    apart: int = 0

    @property
    def everyone(self) -> Counts:
        return sum(self.identities.values(), Counter())

    @property
    def enough(self) -> bool:
        everyone = self.everyone
        return everyone[StanceValue.AGREE] + everyone[StanceValue.DISAGREE] >= FLOOR


def standings(consultation_id: int, numbers: Iterable[int]) -> dict[int, Standing]:
    """Where people stand on these opinions, by number; unknown numbers are left out. Four queries.

    The groups are those of the map as last computed, the stances are those of this moment.
    """
    rows = Opinion.objects.filter(consultation=consultation_id, number__in=set(numbers))
    known = dict(rows.values_list("pk", "number"))
    counted = with_groups(consultation_id, by_identity(known))
    return {number: standing_of(number, counted[pk]) for pk, number in known.items()}


def by_identity(opinion_ids: Iterable[int]) -> dict[int, Counted]:
    """The stances on these opinions, by primary key, without groups. One query."""
    ids = list(opinion_ids)
    found: dict[int, dict[str, Counts]] = defaultdict(lambda: defaultdict(Counter))
    rows = Stance.objects.filter(opinion__in=ids).order_by("opinion_id")
    for opinion, identity, value, people in rows.values_list(
        "opinion_id", "identity", "value"
    ).annotate(people=Count("id")):
        found[opinion][identity][value] = people
    return {opinion: Counted(found.get(opinion, {})) for opinion in ids}


def with_groups(consultation_id: int, counted: Mapping[int, Counted]) -> dict[int, Counted]:
    """The same with the groups of the map as last computed. Two queries, one without a map."""
    members, apart = _groups(consultation_id)
    if not members or not counted:
        return dict(counted)
    groups: dict[int, dict[str, Counts]] = defaultdict(lambda: defaultdict(Counter))
    few: Counter[int] = Counter()
    rows = Stance.objects.filter(opinion__in=counted.keys()).order_by()
    for opinion, value, listed in rows.values_list("opinion_id", "value").annotate(
        people=_People("person_id")
    ):
        people = np.array(listed.split(","), dtype=np.int64)
        few[opinion] += int(np.isin(people, apart).sum())
        for letter, group in members.items():
            if there := int(np.isin(people, group).sum()):
                groups[opinion][letter][value] = there
    return {
        opinion: replace(one, groups=groups.get(opinion, {}), apart=few[opinion])
        for opinion, one in counted.items()
    }


def _groups(consultation_id: int) -> tuple[dict[str, Ints], Ints]:
    """Who is in each group that is described, by its letter, and who in one that is not."""
    kept = kept_map(consultation_id)
    if kept is None or kept.found["status"] != "ready":
        return {}, np.zeros(0, dtype=np.int64)
    members: dict[str, list[int]] = defaultdict(list)
    for person, (_x, _y, group, _stances) in kept.found["places"].items():
        if group is not None:
            members[map_words.letter_of(group)].append(int(person))
    # Maps kept by an earlier version do not tell who is in a group that is not described.
    apart = np.array(kept.found.get("apart", []), dtype=np.int64)
    return {
        letter: np.array(people, dtype=np.int64) for letter, people in sorted(members.items())
    }, apart


def standing_of(number: int, counted: Counted) -> Standing:
    """What the counts say."""
    everyone = counted.everyone
    against = {letter for letter, counts in counted.groups.items() if _speaks_against(counts)}
    return Standing(
        number=number,
        share=share_of(everyone) if everyone.total() else None,
        identities=tuple(
            SideShare(str(role.label), share_of(counted.identities[role]), against=False)
            for role in Role
            if role in counted.identities
        ),
        groups=groups_shown(counted),
        enough=counted.enough,
        against=bool(against) or (counted.enough and is_against(everyone)),
        group_against=bool(against),
    )


def groups_shown(counted: Counted) -> tuple[SideShare, ...]:
    """The groups that may be shown on this opinion, by letter."""
    seen = {letter: counts.total() for letter, counts in counted.groups.items()}
    shown = may_be_shown(seen, apart=counted.apart, everyone=counted.everyone.total())
    return tuple(
        SideShare(_("%(letter)s 组") % {"letter": letter}, share_of(counts), is_against(counts))
        for letter, counts in sorted(counted.groups.items())
        if letter in shown
    )


def _speaks_against(counts: Counts) -> bool:
    return counts.total() >= SMALLEST_DESCRIBED and is_against(counts)


def is_against(counts: Counts) -> bool:
    """Whether so many disagree, of those who took a stance, as `HALL_GROUP_AGAINST` says."""
    return makes_against(counts[StanceValue.DISAGREE], counts.total())


def makes_against(against: int, answers: int) -> bool:
    """Whether so many of so many answers are opposition, as `HALL_GROUP_AGAINST` (percent) says."""
    return 100 * against >= settings.HALL_GROUP_AGAINST * answers


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
