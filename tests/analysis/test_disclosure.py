"""What may be told of groups, so that a small one cannot be found by taking away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.analysis.disclosure import SMALLEST_DESCRIBED, may_be_shown


@pytest.mark.parametrize(
    ("seen", "apart", "everyone", "shown"),
    [
        ({}, 0, 0, ""),
        ({"A": 9, "B": 5}, 0, 14, "AB"),
        ({"A": 9, "B": 4}, 0, 13, ""),  # without A's nine the four of B are left
        ({"A": 9, "B": 6}, 3, 18, "A"),  # the smaller one hides the three
        ({"A": 9, "B": 6}, 5, 20, "AB"),
        ({"A": 9, "B": 6}, 3, 20, "AB"),  # among two in no group nobody finds the three
        ({"A": 9, "B": 6}, 0, 17, "AB"),  # two in no group are no group
    ],
)
def test_smallest_group_is_kept_back_where_a_few_would_be_left(
    seen: dict[str, int], apart: int, everyone: int, shown: str
) -> None:
    assert may_be_shown(seen, apart=apart, everyone=everyone) == set(shown)


@given(st.lists(st.integers(0, 30), max_size=5), st.integers(0, 9), st.integers(0, 9))
def test_no_few_of_a_group_are_left_over(seen: list[int], apart: int, outside: int) -> None:
    groups = dict(enumerate(seen))
    everyone = sum(seen) + apart + outside
    shown = may_be_shown(groups, apart=apart, everyone=everyone)
    assert all(groups[one] >= SMALLEST_DESCRIBED for one in shown)
    hidden = everyone - sum(groups[one] for one in shown) - outside
    assert hidden == 0 or hidden + outside >= SMALLEST_DESCRIBED or not shown
