"""Stances → matrix: the last one holds, and what is wrong is named."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.analysis import matrix as matrix_module
from consultations.analysis.matrix import AnalysisRefused, Matrix, Stances, build_matrix

rows = st.lists(
    st.tuples(st.integers(-5, 40), st.integers(0, 12), st.integers(-1, 1)), max_size=150
)
far_apart = st.lists(
    st.tuples(
        st.integers(-(2**62), 2**62), st.sampled_from([3, 2**40, -(2**50)]), st.integers(-1, 1)
    ),
    max_size=40,
)


def cells(matrix: Matrix) -> dict[tuple[int, int], int]:
    return {
        (int(matrix.people[row]), int(matrix.opinions[col])): int(value)
        for row, col, value in zip(matrix.rows, matrix.cols, matrix.values, strict=True)
    }


@given(st.one_of(rows, far_apart))
def test_last_stance_holds(stances: list[tuple[int, int, int]]) -> None:
    built = build_matrix(Stances.from_rows(stances))
    expected = {(person, opinion): value for person, opinion, value in stances}
    assert cells(built) == expected
    assert built.people.tolist() == sorted({person for person, _, _ in stances})
    order = list(zip(built.rows.tolist(), built.cols.tolist(), strict=True))
    assert order == sorted(order)


@given(rows)
def test_counts_are_those_of_the_stances_that_hold(stances: list[tuple[int, int, int]]) -> None:
    built = build_matrix(Stances.from_rows(stances))
    member = built.people % 2 == 0
    for chosen in (None, member):
        agree, disagree, seen = built.counts(chosen)
        for place, opinion in enumerate(built.opinions.tolist()):
            values = [
                value
                for (person, which), value in cells(built).items()
                if which == opinion and (chosen is None or person % 2 == 0)
            ]
            expected = (values.count(1), values.count(-1), len(values))
            assert (agree[place], disagree[place], seen[place]) == expected


def test_roll_and_agenda_keep_those_without_stances_and_their_order() -> None:
    built = build_matrix(Stances.from_rows([(7, 2, 1)], roll=[9, 7, 8], agenda=[2, 1]))
    assert built.shape == (3, 2)
    assert built.people[built.listed_people].tolist() == [9, 7, 8]
    assert built.opinions[built.listed_opinions].tolist() == [2, 1]
    assert built.seen_by_person().tolist() == [1, 0, 0]


@pytest.mark.parametrize(
    ("stances", "known", "code"),
    [
        ([(1, 1, 1), (5, 1, 1)], {"roll": [1, 2]}, "unknown_person"),
        ([(1, 1, 1), (2, 9, 1)], {"agenda": [1, 2]}, "unknown_opinion"),
        ([(1, 1, 1)], {"roll": []}, "unknown_person"),
        ([(1, 3, 1)], {"agenda": [1, 2**61, 5]}, "unknown_opinion"),
        ([(1, 2**61 + 1, 1)], {"agenda": [1, 2**62, 5]}, "unknown_opinion"),
        ([(1, 1, 1)], {"agenda": [1], "moderated": [2]}, "unknown_opinion"),
    ],
)
def test_unknown_ids_are_refused(
    stances: list[tuple[int, int, int]], known: dict[str, list[int]], code: str
) -> None:
    with pytest.raises(AnalysisRefused) as refused:
        build_matrix(Stances.from_rows(stances, **known))  # type: ignore[arg-type]
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ((1, 1, float("nan")), "bad_value"),
        ((1, 1, float("inf")), "bad_value"),
        ((1, 1, 0.5), "bad_value"),
        ((1, 1, 2), "bad_value"),
        ((1, 1, 257), "bad_value"),
        ((1, 1, None), "bad_value"),
        ((1, 1, "1"), "bad_value"),
        ((float("nan"), 1, 1), "bad_id"),
        ((1.5, 1, 1), "bad_id"),
        ((1, None, 1), "bad_id"),
        ((1, "x", 1), "bad_id"),
        ((2**63, 1, 1), "bad_id"),
        ((2**70, 1, 1), "bad_id"),
    ],
)
def test_bad_cells_are_refused(row: tuple[int, int, int], code: str) -> None:
    with pytest.raises(AnalysisRefused) as refused:
        Stances.from_rows([(1, 2, 1), row])
    assert refused.value.code == code


def test_bad_shapes_are_refused() -> None:
    with pytest.raises(AnalysisRefused) as refused:
        Stances.from_arrays([1, 2], [1], [1])
    assert refused.value.code == "unequal_lengths"
    with pytest.raises(AnalysisRefused) as refused:
        Stances.from_rows([(1, 1)])  # type: ignore[list-item]
    assert refused.value.code == "bad_row"


@pytest.mark.parametrize(
    ("limit", "stances"),
    [
        ("MAX_STANCES", [(1, 1, 1), (1, 1, 0), (1, 1, 1)]),
        ("MAX_PEOPLE", [(1, 1, 1), (2, 1, 1), (3, 1, 1)]),
        ("MAX_OPINIONS", [(1, 1, 1), (1, 2, 1), (1, 3, 1)]),
    ],
)
def test_too_much_is_refused(
    limit: str, stances: list[tuple[int, int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    build_matrix(Stances.from_rows(stances))
    monkeypatch.setattr(matrix_module, limit, 2)
    with pytest.raises(AnalysisRefused) as refused:
        build_matrix(Stances.from_rows(stances))
    assert refused.value.code == "too_large"


def test_more_than_65536_people_are_sorted_rightly() -> None:
    people = np.arange(70_000)[::-1]
    built = build_matrix(Stances.from_arrays(people, people % 3, people % 2))
    assert built.people[built.rows].tolist() == list(range(70_000))
    assert (built.values == built.people[built.rows] % 2).all()
