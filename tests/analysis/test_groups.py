"""Groups: found, scored, and steady from one recompute to the next."""

from collections.abc import Callable

import numpy as np
import pytest

from consultations.analysis import groups
from consultations.analysis.groups import GroupState, clustered, find_groups, kmeans, silhouettes
from consultations.analysis.matrix import Floats, Ints, NotEnough, Stances, build_matrix


def blobs(*centres: tuple[float, float], each: int = 20, seed: int = 3) -> Floats:
    random = np.random.default_rng(seed)
    return np.vstack([random.normal(centre, 0.3, (each, 2)) for centre in centres])


def group(points: Floats, before: GroupState | None = None) -> groups.Grouping:
    everybody = np.ones(len(points), dtype=np.bool_)
    return find_groups(points, np.arange(len(points)), everybody, previous=before, seed=0)


def plain_silhouette(points: Floats, labels: Ints) -> float:
    scores = []
    for person, label in zip(points, labels, strict=True):
        far = np.linalg.norm(points - person, axis=1)
        own = labels == label
        if own.sum() == 1:
            scores.append(0.0)
            continue
        inside = far[own].sum() / (own.sum() - 1)
        nearest = min(far[labels == other].mean() for other in set(labels.tolist()) - {int(label)})
        scores.append((nearest - inside) / max(nearest, inside, 1e-300))
    return float(np.mean(scores))


@pytest.mark.parametrize("cells", [16, 2**17])
def test_silhouette_is_the_plain_one(cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "BLOCK_CELLS", cells)
    points = np.random.default_rng(0).normal(0, 1, (90, 2))
    points[10:20] = points[0]
    several = {k: np.random.default_rng(k).integers(0, k, 90) for k in (2, 3, 5)}
    several[4] = np.where(np.arange(90) == 7, 3, np.arange(90) % 3)
    found = silhouettes(points, several)
    for k, labels in several.items():
        assert found[k] == pytest.approx(plain_silhouette(points, labels), abs=1e-5)


def test_silhouette_of_a_sample_is_near_the_exact_one(monkeypatch: pytest.MonkeyPatch) -> None:
    points = blobs((0, 0), (3, 0), (0, 2), each=200)
    labels = np.repeat(np.arange(3), 200)
    exact = silhouettes(points, {3: labels})[3]
    monkeypatch.setattr(groups, "EXACT_SILHOUETTE", 100)
    monkeypatch.setattr(groups, "SILHOUETTE_SAMPLE", 150)
    sampled = silhouettes(points, {3: labels})[3]
    assert sampled != exact
    assert sampled == pytest.approx(exact, abs=0.05)


@pytest.mark.parametrize("k", [2, 3, 4, 5])
def test_as_many_groups_as_there_are(k: int) -> None:
    centres = [(0.0, 0.0), (6.0, 0.0), (0.0, 6.0), (6.0, 6.0), (3.0, 12.0)][:k]
    found = group(blobs(*centres))
    assert found.state.shown == k
    blocks = found.labels.reshape(k, 20)
    assert (blocks == blocks[:, :1]).all()
    assert sorted(blocks[:, 0].tolist()) == list(range(k))


def test_kmeans_ignores_the_order_of_the_people() -> None:
    points = np.random.default_rng(5).normal(0, 1, (200, 2))
    order = np.random.default_rng(6).permutation(200)
    labels, centres = kmeans(points, 4, seed=2)
    shuffled, same_centres = kmeans(points[order], 4, seed=2)
    assert shuffled.tolist() == labels[order].tolist()
    np.testing.assert_allclose(same_centres, centres, atol=1e-9)


def test_kmeans_is_a_function_of_the_seed() -> None:
    points = np.random.default_rng(5).normal(0, 1, (200, 2))
    one, two = kmeans(points, 5, seed=8), kmeans(points, 5, seed=8)
    assert one[0].tolist() == two[0].tolist()
    assert (one[1] == two[1]).all()


def test_kmeans_leaves_no_group_empty() -> None:
    points = blobs((0, 0), (5, 5))
    far_away = np.array([[0.0, 0.0], [900.0, 0.0], [901.0, 0.0], [5.0, 5.0]])
    labels, centres = kmeans(points, 4, start=far_away)
    assert sorted(set(labels.tolist())) == [0, 1, 2, 3]
    assert np.isfinite(centres).all()


def test_warm_start_ends_where_it_began() -> None:
    points = blobs((0, 0), (5, 5), (0, 5))
    labels, centres = kmeans(points, 3)
    again, same = kmeans(points, 3, start=centres)
    assert again.tolist() == labels.tolist()
    np.testing.assert_allclose(same, centres)


def test_new_k_is_shown_after_four_wins_in_a_row() -> None:
    two, three = blobs((0, 0), (9, 0), (9, 0.4)), blobs((0, 0), (9, 0), (4.5, 9))
    state = group(two).state
    assert state.shown == 2
    shown = []
    for _ in range(3):
        state = group(three, state).state
        shown.append(state.shown)
    # One recompute in which two groups win again starts the count anew.
    state = group(two, state).state
    for _ in range(4):
        state = group(three, state).state
        shown.append(state.shown)
    assert shown == [2, 2, 2, 2, 2, 2, 3]
    assert (state.rival, state.wins) == (0, 0)


def test_another_rival_starts_the_count_anew() -> None:
    before = group(blobs((0, 0), (9, 0))).state
    rivalled = GroupState(before.centres, 2, 4, 3, before.labels, before.next_id)
    after = group(blobs((0, 0), (9, 0), (4.5, 9)), rivalled).state
    assert (after.shown, after.rival, after.wins) == (2, 3, 1)


def test_k_that_is_no_longer_possible_is_replaced_at_once() -> None:
    state = group(blobs((0, 0), (9, 0), (4.5, 9), (4.5, -9))).state
    assert state.shown == 4
    assert group(np.array([[0.0, 0], [0, 0.1], [9, 0]]), state).state.shown == 2


def test_groups_keep_their_ids_when_people_move_and_come() -> None:
    first = group(blobs((0, 0), (9, 0), (4.5, 9)))
    more = blobs((0, 0), (9, 0), (4.5, 9))
    # The map turns by 120 degrees, and a few people change sides.
    turn = 2 * np.pi / 3
    turned = more @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    turned[:4] = turned[25]
    joined = np.vstack([turned, turned[55:60]])
    second = group(joined, first.state)
    assert second.labels[4:60].tolist() == first.labels[4:].tolist()
    assert set(second.labels[60:].tolist()) == {int(first.labels[59])}


def test_a_new_group_gets_an_id_never_used_and_a_lost_one_is_not_reused() -> None:
    points = blobs((0, 0), (9, 0))
    state = group(points).state
    # Everybody of group 1 left; other people came elsewhere.
    strangers = np.arange(100, 120)
    people = np.concatenate([np.arange(20), strangers])
    everybody = np.ones(40, dtype=np.bool_)
    moved = find_groups(points, people, everybody, previous=state)
    kept = {state.labels[person] for person in range(20)}
    assert set(moved.labels[:20].tolist()) == kept
    assert set(moved.labels[20:].tolist()) == {2}
    assert moved.state.next_id == 3


def test_people_not_chosen_are_in_no_group() -> None:
    points = blobs((0, 0), (9, 0))
    chosen = np.arange(40) % 2 == 0
    found = find_groups(points, np.arange(40), chosen)
    assert (found.labels[~chosen] == -1).all()
    assert (found.labels[chosen] >= 0).all()


@pytest.mark.parametrize(
    "points", [np.zeros((0, 2)), np.zeros((1, 2)), np.array([[0.0, 0], [1, 1]]), np.ones((30, 2))]
)
def test_too_few_positions_are_named(points: Floats) -> None:
    with pytest.raises(NotEnough) as shortage:
        group(points)
    assert shortage.value.code == "too_few_positions"


def test_who_is_clustered() -> None:
    # Person p took p stances: 1 to 20, of 20 opinions.
    rows = [(person, opinion, 1) for person in range(1, 21) for opinion in range(person)]
    chosen = clustered(build_matrix(Stances.from_rows([*rows], roll=range(25))))
    # Seven stances or more: 7 to 20, fourteen people; topped up to 15 by person 6.
    assert np.flatnonzero(chosen).tolist() == list(range(6, 21))


def test_seven_stances_or_all_there_are(camps: Callable[..., Stances]) -> None:
    few = build_matrix(camps((20, 20), 3, seen=0.8))
    assert (clustered(few) == (few.seen_by_person() == 3)).all()
