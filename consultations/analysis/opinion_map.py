"""The opinion map: from stances to everything that is shown of them, in one call."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from consultations.analysis.disclosure import SMALLEST_DESCRIBED
from consultations.analysis.groups import (
    ENOUGH_PEOPLE,
    ENOUGH_STANCES,
    GroupState,
    clustered,
    find_groups,
)
from consultations.analysis.matrix import (
    AnalysisRefused,
    Bools,
    Floats,
    Ints,
    Matrix,
    NotEnough,
    Stances,
    build_matrix,
)
from consultations.analysis.pca import extremity, find_components, mean_stances, project
from consultations.analysis.state import MapState
from consultations.analysis.telling import (
    Dividing,
    Figures,
    Representative,
    Uniting,
    dividing,
    figures,
    priority,
    representative,
    uniting,
)

MAX_GROUP_ID = 2**31 - 1

Status = Literal["ready", "too_early", "not_enough"]


@dataclass(frozen=True, slots=True)
class Dot:
    """Somebody on the map; ``group`` is None outside the groups that are described."""

    x: float
    y: float
    group: int | None


@dataclass(frozen=True, slots=True)
class GroupPortrait:
    """A group of at least five people, and the opinions that represent it."""

    group: int
    size: int
    representative: tuple[Representative, ...]


@dataclass(frozen=True, slots=True, eq=False)
class OpinionMap:
    """Where n people stand on m opinions, and what follows.

    ``status``: ``ready``; ``too_early`` (fewer than 15 people with 7 stances each: figures are
    there, but nothing is described); ``not_enough`` (no groups; ``reason`` says why).
    ``projection`` (n, 2), ``labels`` (n,) with -1 for people in no group, ``mean``, ``extremity``
    and ``priority`` (m,), ``axes`` (2, m), ``explained`` (2,), ``clustered`` (n,).
    ``portraits``, ``uniting`` and ``dividing`` are empty unless the map is ready, and only they and
    `dots` are fit to be shown to others: the rest can tell who is who.
    """

    status: Status
    reason: str
    matrix: Matrix
    mean: Floats
    axes: Floats
    explained: Floats
    projection: Floats
    extremity: Floats
    clustered: Bools
    labels: Ints
    silhouettes: Mapping[int, float]
    figures: Figures
    representative: tuple[tuple[Representative, ...], ...]
    priority: Floats
    portraits: tuple[GroupPortrait, ...]
    uniting: tuple[Uniting, ...]
    dividing: tuple[Dividing, ...]
    state: MapState

    def dots(self) -> tuple[Dot, ...]:
        """Everybody who is in a group, without names and in the order of their places."""
        described = {portrait.group for portrait in self.portraits}
        found = [
            Dot(float(x), float(y), label if label in described else None)
            for (x, y), label in zip(self.projection, self.labels.tolist(), strict=True)
            if label >= 0 and self.status == "ready"
        ]
        return tuple(sorted(found, key=lambda dot: (dot.x, dot.y)))

    def as_reference_json(self) -> dict[str, Any]:
        """The figures under the names that open data of such conversations bears.

        Opinions are statements, people participants, both in the order of the roll and the agenda;
        ``groups`` has one entry a participant, null where not clustered. The group figures are
        lists in the order of the group ids.
        """
        f, matrix = self.figures, self.matrix
        rows, cols = matrix.listed_people, matrix.listed_opinions
        labels = self.labels[rows].tolist()
        return {
            "vote_sign": "1 agree,-1 disagree,0 pass",
            "status": self.status,
            "reason": self.reason,
            "statement_ids": matrix.opinions[cols].tolist(),
            "participant_ids": matrix.people[rows].tolist(),
            "mod_out": matrix.opinions[matrix.moderated].tolist(),
            "explained_ratio": self.explained.tolist(),
            "mean": self.mean[cols].tolist(),
            "pc1": self.axes[0, cols].tolist(),
            "pc2": self.axes[1, cols].tolist(),
            "projection": self.projection[rows].tolist(),
            "statement_extremity": self.extremity[cols].tolist(),
            "in_conv": matrix.people[rows][self.clustered[rows]].tolist(),
            "groups": [label if label >= 0 else None for label in labels],
            "group_agree": f.agree[:, cols].tolist(),
            "group_disagree": f.disagree[:, cols].tolist(),
            "group_seen": f.seen[:, cols].tolist(),
            "group_informed_consensus": f.consensus[cols].tolist(),
            "rat": f.rat[:, cols].tolist(),
            "rdt": f.rdt[:, cols].tolist(),
            "pat": f.pat[:, cols].tolist(),
            "pdt": f.pdt[:, cols].tolist(),
            "representative": [
                [{"tid": one.opinion, "repful": one.sets_apart} for one in group]
                for group in self.representative
            ],
            "priority": self.priority[cols].tolist(),
        }


def compute_map(
    stances: Stances,
    previous: OpinionMap | MapState | None = None,
    *,
    seed: int = 0,
    groups: Mapping[int, int | None] | None = None,
) -> OpinionMap:
    """The map of these stances.

    ``previous``, a map or its state, makes it quicker and keeps signs, groups and their ids steady.
    ``groups`` (person id ↦ group id from 0, None for no group) takes the place of the clustering;
    people left out are in no group. Little or uniform input gives a map that says so.

    Raises AnalysisRefused for input that is wrong: see `Stances.from_arrays` and `build_matrix`;
    ``unknown_person`` also for a group of somebody who is not there, ``bad_group`` for an id < 0.
    """
    matrix = build_matrix(stances)
    n, m = matrix.shape
    before = previous.state if isinstance(previous, OpinionMap) else previous
    given = None if groups is None else _given_labels(matrix, groups)
    status: Status = "ready"
    reason = ""
    mean = mean_stances(matrix)
    axes, explained = np.zeros((2, m)), np.zeros(2)
    projection, far = np.zeros((n, 2)), np.zeros(m)
    chosen = clustered(matrix)
    labels = np.full(n, -1, dtype=np.int64) if given is None else given
    silhouettes: Mapping[int, float] = {}
    kept = before.groups if before else GroupState()
    try:
        components = find_components(matrix, mean, start=_start(matrix, before), seed=seed)
        axes, explained = components.axes, components.explained
        projection, far = project(matrix, components), extremity(components)
        if given is None:
            grouping = find_groups(projection, matrix.people, chosen, previous=kept, seed=seed)
            labels, silhouettes, kept = grouping.labels, grouping.silhouettes, grouping.state
        if (matrix.seen_by_person() >= ENOUGH_STANCES).sum() < ENOUGH_PEOPLE:
            status, reason = "too_early", "too_few_people_with_enough_stances"
    except NotEnough as shortage:
        status, reason = "not_enough", shortage.code

    told = figures(matrix, labels)
    represent = representative(matrix, told)
    if told.group_ids:
        # Over everybody in a group, as the open data count it.
        counted = [x.sum(axis=0) for x in (told.agree, told.disagree, told.seen)]
    else:
        counted = list(matrix.counts())
    described = np.array([size >= SMALLEST_DESCRIBED for size in told.sizes], dtype=np.bool_)
    ready = status == "ready"
    portraits = tuple(
        GroupPortrait(group, size, represent[row])
        for row, (group, size) in enumerate(zip(told.group_ids, told.sizes, strict=True))
        if described[row] and ready
    )
    pairs = zip(matrix.opinions.tolist(), axes.T.tolist(), strict=True)
    return OpinionMap(
        status=status,
        reason=reason,
        matrix=matrix,
        mean=mean,
        axes=axes,
        explained=explained,
        projection=projection,
        extremity=far,
        clustered=chosen,
        labels=labels,
        silhouettes=silhouettes,
        figures=told,
        representative=represent,
        priority=priority(counted[0], counted[1], counted[2], far),
        portraits=portraits,
        uniting=uniting(matrix, told) if ready else (),
        dividing=dividing(matrix, told, described) if ready else (),
        state=MapState({opinion: (x, y) for opinion, (x, y) in pairs}, kept),
    )


def _start(matrix: Matrix, before: MapState | None) -> Floats | None:
    """The earlier components (2, m), 0 for opinions that are new."""
    if before is None:
        return None
    pairs = [before.axes.get(opinion, (0.0, 0.0)) for opinion in matrix.opinions.tolist()]
    return np.array(pairs, dtype=np.float64).reshape(-1, 2).T


def _given_labels(matrix: Matrix, groups: Mapping[int, int | None]) -> Ints:
    strange = set(groups) - set(matrix.people.tolist())
    if strange:
        raise AnalysisRefused(
            "unknown_person", f"a group for {len(strange)} unknown: {min(strange)}"
        )
    labels = [groups.get(person) for person in matrix.people.tolist()]
    if any(label is not None and not 0 <= label <= MAX_GROUP_ID for label in labels):
        raise AnalysisRefused("bad_group", f"a group id is 0 or more, {MAX_GROUP_ID} at most")
    return np.array([-1 if label is None else label for label in labels], dtype=np.int64)
