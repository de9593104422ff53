"""现场代录: what people in the hall say, entered by staff; and what the desk has before it."""

from typing import Any
from uuid import UUID

from consultations.archiving.canonical import timestamp
from consultations.domain.check_ins import CARD, attendee_by_key
from consultations.domain.floor import Receipt
from consultations.domain.hand_counts import count_to_replace, hands_allowed
from consultations.domain.posting import PostDraft, post_opinions
from consultations.domain.reading import one_moment
from consultations.domain.seats import card_of, voters
from consultations.domain.stages import Act
from consultations.models import CheckIn, Consultation, OpinionKind, Secrecy
from hall.errors import Refusal
from members.access import require
from members.models import Person
from members.roles import Permission


def enter_opinion(
    consultation: Consultation,
    *,
    attendee: UUID,
    key: UUID,
    kind: OpinionKind,
    text: str,
    by: Person,
) -> Receipt:
    """Post what an attendee has said in the hall: theirs, marked as entered by `by`.

    The agenda step narrows who may write now, and not what was said: what reaches the hall late,
    over a bad line, is entered all the same. It is not held either. The same key again is the same
    entry, also when the check-in was withdrawn since.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`, `empty`, `too_long`, `key_reused`;
            `not_found` where nobody is checked in under this key.
    """
    require(by, Permission.DESK_KEEP, consultation)
    came = consultation.check_ins.filter(key=attendee)
    known = consultation.opinions.filter(key=key, author__in=came.values("person")).exists()
    speaker = attendee_by_key(consultation, attendee, withdrawn_too=known).person
    draft = PostDraft(speaker, key, kind, text, act=Act.DESK, entered_by=by)
    result = post_opinions(consultation, [draft])[0]
    if isinstance(result, Refusal):
        raise result
    return result


def desk_view(consultation: Consultation, *, by: Person) -> dict[str, Any]:
    """What a desk works with: `{attendees, expected, hands, counted}`. About seven queries.

    `attendees` are those checked in, the latest first: `{key, person, how, votes, votes_by_hand,
    at, by}`, `votes` for who has a vote here at all; `expected` are people with a seat who are
    not; `hands` is how many may raise a hand in the open ballot, and `counted` the count
    that holds there: `{key, people, counts, by}`; either may be null. People are cards with
    their `real_name`, as on the attendance list: an alias alone tells five of one family name
    apart for nobody at the desk.

    Raises:
        Refusal: `forbidden`.
    """
    require(by, Permission.DESK_KEEP, consultation)
    with one_moment():
        here = list(
            consultation.check_ins.filter(withdrawn_at=None)
            .select_related("by", *CARD)
            .order_by("-at", "-pk")
        )
        seats = consultation.seats.exclude(person__in=[entry.person_id for entry in here])
        expected = seats.select_related(*CARD).order_by("pk")
        may_vote = set(voters(consultation.pk).values_list("person", flat=True))
        ballot = consultation.ballots.filter(closed_at=None).exclude(secrecy=Secrecy.SECRET).first()
        return {
            "attendees": [_attendee(entry, votes=entry.person_id in may_vote) for entry in here],
            "expected": [_known(seat.person) for seat in expected],
            "hands": hands_allowed(ballot) if ballot else None,
            "counted": count_to_replace(ballot) if ballot else None,
        }


def attendance_list(consultation: Consultation, *, by: Person) -> list[CheckIn]:
    """Every check-in in its order, those withdrawn too, with people and names. One query.

    Raises:
        Refusal: `forbidden`.
    """
    require(by, Permission.DESK_KEEP, consultation)
    found = consultation.check_ins.select_related("by", "withdrawn_by", *CARD)
    return list(found.order_by("at", "pk"))


def _known(person: Person) -> dict[str, Any]:
    """As others see them, and the name by which a clerk who writes down their words knows them."""
    return {**card_of(person), "real_name": person.real_name}


def _attendee(entry: CheckIn, *, votes: bool) -> dict[str, Any]:
    return {
        "key": str(entry.key),
        "person": _known(entry.person),
        "how": entry.how,
        "votes": votes,
        "votes_by_hand": entry.votes_by_hand,
        "at": timestamp(entry.at),
        "by": entry.by.alias,
    }
