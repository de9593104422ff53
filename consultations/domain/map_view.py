"""The opinion map fit to be shown: no ids, no names, nothing hidden, no group under five."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from consultations.analysis.groups import K_MAX
from consultations.analysis.telling import Representative
from consultations.domain import map_words

Found = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Share:
    """How many of those who saw an opinion take `stance`, in percent, with Wilson's interval."""

    stance: str
    agree: int
    disagree: int
    passed: int
    percent: int
    low: int
    high: int

    @property
    def seen(self) -> int:
        return self.agree + self.disagree + self.passed


@dataclass(frozen=True, slots=True)
class GroupShare:
    """One group's share; `slot` is its mark on the map, from 0 to 4."""

    letter: str
    slot: int
    share: Share


@dataclass(frozen=True, slots=True)
class TellingOpinion:
    """An opinion that unites or divides: the share of all (None where groups alone are compared),
    and of each group that is described and of which at least five have seen it."""

    number: int
    text: str
    share: Share | None
    groups: tuple[GroupShare, ...]


@dataclass(frozen=True, slots=True)
class HeldOpinion:
    """An opinion that sets a group apart, with the share among the group."""

    number: int
    text: str
    share: Share


@dataclass(frozen=True, slots=True)
class Group:
    """A group of at least five people. `outline` surrounds its dots, in map coordinates."""

    letter: str
    slot: int
    size: int
    sentence: str
    centre: tuple[int, int]
    outline: tuple[tuple[int, int], ...]
    holds: tuple[HeldOpinion, ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """People at one place, from -100 to 100; `slot` is None outside the groups described."""

    x: int
    y: int
    slot: int | None
    people: int


@dataclass(frozen=True, slots=True)
class You:
    """What the map says of the viewer, to the viewer alone. `place` is (x, y), None off the map."""

    place: tuple[int, int] | None
    letter: str
    sentence: str


@dataclass(frozen=True, slots=True)
class MapView:
    """The map of one consultation as one viewer sees it.

    `status` is ready, too_early, not_enough or unavailable; `missing` says in words what a map
    that is not ready still lacks, and then everything below it is empty. `you` is None for whoever
    has no stance here.
    """

    status: str
    missing: str
    people: int
    opinions: int
    stances: int
    computed_at: datetime | None
    dots: tuple[Dot, ...] = ()
    groups: tuple[Group, ...] = ()
    uniting: tuple[TellingOpinion, ...] = ()
    dividing: tuple[TellingOpinion, ...] = ()
    you: You | None = None


def unavailable() -> MapView:
    """What is shown while no map has been computed."""
    words = _("意见图谱暂时还没有算出来，请稍后再看。")
    return MapView("unavailable", words, 0, 0, 0, None)


def numbers_in(found: Found) -> list[int]:
    """The opinions that a map names."""
    held = [one for group in found["groups"] for one in group["representative"]]
    return sorted({one["opinion"] for one in [*held, *found["uniting"], *found["dividing"]]})


def shown_to_all(found: Found, *, texts: Mapping[int, str], computed_at: datetime) -> MapView:
    """The map without its viewer. Opinions that have no text in `texts` are not mentioned."""
    slots = _slots(group["group"] for group in found["groups"])
    counts = {name: found[name] for name in ("people", "opinions")}
    return MapView(
        status=found["status"],
        missing=map_words.missing(
            found["status"], found["reason"], settled=found["settled"], **counts
        ),
        stances=found["stances"],
        computed_at=computed_at,
        dots=tuple(Dot(x, y, slots.get(group), people) for x, y, group, people in found["dots"]),
        groups=tuple(_group(one, slots, texts) for one in found["groups"]),
        uniting=tuple(_telling(one, slots, texts) for one in _known(found["uniting"], texts)),
        dividing=tuple(_telling(one, slots, texts) for one in _known(found["dividing"], texts)),
        **counts,
    )


def you(found: Found, person_id: int) -> You | None:
    """What the map says of one person, to that person; None without a stance."""
    x, y, group, stances = found["places"].get(str(person_id), (0, 0, None, 0))
    if not stances:
        return None
    ready = found["status"] == "ready"
    letter = map_words.letter_of(group) if ready and group is not None else ""
    sentence = map_words.about_you(letter, stances=stances, ready=ready)
    return You((x, y) if ready else None, letter, sentence)


def _slots(groups: Iterable[int]) -> dict[int | None, int]:
    """A mark for each group, by its id: it keeps the mark while no other group takes it."""
    slots: dict[int | None, int] = {}
    for group in sorted(groups):
        taken = set(slots.values())
        wishes = (slot % K_MAX for slot in range(group, group + K_MAX))
        slots[group] = next(slot for slot in wishes if slot not in taken)
    return slots


def _known(told: Iterable[Found], texts: Mapping[int, str]) -> list[Found]:
    return [one for one in told if one["opinion"] in texts]


def _group(one: Found, slots: Mapping[int | None, int], texts: Mapping[int, str]) -> Group:
    held = [Representative(**each) for each in one["representative"]]
    x, y = one["centre"]
    return Group(
        letter=map_words.letter_of(one["group"]),
        slot=slots[one["group"]],
        size=one["size"],
        sentence=map_words.group_sentence(held, shown=texts),
        centre=(x, y),
        outline=tuple((x, y) for x, y in one["outline"]),
        holds=tuple(
            HeldOpinion(each["opinion"], texts[each["opinion"]], _share(each, each["stance"]))
            for each, known in zip(one["representative"], held, strict=True)
            if each["opinion"] in texts and map_words.is_held(known)
        ),
    )


def _telling(
    one: Found, slots: Mapping[int | None, int], texts: Mapping[int, str]
) -> TellingOpinion:
    return TellingOpinion(
        number=one["opinion"],
        text=texts[one["opinion"]],
        share=_share(one, one["stance"]) if "stance" in one else None,
        groups=tuple(
            GroupShare(
                map_words.letter_of(each["group"]), slots[each["group"]], _share(each, "agree")
            )
            for each in one["groups"]
        ),
    )


def _share(counts: Found, stance: str) -> Share:
    agree, disagree, seen = counts["agree"], counts["disagree"], counts["seen"]
    return Share(
        stance=stance,
        agree=agree,
        disagree=disagree,
        passed=seen - agree - disagree,
        percent=round(100 * counts[stance] / seen),
        low=round(100 * counts["low"]),
        high=round(100 * counts["high"]),
    )
