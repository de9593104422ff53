"""The order of those who want to speak. Pure: it is told who waits and what was said before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hand:
    """A raised hand: `number` rises with the time it was raised; `placed` is a moderator's word."""

    number: int
    person_id: int
    identity: str
    placed: int | None = None


def fair_order(
    hands: Iterable[Hand], *, spoken: Mapping[int, int], called: Mapping[str, int]
) -> list[int]:
    """The numbers of the hands in the order in which they come to speak.

    Identities take turns: the one whose people were called longest ago, or never, comes first
    (`called` is a rising number of each identity's last call); equals by the earliest hand.
    Within an identity whoever has spoken least in this room comes first (`spoken`, seconds by
    person), equals by the earlier hand. Whom a moderator has placed stands at that place, and the
    others fill the places around.
    """
    every = list(hands)
    ranks: dict[str, list[Hand]] = {}
    for hand in sorted(every, key=lambda one: (spoken.get(one.person_id, 0), one.number)):
        if hand.placed is None:
            ranks.setdefault(hand.identity, []).append(hand)
    last = dict(called)
    turn = max(last.values(), default=0)
    order: list[int] = []
    while ranks:
        identity = min(ranks, key=lambda each: (last.get(each, -1), _earliest(ranks[each])))
        order.append(ranks[identity].pop(0).number)
        turn += 1
        last[identity] = turn
        if not ranks[identity]:
            del ranks[identity]
    for hand in sorted(every, key=lambda one: (one.placed or 0, one.number)):
        if hand.placed is not None:
            order.insert(hand.placed - 1, hand.number)
    return order


def _earliest(hands: list[Hand]) -> int:
    return min(hand.number for hand in hands)
