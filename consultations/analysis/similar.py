"""Which opinions say nearly the same: for a moderator to look at, and to merge or not.

Texts are compared by their pairs and triples of characters, weighted by how rare they are among
all texts (TF-IDF), by the cosine. That knows no synonyms and no words, and needs neither a
dictionary nor a model: what people copy, resend and vary shares its characters.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LIKELY = 0.2
SHORTEST = 4
MOST_COMMON = 0.2

_NOT_SAID = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Group:
    """Numbers of opinions that are likely the same, ascending, and their least likeness (0 to 1).

    Each is like the first: likeness does not travel on from one to the next.
    """

    numbers: tuple[int, ...]
    likeness: float


def grams(text: str) -> Counter[str]:
    """How often each pair and triple of characters is in `text`; only letters and digits count."""
    said = _NOT_SAID.sub("", unicodedata.normalize("NFKC", text).casefold())
    if len(said) < SHORTEST:
        return Counter()
    return Counter(said[at : at + n] for n in (2, 3) for at in range(len(said) - n + 1))


def similar_groups(texts: Mapping[int, str], *, least: float = LIKELY) -> list[Group]:
    """Groups of texts that are alike by at least `least`, the most alike first.

    `texts` by their numbers. Texts of less than four characters are like none. 5,000 texts of 60
    characters take about a second.
    """
    numbers = sorted(texts)
    likeness: dict[int, list[tuple[int, float]]] = {}
    for one, other, how in _pairs([grams(texts[number]) for number in numbers], least):
        likeness.setdefault(one, []).append((other, how))
    taken: set[int] = set()
    groups = []
    for place, number in enumerate(numbers):
        if place in taken:
            continue
        like = [(other, how) for other, how in likeness.get(place, []) if other not in taken]
        taken.update(other for other, _how in like)
        if like:
            members = (number, *(numbers[other] for other, _how in like))
            groups.append(Group(members, round(min(how for _other, how in like), 3)))
    return sorted(groups, key=lambda group: (-group.likeness, group.numbers))


def _pairs(counted: Sequence[Counter[str]], least: float) -> list[tuple[int, int, float]]:
    """(place, later place, cosine) of the texts that are alike enough."""
    places: dict[str, list[int]] = {}
    for place, grams_of_one in enumerate(counted):
        for gram in grams_of_one:
            places.setdefault(gram, []).append(place)
    # What is in a single text finds no other, and what is in very many tells none apart; both
    # still lengthen a text that has them.
    common = max(20.0, MOST_COMMON * len(counted))
    rarity = {gram: float(np.log1p(len(counted) / len(at))) for gram, at in places.items()}
    weights = [{gram: (1 + np.log(n)) * rarity[gram] for gram, n in one.items()} for one in counted]
    lengths = [float(np.sqrt(sum(w * w for w in one.values()))) or 1.0 for one in weights]
    postings: dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]] = {
        gram: (
            np.array(at, dtype=np.int64),
            np.array([weights[place][gram] / lengths[place] for place in at]),
        )
        for gram, at in places.items()
        if 1 < len(at) <= common
    }
    found: list[tuple[int, int, float]] = []
    for place, one in enumerate(weights):
        shared = [(postings[gram], w) for gram, w in one.items() if gram in postings]
        if not shared:
            continue
        at = np.concatenate([posting[0] for posting, _w in shared])
        by = np.concatenate([posting[1] * w for posting, w in shared]) / lengths[place]
        likeness = np.bincount(at, weights=by)
        likeness[: place + 1] = 0.0
        found += [
            (place, int(other), float(likeness[other]))
            for other in np.flatnonzero(likeness >= least)
        ]
    return found
