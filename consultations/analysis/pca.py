"""Two principal components of the stances, exactly, without filling in the unseen cells.

An unseen cell takes the mean of its opinion and the columns are then centred, so an unseen cell is
exactly 0: the centred matrix is as sparse as the stances. Columns of opinions moderated out are 0
for everyone; they are not dropped. Source: Small, Bjorkegren, Erkkilä, Shaw, Megill, "Polis:
Scaling deliberation by mapping high dimensional opinion spaces", 2021.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from consultations.analysis.matrix import AnalysisRefused, Bools, Floats, Matrix, NotEnough

WANTED = 2
# Two vectors beside the wanted ones: they make a small gap after the second component harmless.
BLOCK = WANTED + 2
DEPTH = 12
TOLERANCE = 1e-11
MAX_RESTARTS = 300
GRAM_LIMIT = 2048
DIRECT_LIMIT = 128
PATIENCE = 1
PATIENCE_LIMIT = 512
NO_VARIANCE = 1e-12
DEPENDENT = 1e-13

Apply = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """What the stances vary along.

    ``mean`` (m,): mean stance of each opinion, 0 where moderated out or without a stance.
    ``axes`` (2, m): unit length, the second is 0 where the stances vary along one line only.
    ``explained`` (2,): share of the whole variance. ``seen`` (n,): stances of each person, an
    opinion moderated out counting as a stance of everybody. ``values`` are the centred stances,
    one for each entry of the matrix.
    """

    mean: Floats
    axes: Floats
    explained: Floats
    seen: Floats
    values: Floats


def find_components(
    matrix: Matrix, mean: Floats, *, start: Floats | None = None, seed: int = 0
) -> Components:
    """Exact components of the matrix, centred on ``mean`` (m,) as `mean_stances` gives it.

    ``start`` (2, m): components of an earlier state of the same opinions; the result is the same
    to rounding, sooner reached, and it keeps their signs. Without it the largest loading of each
    component is positive.

    Raises NotEnough ``nobody``, ``no_opinions``, ``no_stances``, or ``all_the_same`` (no variance).
    """
    n, m = matrix.shape
    if n == 0:
        raise NotEnough("nobody")
    if m == 0 or matrix.moderated.all():
        raise NotEnough("no_opinions")
    if matrix.rows.size == 0:
        raise NotEnough("no_stances")
    values = centred(matrix, mean)
    total = float(values @ values)
    if total < NO_VARIANCE * max(values.size, 1):
        raise NotEnough("all_the_same")
    block = np.random.default_rng(seed).standard_normal((m, BLOCK))
    block[matrix.moderated] = 0.0
    if start is not None:
        block[:, :WANTED] = np.where(np.abs(start).sum(axis=1) > 0, start.T, block[:, :WANTED])
    levels, vectors = _leading_of(matrix, values, block)
    axes = np.zeros((WANTED, m))
    explained = np.zeros(WANTED)
    for place in range(min(WANTED, len(levels))):
        if levels[place] <= NO_VARIANCE * total:
            break
        axes[place] = vectors[:, place] * _sign(vectors[:, place], start, place)
        explained[place] = levels[place] / total
    axes[:, matrix.moderated] = 0.0
    seen = matrix_seen(matrix)
    return Components(mean, axes, explained, seen, values)


def mean_stances(matrix: Matrix) -> Floats:
    """The mean stance on each opinion (m,), 0 where moderated out or without a stance."""
    agree, disagree, seen = matrix.counts()
    mean: Floats = (agree - disagree) / np.maximum(seen, 1)
    mean[matrix.moderated] = 0.0
    return mean


def centred(matrix: Matrix, mean: Floats) -> Floats:
    """Each entry of the matrix less the mean of its opinion; 0 where that is moderated out."""
    values: Floats = np.subtract(matrix.values, mean[matrix.cols], dtype=np.float64)
    values[matrix.moderated[matrix.cols]] = 0.0
    return values


def matrix_seen(matrix: Matrix) -> Floats:
    """Stances of each person (n,); a column moderated out is a stance of everybody."""
    live: Bools = ~matrix.moderated[matrix.cols]
    own = np.bincount(matrix.rows[live], minlength=matrix.shape[0])
    return np.asarray(own + matrix.moderated.sum(), dtype=np.float64)


def project(matrix: Matrix, components: Components) -> Floats:
    """Where each person stands, (n, 2).

    The sum over the opinions that the person took a stance on, times sqrt(opinions / stances), so
    that people who saw little are not drawn to the middle.
    """
    _n, m = matrix.shape
    scale = np.sqrt(m / np.maximum(components.seen, 1.0))
    return _times(matrix, components.values, components.axes.T) * scale[:, None]


def extremity(components: Components) -> Floats:
    """How far a lone agree with each opinion lies from the middle of the map, (m,)."""
    m = len(components.mean)
    length = np.hypot(components.axes[0], components.axes[1])
    return np.asarray(np.abs(1.0 - components.mean) * np.sqrt(m) * length, dtype=np.float64)


def _times(matrix: Matrix, values: Floats, block: Floats) -> Floats:
    """Sparse matrix (n, m) times block (m, b)."""
    n = matrix.shape[0]
    columns = [
        np.bincount(matrix.rows, weights=values * column[matrix.cols], minlength=n)
        for column in np.ascontiguousarray(block.T)
    ]
    return np.stack(columns, axis=1)


def _transposed_times(matrix: Matrix, values: Floats, block: Floats) -> Floats:
    """Transposed sparse matrix (m, n) times block (n, b)."""
    m = matrix.shape[1]
    columns = [
        np.bincount(matrix.cols, weights=values * column[matrix.rows], minlength=m)
        for column in np.ascontiguousarray(block.T)
    ]
    return np.stack(columns, axis=1)


def _leading_of(matrix: Matrix, values: Floats, block: Floats) -> tuple[Floats, Floats]:
    """Of Xᵀ X: with few opinions through that small matrix itself, else sparse."""
    if matrix.shape[1] <= GRAM_LIMIT:
        gram = _gram(matrix, values)
        return _leading(lambda vectors: gram @ vectors, block, gram)
    return _leading(
        lambda vectors: _transposed_times(matrix, values, _times(matrix, values, vectors)), block
    )


def _gram(matrix: Matrix, values: Floats) -> Floats:
    """Xᵀ X (m, m), from slices of the rows, so that the whole matrix is never dense."""
    n, m = matrix.shape
    height = max(1, 2**17 // m)
    bounds = np.searchsorted(matrix.rows, np.arange(0, n + height, height))
    gram = np.zeros((m, m))
    for number, (low, high) in enumerate(pairwise(bounds)):
        dense = np.zeros((height, m))
        dense[matrix.rows[low:high] - number * height, matrix.cols[low:high]] = values[low:high]
        gram += dense.T @ dense
    return gram


def _leading(apply: Apply, block: Floats, gram: Floats | None = None) -> tuple[Floats, Floats]:
    """The largest eigenvalues and -vectors of a symmetric operator, largest first.

    ``gram`` is the operator as a matrix, where there is one.

    Restarted block Krylov with Rayleigh–Ritz (Saad, "Numerical Methods for Large Eigenvalue
    Problems", ch. 6). Small operators are solved directly, middling ones too where no direction
    stands out and the restarts would take longer than that.
    """
    size = block.shape[0]
    for restart in range(MAX_RESTARTS):
        if size <= DIRECT_LIMIT or (size <= PATIENCE_LIMIT and restart == PATIENCE):
            levels, vectors = np.linalg.eigh(apply(np.eye(size)) if gram is None else gram)
            return levels[::-1], vectors[:, ::-1]
        basis = _orthonormal(block)
        images = [apply(basis)]
        for _step in range(DEPTH):
            fresh = _orthonormal(images[-1], beside=basis)
            if not fresh.size:
                break
            basis = np.hstack([basis, fresh])
            images.append(apply(fresh))
        whole = np.hstack(images)
        inner = basis.T @ whole
        levels, turn = np.linalg.eigh((inner + inner.T) / 2)
        levels, turn = levels[::-1][:BLOCK], turn[:, ::-1][:, :BLOCK]
        block = basis @ turn
        residual = whole @ turn[:, :WANTED] - block[:, :WANTED] * levels[:WANTED]
        if np.linalg.norm(residual, axis=0).max() <= TOLERANCE * levels[0]:
            return levels, block
    raise AnalysisRefused("did_not_converge", f"no two components after {MAX_RESTARTS} restarts")


def _orthonormal(block: Floats, beside: Floats | None = None) -> Floats:
    """An orthonormal basis of what the columns add to ``beside``; no column where nothing is."""
    scale = float(np.linalg.norm(block))
    for _twice in range(2):
        if beside is not None:
            block = block - beside @ (beside.T @ block)
        block, upper = np.linalg.qr(block)
        # Directions that are rounding error alone would come back from inside ``beside``.
        block = block[:, np.abs(np.diag(upper)) > DEPENDENT * scale]
        scale = 1.0
    return block


def _sign(axis: Floats, start: Floats | None, place: int) -> float:
    if start is not None:
        along = float(axis @ start[place])
        if along:
            return 1.0 if along > 0 else -1.0
    return 1.0 if axis[np.abs(axis).argmax()] > 0 else -1.0
