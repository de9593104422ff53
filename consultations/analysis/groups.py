"""Groups of people who stand close together, steady from one recompute to the next.

k-means on the projections for every k from 2 to 5; the k with the best silhouette wins, and a k
other than the one shown has to win four recomputes in a row before it is shown. A group keeps its
id as long as it shares people with what it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from consultations.analysis.matrix import Bools, Floats, Ints, Matrix, NotEnough

Floats32 = NDArray[np.float32]

K_MIN = 2
K_MAX = 5
ENOUGH_STANCES = 7
ENOUGH_PEOPLE = 15
WINS_TO_SHOW = 4
COLD_STARTS = 4
MAX_ROUNDS = 100
WARM_ROUNDS = 10
EXACT_SILHOUETTE = 5_000
SILHOUETTE_SAMPLE = 2_000
BLOCK_CELLS = 2**17


@dataclass(frozen=True, slots=True, eq=False)
class GroupState:
    """What the next recompute starts from.

    ``centres``: k ↦ (k, 2). ``shown`` is the k on the screen (0: none yet), ``rival`` the k that
    won the last ``wins`` recomputes instead (0: none). ``labels``: person id ↦ group id as shown.
    ``next_id`` is the first group id never used.
    """

    centres: Mapping[int, Floats] = field(default_factory=dict)
    shown: int = 0
    rival: int = 0
    wins: int = 0
    labels: Mapping[int, int] = field(default_factory=dict)
    next_id: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """Who is in which group.

    ``labels`` (n,): group id, -1 where not clustered. ``silhouettes``: k ↦ mean silhouette.
    """

    labels: Ints
    silhouettes: Mapping[int, float]
    state: GroupState


def clustered(matrix: Matrix) -> Bools:
    """Who is clustered (n,): at least min(7, opinions) stances, topped up to 15 by most stances.

    Nobody without a stance is; among equals the lower id comes first.
    """
    seen = matrix.seen_by_person()
    chosen = (seen >= min(ENOUGH_STANCES, matrix.shape[1])) & (seen > 0)
    if chosen.sum() < ENOUGH_PEOPLE:
        most = np.argsort(-seen, kind="stable")[:ENOUGH_PEOPLE]
        chosen[most[seen[most] > 0]] = True
    return chosen


def find_groups(
    projection: Floats,
    people: Ints,
    chosen: Bools,
    *,
    previous: GroupState | None = None,
    seed: int = 0,
) -> Grouping:
    """Group the chosen people (n,) by their projection (n, 2).

    ``previous`` is the state of the last recompute, of whatever people there were then.
    Raises NotEnough ``too_few_positions``: fewer than three people, or all in one place.
    """
    before = previous or GroupState()
    points = projection[chosen]
    distinct = len(np.unique(points.round(9) @ np.array([1, 1j])))
    largest = min(K_MAX, distinct, len(points) - 1)
    if largest < K_MIN:
        raise NotEnough("too_few_positions")
    candidates: dict[int, Ints] = {}
    centres: dict[int, Floats] = {}
    for k in range(K_MIN, largest + 1):
        candidates[k], centres[k] = kmeans(points, k, start=before.centres.get(k), seed=seed)
    scores = silhouettes(points, candidates, seed=seed)
    best = max(scores, key=lambda k: (scores[k], -k))
    shown, rival, wins = _which_k(best, before, largest)

    ids = people[chosen].tolist()
    names, next_id = _names(candidates[shown], shown, ids, before)
    labels = np.full(len(people), -1, dtype=np.int64)
    labels[chosen] = names[candidates[shown]]
    after = dict(zip(ids, labels[chosen].tolist(), strict=True))
    return Grouping(labels, scores, GroupState(centres, shown, rival, wins, after, next_id))


def kmeans(
    points: Floats, k: int, *, start: Floats | None = None, seed: int = 0
) -> tuple[Ints, Floats]:
    """Lloyd's k-means of points (n, 2): labels (n,) from 0 to k-1 and centres (k, 2).

    Warm from ``start`` (k, 2) in at most 10 rounds: what is left to do is done from one recompute
    to the next, each starting where the last one stopped. Else the tightest of four seeded
    k-means++ starts (Arthur and Vassilvitskii 2007), drawn among the points in the order of their
    coordinates, so that the order of the people does not matter. No group is empty while k places
    differ.
    """
    if start is not None and start.shape == (k, 2):
        labels, centres, _ = _lloyd(points, start, WARM_ROUNDS)
        return labels, centres
    ordered = points[np.lexsort((points[:, 1], points[:, 0]))]
    random = np.random.default_rng([seed, k])
    runs = [_lloyd(points, _spread(ordered, k, random)) for _ in range(COLD_STARTS)]
    labels, centres, _ = min(runs, key=lambda run: run[2])
    return labels, centres


def silhouettes(
    points: Floats, candidates: Mapping[int, Ints], *, seed: int = 0
) -> dict[int, float]:
    """Mean silhouette (Rousseeuw 1987) of several labellings (n,) of the same points (n, 2).

    Exact up to 5,000 people, computed in blocks of rows: every distance once for all labellings,
    in single precision. Beyond, the mean over a seeded sample of 2,000 people, each against
    everybody. A person alone in a group counts as 0.
    """
    n = len(points)
    ordered = np.lexsort((points[:, 1], points[:, 0]))
    if n > EXACT_SILHOUETTE:
        drawn = np.random.default_rng(seed).choice(n, SILHOUETTE_SAMPLE, replace=False)
        ordered = ordered[np.sort(drawn)]
    member = {k: labels[:, None] == np.arange(k) for k, labels in candidates.items()}
    # Ones and zeros: the distances of a row, times this, are its sums by group of every labelling.
    belongs = np.hstack(list(member.values())).astype(np.float32)
    sums = _distance_sums(points, ordered, belongs)
    scores: dict[int, float] = {}
    offset = 0
    for k, labels in candidates.items():
        sizes = member[k].sum(axis=0)
        of_k = sums[:, offset : offset + k]
        offset += k
        own = labels[ordered]
        at = np.arange(len(ordered))
        inside = of_k[at, own] / np.maximum(sizes[own] - 1, 1)
        means = of_k / sizes
        means[at, own] = np.inf
        nearest = means.min(axis=1)
        widest = np.maximum(inside, nearest)
        score = np.where(widest > 0, (nearest - inside) / np.where(widest > 0, widest, 1.0), 0.0)
        scores[k] = float(np.where(sizes[own] > 1, score, 0.0).mean())
    return scores


def _distance_sums(points: Floats, which: Ints, belongs: Floats32) -> Floats:
    """Sums of the distances from the points ``which`` (r,) to all, times belongs (n, c): (r, c)."""
    n = len(points)
    x, y = np.ascontiguousarray((points - points.mean(axis=0)).T.astype(np.float32))
    everybody = len(which) == n
    if everybody:
        x, y, belongs = x[which], y[which], belongs[which]
    height = max(1, BLOCK_CELLS // n)
    sums = np.zeros((len(which), belongs.shape[1]), dtype=np.float32)
    for low in range(0, len(which), height):
        high = min(low + height, len(which))
        rows = slice(low, high) if everybody else which[low:high]
        first = low if everybody else 0
        distances = np.square(x[rows, None] - x[first:])
        distances += np.square(y[rows, None] - y[first:])
        np.sqrt(distances, out=distances)
        sums[low:high] += distances @ belongs[first:]
        if everybody:
            # Each distance serves both its ends: the part beyond this block is mirrored.
            sums[high:] += distances[:, high - low :].T @ belongs[low:high]
    return sums.astype(np.float64)


def _squared(x: Floats, y: Floats, centres: Floats) -> Floats:
    """Squared distance of each point to each centre, (k, n)."""
    squared = np.square(x - centres[:, :1])
    squared += np.square(y - centres[:, 1:])
    return squared


def _spread(ordered: Floats, k: int, random: np.random.Generator) -> Floats:
    """k-means++: each next centre with the odds of its squared distance to the nearest one."""
    centres = ordered[[int(random.integers(len(ordered)))]]
    while len(centres) < k:
        nearest = np.cumsum(_squared(ordered[:, 0], ordered[:, 1], centres).min(axis=0))
        place = np.searchsorted(nearest, random.random() * nearest[-1], side="right")
        centres = np.vstack([centres, ordered[min(int(place), len(ordered) - 1)]])
    return centres


def _lloyd(points: Floats, centres: Floats, rounds: int = MAX_ROUNDS) -> tuple[Ints, Floats, float]:
    """Labels, centres and the sum of squares; stops when nobody moves any more."""
    k = len(centres)
    x, y = np.ascontiguousarray(points.T)
    labels = np.full(len(points), -1)
    for _ in range(rounds):
        squared = _squared(x, y, centres)
        fresh = squared.argmin(axis=0)
        sizes = np.bincount(fresh, minlength=k)
        for empty in np.flatnonzero(sizes == 0):
            # A group that lost everybody starts again at whoever is worst served.
            distance = squared.min(axis=0)
            distance[sizes[fresh] < 2] = -1.0
            far = int(distance.argmax())
            sizes[fresh[far]] -= 1
            fresh[far], sizes[empty] = empty, 1
            squared[:, far] = 0.0
        if np.array_equal(fresh, labels):
            break
        labels = fresh
        sums = [np.bincount(labels, weights=axis, minlength=k) for axis in (x, y)]
        centres = np.stack(sums, axis=1) / sizes[:, None]
    spread = float(((points - centres[labels]) ** 2).sum())
    return labels, centres, spread


def _which_k(best: int, before: GroupState, largest: int) -> tuple[int, int, int]:
    """(k to show, its rival, how often in a row the rival has won)."""
    if not K_MIN <= before.shown <= largest:
        return best, 0, 0
    if best == before.shown:
        return best, 0, 0
    wins = before.wins + 1 if best == before.rival else 1
    if wins >= WINS_TO_SHOW:
        return best, 0, 0
    return before.shown, best, wins


def _names(labels: Ints, k: int, ids: list[int], before: GroupState) -> tuple[Ints, int]:
    """The id of each of the k groups: of the old group that it shares most people with, or new.

    Without an earlier state the ids are 0, 1, … from the largest group to the smallest.
    """
    old = sorted(set(before.labels.values()))
    shared = np.zeros((k, len(old)), dtype=np.int64)
    place = {group: index for index, group in enumerate(old)}
    for person, label in zip(ids, labels.tolist(), strict=True):
        was = before.labels.get(person)
        if was is not None:
            shared[label, place[was]] += 1
    names = np.full(k, -1, dtype=np.int64)
    if old:
        # At most five groups on either side, so every way to pair them can be tried.
        width = max(k, len(old))
        square = np.zeros((width, width), dtype=np.int64)
        square[:k, : len(old)] = shared
        at = np.arange(width)
        best = max(permutations(range(width)), key=lambda way: int(square[at, list(way)].sum()))
        for group in range(k):
            if best[group] < len(old) and shared[group, best[group]]:
                names[group] = old[best[group]]
    next_id = before.next_id
    sizes = np.bincount(labels, minlength=k)
    for group in np.argsort(-sizes, kind="stable"):
        if names[group] < 0:
            names[group] = next_id
            next_id += 1
    return names, next_id
