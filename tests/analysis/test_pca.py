"""The components on the sparse matrix are those of the dense one."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from consultations.analysis import pca
from consultations.analysis.matrix import (
    AnalysisRefused,
    Floats,
    Matrix,
    NotEnough,
    Stances,
    build_matrix,
)
from consultations.analysis.pca import (
    Components,
    extremity,
    find_components,
    mean_stances,
    project,
)


def components(matrix: Matrix, start: Floats | None = None, seed: int = 0) -> Components:
    return find_components(matrix, mean_stances(matrix), start=start, seed=seed)


def dense(matrix: Matrix) -> tuple[Floats, Floats]:
    """The stances (NaN where unseen), and what they are after imputing and centring."""
    raw = np.full(matrix.shape, np.nan)
    raw[matrix.rows, matrix.cols] = matrix.values
    raw[:, matrix.moderated] = 0.0
    filled = raw.copy()
    for column in filled.T:
        known = column[~np.isnan(column)]
        column[np.isnan(column)] = known.mean() if known.size else 0.0
    return raw, filled - filled.mean(axis=0)


def assert_same_components(matrix: Matrix, found: Components) -> None:
    _raw, filled = dense(matrix)
    _u, singular, axes = np.linalg.svd(filled, full_matrices=False)
    for place in range(2):
        along = abs(found.axes[place] @ axes[place])
        assert along == pytest.approx(1.0, abs=1e-9)
    share = singular**2 / (singular**2).sum()
    np.testing.assert_allclose(found.explained, share[:2], atol=1e-10)


@pytest.mark.parametrize(
    ("sizes", "opinions", "noise"),
    [
        ((30, 20), 20, 0.4),
        ((12, 5), 130, 0.5),
        ((60, 50, 40), 300, 3.0),
        ((60, 50, 40), 600, 1.0),
        ((40, 30), 1100, 1.0),
        ((200, 150), 700, 4.0),
    ],
)
def test_components_are_those_of_a_dense_decomposition(
    camps: Callable[..., Stances], sizes: tuple[int, ...], opinions: int, noise: float
) -> None:
    matrix = build_matrix(camps(sizes, opinions, seen=0.4, noise=noise))
    assert_same_components(matrix, components(matrix))


def test_many_opinions_are_mapped_without_their_gram_matrix(
    camps: Callable[..., Stances], monkeypatch: pytest.MonkeyPatch
) -> None:
    matrix = build_matrix(camps((60, 50, 40), 300))
    monkeypatch.setattr(pca, "GRAM_LIMIT", 0)
    monkeypatch.setattr(pca, "PATIENCE_LIMIT", 0)
    assert_same_components(matrix, components(matrix))


def test_no_direction_found_is_refused(
    camps: Callable[..., Stances], monkeypatch: pytest.MonkeyPatch
) -> None:
    matrix = build_matrix(camps((60, 50, 40), 300))
    monkeypatch.setattr(pca, "PATIENCE_LIMIT", 0)
    monkeypatch.setattr(pca, "MAX_RESTARTS", 2)
    monkeypatch.setattr(pca, "TOLERANCE", 0.0)
    with pytest.raises(AnalysisRefused) as refused:
        components(matrix)
    assert refused.value.code == "did_not_converge"


def test_warm_start_changes_nothing_but_the_way_there(camps: Callable[..., Stances]) -> None:
    matrix = build_matrix(camps((60, 50, 40), 300))
    cold = components(matrix)
    warm = components(matrix, start=-cold.axes, seed=5)
    # The signs are those of the start, whatever the convention of a cold start says.
    np.testing.assert_allclose(warm.axes, -cold.axes, atol=1e-9)
    assert_same_components(matrix, warm)


def test_projection_sums_what_was_seen_and_scales_it(camps: Callable[..., Stances]) -> None:
    stances = camps()
    matrix = build_matrix(
        Stances.from_arrays(
            stances.people, stances.opinions, stances.values, agenda=range(1, 21), moderated=[3, 4]
        )
    )
    found = components(matrix)
    raw, _filled = dense(matrix)
    for row, person in enumerate(raw):
        seen = ~np.isnan(person)
        alone = (person[seen] - found.mean[seen]) @ found.axes[:, seen].T
        expected = alone * np.sqrt(20 / seen.sum())
        np.testing.assert_allclose(project(matrix, found)[row], expected, atol=1e-12)


def test_extremity_is_the_length_of_a_lone_agree(camps: Callable[..., Stances]) -> None:
    matrix = build_matrix(camps())
    found = components(matrix)
    alone = (1 - found.mean) * found.axes * np.sqrt(20)
    np.testing.assert_allclose(extremity(found), np.linalg.norm(alone, axis=0), atol=1e-12)


def test_opinions_moderated_out_weigh_nothing(camps: Callable[..., Stances]) -> None:
    stances = camps()
    gone = build_matrix(
        Stances.from_arrays(stances.people, stances.opinions, stances.values, moderated=[3, 9])
    )
    found = components(gone)
    assert (found.axes[:, [2, 8]] == 0).all()
    assert (found.mean[[2, 8]] == 0).all()
    assert_same_components(gone, found)


@given(st.integers(2, 30), st.integers(1, 8), st.integers(0, 2**32 - 1))
def test_any_small_matrix_is_exact(people: int, opinions: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    rows, cols = np.nonzero(random.random((people, opinions)) < 0.8)
    values = random.integers(-1, 2, len(rows))
    assume(len(rows))
    matrix = build_matrix(Stances.from_arrays(rows, cols, values))
    _raw, filled = dense(matrix)
    singular = np.linalg.svd(filled, compute_uv=False)
    try:
        found = components(matrix)
    except NotEnough as shortage:
        assert shortage.code == "all_the_same"
        assert singular[0] < 1e-6
        return
    # However close the components are, the variance along them is the largest there is.
    along = np.linalg.norm(filled @ found.axes.T, axis=0)
    padded = np.append(singular, 0.0)[:2]
    np.testing.assert_allclose(along, padded, atol=1e-5)
    assert np.isfinite(project(matrix, found)).all()


@pytest.mark.parametrize(
    ("stances", "code"),
    [
        (Stances.from_rows([]), "nobody"),
        (Stances.from_rows([], roll=[1]), "no_opinions"),
        (Stances.from_rows([], roll=[1], agenda=[1]), "no_stances"),
        (Stances.from_rows([(1, 1, 1), (2, 1, -1)], moderated=[1]), "no_opinions"),
        (Stances.from_rows([(1, 1, 1), (2, 1, 1), (1, 2, 0)]), "all_the_same"),
    ],
)
def test_too_little_is_named(stances: Stances, code: str) -> None:
    with pytest.raises(NotEnough) as shortage:
        components(build_matrix(stances))
    assert shortage.value.code == code
