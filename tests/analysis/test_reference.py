"""Every figure of the open conversations, from their published groups: one test a figure."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from consultations.analysis.opinion_map import compute_map
from consultations.analysis.polis_csv import read_conversation, read_groups

TOLERANCE = 1e-6


@pytest.fixture(scope="module")
def ours(conversation: Path) -> dict[str, Any]:
    read = read_conversation(conversation / "participants-votes.csv", conversation / "comments.csv")
    groups = read_groups(conversation.with_suffix(".json"))
    return compute_map(read.stances, groups=groups).as_reference_json()


def signs(ours: dict[str, Any], reference: dict[str, Any]) -> np.ndarray:
    """+1 or -1 for each component: the same direction may be published either way round."""
    pairs = (np.dot(ours[name], reference[name]) for name in ("pc1", "pc2"))
    return np.sign(np.array(list(pairs)))


@pytest.mark.parametrize("name", ["statement_ids", "participant_ids", "mod_out", "in_conv"])
def test_ids_are_the_published_ones(
    name: str, ours: dict[str, Any], reference: dict[str, Any]
) -> None:
    assert ours[name] == reference[name]


@pytest.mark.parametrize(
    "name",
    [
        "mean",
        "statement_extremity",
        "group_agree",
        "group_disagree",
        "group_seen",
        "group_informed_consensus",
        "rat",
        "rdt",
        "pat",
        "pdt",
        "priority",
    ],
)
def test_figure_matches(name: str, ours: dict[str, Any], reference: dict[str, Any]) -> None:
    np.testing.assert_allclose(ours[name], reference[name], rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize(("name", "axis"), [("pc1", 0), ("pc2", 1)])
def test_component_matches(
    name: str, axis: int, ours: dict[str, Any], reference: dict[str, Any]
) -> None:
    turned = np.array(ours[name]) * signs(ours, reference)[axis]
    np.testing.assert_allclose(turned, reference[name], rtol=0, atol=TOLERANCE)


def test_projection_matches(ours: dict[str, Any], reference: dict[str, Any]) -> None:
    turned = np.array(ours["projection"]) * signs(ours, reference)
    np.testing.assert_allclose(turned, reference["projection"], rtol=0, atol=TOLERANCE)


def test_explained_share_matches(ours: dict[str, Any], reference: dict[str, Any]) -> None:
    expected = reference["explained_ratio"][:2]
    np.testing.assert_allclose(ours["explained_ratio"], expected, rtol=0, atol=TOLERANCE)


def test_representative_matches(ours: dict[str, Any], reference: dict[str, Any]) -> None:
    assert ours["representative"] == reference["representative"]


def test_groups_are_the_published_ones(ours: dict[str, Any], reference: dict[str, Any]) -> None:
    assert ours["groups"] == reference["published_group"]


def test_the_largest_loading_is_positive(ours: dict[str, Any]) -> None:
    for name in ("pc1", "pc2"):
        assert max(ours[name], key=abs) > 0


def test_votes_in_arrival_order_give_the_same_map(
    conversation: Path, ours: dict[str, Any], reference: dict[str, Any]
) -> None:
    comments = conversation / "comments.csv"
    votes = read_conversation(conversation / "votes.csv", comments)
    groups = {
        person: group
        for person, group in read_groups(conversation.with_suffix(".json")).items()
        if person in votes.groups
    }
    again = compute_map(votes.stances, groups=groups).as_reference_json()
    place = {opinion: at for at, opinion in enumerate(ours["statement_ids"])}
    chosen = [place[opinion] for opinion in again["statement_ids"]]
    for name in ("group_agree", "group_disagree", "group_seen", "rat"):
        expected = np.array(reference[name])[:, chosen]
        np.testing.assert_allclose(again[name], expected, rtol=0, atol=TOLERANCE)


def test_our_own_groups_of_the_real_conversation_are_told(conversation: Path) -> None:
    read = read_conversation(conversation / "participants-votes.csv", conversation / "comments.csv")
    found = compute_map(read.stances)
    assert found.status == "ready"
    assert 2 <= len(found.figures.group_ids) <= 5
    assert found.portraits
    assert found.uniting
    assert found.dividing
    gone = set(found.matrix.opinions[found.matrix.moderated].tolist())
    shown = {one.opinion for one in found.uniting} | {one.opinion for one in found.dividing}
    shown |= {one.opinion for portrait in found.portraits for one in portrait.representative}
    assert not shown & gone
