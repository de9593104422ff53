"""Counts that are told once, unless someone may have read others meanwhile."""

from consultations.live.tallies import Changes


def tell(changes: Changes, *lines: list[int]) -> list[list[int]]:
    changes.take()
    return changes.tell(list(lines))


def test_counts_are_told_where_they_differ() -> None:
    changes = Changes()
    assert tell(changes, [1, 1, 0, 0], [2, 0, 1, 0]) == [[1, 1, 0, 0], [2, 0, 1, 0]]
    assert tell(changes, [1, 1, 0, 0], [2, 0, 2, 0]) == [[2, 0, 2, 0]]
    assert changes.since(1) == [[2, 0, 2, 0]]


def test_who_read_a_count_that_came_and_went_is_told_the_one_before() -> None:
    """There and back between two tellings: nothing differs from what was told, but for them."""
    changes = Changes()
    tell(changes, [1, 1, 0, 0])
    read_at = changes.version
    assert changes.doubt([[1, 0, 1, 0], [2, 0, 1, 0]])
    assert changes.take()[0] == [1]
    assert changes.tell([[1, 1, 0, 0]]) == [[1, 1, 0, 0]]
    assert changes.since(read_at) == [[1, 1, 0, 0]]
    assert tell(changes, [1, 1, 0, 0]) == []


def test_what_was_read_as_it_was_told_is_not_counted_again() -> None:
    changes = Changes()
    tell(changes, [1, 1, 0, 0])
    assert not changes.doubt([[1, 1, 0, 0], [2, 5, 0, 0]])
    assert changes.take() == ([], [])
