"""What the stances tell: what sets a group apart, what unites, what divides, what to show next.

A = agrees, D = disagrees, P = passes, S = A + D + P, within a group unless said otherwise. The
formulas are those of Small et al. 2021 (see `pca`), with a floor and Wilson's interval beside them:
a product of a few shares says nothing about how few people stand behind it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import numpy as np

from consultations.analysis.matrix import Bools, Floats, Ints, Matrix
from consultations.analysis.proportions import (
    one_proportion,
    smoothed,
    two_proportions,
    wilson,
)

Stance = Literal["agree", "disagree"]

Z_90 = 1.2816
MOST_REPRESENTATIVE = 5
FLOOR = 9


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """Per group and opinion, arrays of shape (g, m) in the order of ``group_ids``.

    ``pa``, ``pd``: smoothed shares. ``ra``, ``rd``: those against the rest. ``pat``, ``pdt``: z of
    the share against one half. ``rat``, ``rdt``: z of the group against the rest.
    ``consensus`` (m,): group-informed consensus, ``rejection`` (m,) the same of disagreeing; both
    are 1 where there is no group.
    """

    group_ids: tuple[int, ...]
    sizes: tuple[int, ...]
    agree: Ints
    disagree: Ints
    seen: Ints
    pa: Floats
    pd: Floats
    ra: Floats
    rd: Floats
    pat: Floats
    pdt: Floats
    rat: Floats
    rdt: Floats
    consensus: Floats
    rejection: Floats


@dataclass(frozen=True, slots=True)
class Representative:
    """An opinion that represents a group.

    ``sets_apart`` is the stance by which the group differs from the rest, ``stance`` the one that
    more of the group take (they differ where a group agrees, but less than the rest). ``low`` and
    ``high`` bound the share of ``stance`` among those of the group who saw the opinion.
    """

    opinion: int
    sets_apart: Stance
    stance: Stance
    agree: int
    disagree: int
    seen: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Uniting:
    """An opinion that every group takes the same stance on; counts over everybody.

    ``score`` is the product over the groups of the smoothed share of ``stance``; ``low`` and
    ``high`` bound its share among everybody who saw the opinion.
    """

    opinion: int
    stance: Stance
    score: float
    agree: int
    disagree: int
    seen: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Dividing:
    """An opinion that most of one group agree with and most of another do not.

    ``gap`` is the difference of their smoothed shares of agreement, from 0 to 1.
    """

    opinion: int
    gap: float
    agreeing_group: int
    other_group: int


def figures(matrix: Matrix, labels: Ints) -> Figures:
    """Counts and figures of the groups in ``labels`` (n,), -1 for people in no group.

    The rest, that a group is held against, is everybody else who is in a group.
    """
    ids = np.unique(labels[labels >= 0])
    m = matrix.shape[1]
    counted = [matrix.counts(labels == group) for group in ids]
    stacked = np.array(counted, dtype=np.int64).reshape(len(ids), 3, m)
    a, d, s = stacked[:, 0], stacked[:, 1], stacked[:, 2]
    rest_a, rest_d, rest_s = (x.sum(axis=0) - x for x in (a, d, s))
    pa, pd = smoothed(a, s), smoothed(d, s)
    return Figures(
        group_ids=tuple(ids.tolist()),
        sizes=tuple(int((labels == group).sum()) for group in ids),
        agree=a,
        disagree=d,
        seen=s,
        pa=pa,
        pd=pd,
        ra=pa / smoothed(rest_a, rest_s),
        rd=pd / smoothed(rest_d, rest_s),
        pat=one_proportion(a, s),
        pdt=one_proportion(d, s),
        rat=two_proportions(a, s, rest_a, rest_s),
        rdt=two_proportions(d, s, rest_d, rest_s),
        consensus=pa.prod(axis=0),
        rejection=pd.prod(axis=0),
    )


def representative(matrix: Matrix, figures: Figures) -> tuple[tuple[Representative, ...], ...]:
    """For each group the opinions, five at most, that represent it; opinions moderated out never.

    An opinion represents where rat and pat, or rdt and pdt, pass 1.2816; they are ranked by
    r·rt·p·pt. The group's best agreed one always has a place, and agreed ones come first.
    """
    return tuple(_representing(matrix, figures, row) for row in range(len(figures.group_ids)))


def _representing(matrix: Matrix, f: Figures, row: int) -> tuple[Representative, ...]:
    by_agree = (f.rat[row] > Z_90) & (f.pat[row] > Z_90) & ~matrix.moderated
    by_disagree = (f.rdt[row] > Z_90) & (f.pdt[row] > Z_90) & ~matrix.moderated
    agreed = f.ra[row] * f.rat[row] * f.pa[row] * f.pat[row]
    refused = f.rd[row] * f.rdt[row] * f.pd[row] * f.pdt[row]
    weight = np.where(by_agree, agreed, refused)
    sufficient = np.flatnonzero(by_agree | by_disagree)
    ranked = sufficient[np.argsort(-weight[sufficient], kind="stable")].tolist()
    best = _best_agreed(matrix, f, row, agreed)
    if best is not None:
        ranked = [best, *(place for place in ranked if place != best)]
    picked = []
    for place in ranked[:MOST_REPRESENTATIVE]:
        apart: Stance = "agree" if f.rat[row, place] >= f.rdt[row, place] else "disagree"
        if by_agree[place] or by_disagree[place]:
            apart = "agree" if by_agree[place] else "disagree"
        a, d, s = (int(x[row, place]) for x in (f.agree, f.disagree, f.seen))
        low, high = wilson(max(a, d), s)
        picked.append(
            Representative(
                opinion=int(matrix.opinions[place]),
                sets_apart=apart,
                stance="agree" if a >= d else "disagree",
                agree=a,
                disagree=d,
                seen=s,
                low=float(low),
                high=float(high),
            )
        )
    return tuple(sorted(picked, key=lambda one: one.sets_apart != "agree"))


def _best_agreed(matrix: Matrix, f: Figures, row: int, agreed: Floats) -> int | None:
    """Place of the opinion that stands for what the group agrees on, None where there is none.

    The opinions are gone through in the order of their ids. While the best so far is one that the
    rest agree with more, the share of agreement decides; once it sets the group apart, r·rt·p·pt.
    """
    ra, pa, pat = f.ra[row], f.pa[row], f.pat[row]
    voted = (f.agree[row] + f.disagree[row] > 0) & ~matrix.moderated
    best: int | None = None
    for place in np.flatnonzero(voted & (pat > 0)).tolist():
        if best is None:
            better = pat[place] > Z_90 or (ra[place] > 1.0 and pa[place] > 0.5)
        elif ra[best] > 1.0:
            better = agreed[place] > agreed[best]
        else:
            better = pa[place] * pat[place] > pa[best] * pat[best]
        if better:
            best = place
    return best


def priority(agree: Ints, disagree: Ints, seen: Ints, extremity: Floats) -> Floats:
    """How much is learnt from showing each opinion next, (m,).

    More with agreement and extremity, less with passes, and much more while few people saw it.
    """
    passed = seen - agree - disagree
    interest = (1 - smoothed(passed, seen)) * (1 + extremity) * smoothed(agree, seen)
    return np.asarray((interest * (1 + 8 * 2.0 ** (-seen / 5))) ** 2, dtype=np.float64)


def show_next(
    opinions: Ints, weights: Floats, leave_out: Collection[int], *, count: int = 1, seed: int = 0
) -> tuple[int, ...]:
    """Ids of up to ``count`` opinions to show a person next, drawn with the odds of ``weights``.

    ``leave_out``: what the person has seen or written, and what was moderated out. A draw, so that
    not everybody gets the same opinion; the same seed draws the same, and those that are left keep
    their order when others are left out or come after them.
    """
    open_to = ~np.isin(opinions, np.fromiter(leave_out, dtype=np.int64)) & (weights > 0)
    drawn = np.random.default_rng(seed).random(len(opinions))[open_to]
    ids, odds = opinions[open_to], weights[open_to]
    # Efraimidis and Spirakis 2006: the largest u^(1/w) are a weighted draw without replacement.
    keys = np.log1p(-drawn) / odds
    return tuple(ids[np.argsort(-keys, kind="stable")[:count]].tolist())


def uniting(matrix: Matrix, figures: Figures) -> tuple[Uniting, ...]:
    """What unites, the strongest first.

    At least nine people agreed or disagreed, more than half of those who saw it take the stance
    with 95% confidence, and so does the greater part of every group.
    """
    agree, disagree, seen = matrix.counts()
    found: list[Uniting] = []
    sides: tuple[tuple[Stance, Ints, Floats, Floats], ...] = (
        ("agree", agree, figures.pa, figures.consensus),
        ("disagree", disagree, figures.pd, figures.rejection),
    )
    if not figures.group_ids:
        return ()
    for stance, hits, shares, score in sides:
        low, high = wilson(hits, seen)
        unites = has_floor(agree, disagree) & (low > 0.5) & (shares > 0.5).all(axis=0)
        found += [
            Uniting(
                opinion=int(matrix.opinions[place]),
                stance=stance,
                score=float(score[place]),
                agree=int(agree[place]),
                disagree=int(disagree[place]),
                seen=int(seen[place]),
                low=float(low[place]),
                high=float(high[place]),
            )
            for place in np.flatnonzero(unites & ~matrix.moderated)
        ]
    return tuple(sorted(found, key=lambda one: (-one.score, one.opinion)))


def dividing(matrix: Matrix, figures: Figures, described: Bools) -> tuple[Dividing, ...]:
    """What divides the groups marked in ``described`` (g,), the widest gap first.

    At least nine people agreed or disagreed, most of one group agree and most of another do not,
    and the two differ by more than chance (z > 1.2816).
    """
    rows = np.flatnonzero(described)
    if len(rows) < 2:
        return ()
    agree, disagree, _seen = matrix.counts()
    at = np.arange(matrix.shape[1])
    shares = figures.pa[rows]
    most, least = rows[shares.argmax(axis=0)], rows[shares.argmin(axis=0)]
    top, bottom = figures.pa[most, at], figures.pa[least, at]
    z = two_proportions(
        figures.agree[most, at],
        figures.seen[most, at],
        figures.agree[least, at],
        figures.seen[least, at],
    )
    divides = has_floor(agree, disagree) & (top > 0.5) & (bottom < 0.5) & (z > Z_90)
    found = [
        Dividing(
            opinion=int(matrix.opinions[place]),
            gap=float(top[place] - bottom[place]),
            agreeing_group=figures.group_ids[most[place]],
            other_group=figures.group_ids[least[place]],
        )
        for place in np.flatnonzero(divides & ~matrix.moderated)
    ]
    return tuple(sorted(found, key=lambda one: (-one.gap, one.opinion)))


def has_floor(agree: Ints, disagree: Ints) -> Bools:
    """Where enough people said yes or no for anything to be called common, elementwise."""
    return np.asarray(agree + disagree >= FLOOR, dtype=np.bool_)
