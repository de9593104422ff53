"""举手计票: hands that were counted in the hall for an open ballot.

Nobody is counted twice: hands are raised by those whom the desk has checked in as voting by hand,
and these cannot vote online; who has voted online already raises no hand that counts. A show of
hands is open, so a secret ballot takes none.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from consultations.domain import doorbell
from consultations.domain.events import advance, record
from consultations.domain.seats import voters
from consultations.domain.stages import Act, require_stage
from consultations.models import (
    Ballot,
    CheckIn,
    Consultation,
    HandCount,
    ResultsShown,
    RoomEvent,
    Secrecy,
)
from hall.errors import Code, Refusal
from members.access import require
from members.models import Person
from members.roles import Permission


@dataclass(frozen=True, slots=True)
class Hands:
    """How many people have raised a hand, and the hands by option, in the options' order."""

    people: int
    counts: list[int]


def count_hands(
    consultation: Consultation,
    *,
    number: int,
    people: int,
    counts: list[int],
    key: UUID,
    by: Person,
    expected: UUID | None = None,
) -> RoomEvent | None:
    """Enter the hands that `people` attendees have raised, by option; it replaces an earlier count.

    `expected` is the key of the count that it replaces, None for the first one of the ballot.
    Logged as `ballot.hands_counted`; every count is kept. None where this very count is there,
    also when the ballot has been closed since, or the room sealed.

    Raises:
        Refusal: `forbidden`, `wrong_stage`; `not_found` without such a ballot; `wrong_state` when
            it is closed or secret, or another count holds than `expected`; `invalid` for figures
            that cannot be.
    """
    require(by, Permission.DESK_KEEP, consultation)
    made = HandCount.objects.filter(
        ballot__consultation=consultation, ballot__number=number, key=key
    )
    with transaction.atomic():
        if made.exists():  # before the turn: a sealed log gives none
            return None
        turn = advance(consultation.pk)
        if made.exists():
            transaction.set_rollback(True)
            return None
        consultation.refresh_from_db(fields=["stage"])
        require_stage(consultation, Act.DESK)
        ballot = _open_ballot(consultation, number)
        known = ballot.hand_counts.order_by("-pk").first()
        if (known.key if known else None) != expected:
            raise Refusal(Code.WRONG_STATE, _("刚才已有别人录入举手数，请看过再更正。"))
        _require_possible(ballot, people, counts)
        HandCount.objects.create(
            ballot=ballot, key=key, people=people, counts=counts, by=by, at=turn.at
        )
        body = {
            "number": number,
            **shown_hands(ballot, people, counts),
            "corrected": known is not None,
            "counted_by": by.alias,
        }
        transaction.on_commit(partial(doorbell.ring_ballot, consultation.pk))
        return record(consultation.pk, "ballot.hands_counted", body, by=by, turn=turn)


def shown_hands(ballot: Ballot, people: int, counts: list[int]) -> dict[str, Any]:
    """`{people, counts}` as everyone may know them while the ballot is open."""
    public = ballot.results == ResultsShown.LIVE
    return {"people": people, "counts": list(counts) if public else None}


def count_to_replace(ballot: Ballot) -> dict[str, Any] | None:
    """`{key, people, counts, by}` of the count that holds, for who enters counts. One query."""
    row = ballot.hand_counts.select_related("by").order_by("-pk").first()
    if row is None:
        return None
    return {
        "key": str(row.key),
        **shown_hands(ballot, row.people, row.counts),
        "by": row.by.alias,
    }


def last_count(ballot: Ballot) -> Hands | None:
    """The count that holds. One query, none for a secret ballot."""
    if ballot.is_secret:
        return None
    row = ballot.hand_counts.order_by("-pk").values_list("people", "counts").first()
    return Hands(*row) if row else None


def hands_allowed(ballot: Ballot) -> int:
    """How many attendees may vote, do so by hand, and have not voted in this ballot. One query."""
    by_hand = CheckIn.objects.filter(
        consultation_id=ballot.consultation_id,
        withdrawn_at=None,
        votes_by_hand=True,
        person__in=voters(ballot.consultation_id).values("person"),
    )
    return by_hand.exclude(person__in=ballot.votes.values("person")).count()


def require_not_voted(consultation: Consultation, person: Person) -> None:
    """Pass unless the person has voted online in the open ballot: a hand would be a second vote.

    Raises:
        Refusal: `wrong_state`.
    """
    open_ones = consultation.ballots.filter(closed_at=None, votes__person=person)
    if open_ones.exclude(secrecy=Secrecy.SECRET).exists():
        raise Refusal(Code.WRONG_STATE, _("这个人已经用手机投了票，等这次表决结束再改为举手表决。"))


def require_votes_online(ballot: Ballot, person: Person) -> None:
    """Pass unless the person is one whose raised hand is counted in this ballot.

    Raises:
        Refusal: `wrong_state`.
    """
    if ballot.is_secret:
        return
    by_hand = CheckIn.objects.filter(
        consultation_id=ballot.consultation_id,
        person=person,
        withdrawn_at=None,
        votes_by_hand=True,
    )
    if by_hand.exists():
        sentence = _("您在签到台登记为现场举手表决。要改用手机投票，请先到签到台改登记。")
        raise Refusal(Code.WRONG_STATE, sentence)


def require_no_hands_counted(consultation: Consultation) -> None:
    """Pass unless hands are counted in an open ballot, which is held until commit.

    Raises:
        Refusal: `wrong_state`.
    """
    ballots = Ballot.objects.select_for_update(no_key=True)
    ballot = ballots.filter(consultation=consultation, closed_at=None).first()
    if ballot is not None and ballot.hand_counts.exists():
        raise Refusal(Code.WRONG_STATE, _("正在表决，举手票已计入，请在表决结束后再改。"))


def _open_ballot(consultation: Consultation, number: int) -> Ballot:
    """The ballot, held until commit: votes, hands and the close pass one after the other."""
    ballots = Ballot.objects.select_for_update(no_key=True)
    ballot = ballots.filter(consultation=consultation, number=number).first()
    if ballot is None:
        sentence = _("没有第 %(number)s 项表决。")
        raise Refusal(Code.NOT_FOUND, sentence % {"number": number})
    if ballot.closed_at is not None:
        raise Refusal(Code.WRONG_STATE, _("这项表决已经结束。"))
    if ballot.is_secret:
        raise Refusal(Code.WRONG_STATE, _("无记名表决不能举手计票。"))
    return ballot


def _require_possible(ballot: Ballot, people: int, counts: list[int]) -> None:
    if len(counts) != ballot.options.count() or any(not 0 <= n <= people for n in counts):
        raise Refusal(Code.INVALID, _("请按选项逐项填写举手人数。"), field="counts")
    if ballot.max_choices == 1 and sum(counts) != people:
        sentence = _("各项举手数相加应等于举手人数。")
        raise Refusal(Code.INVALID, sentence, field="counts")
    if not people <= sum(counts) <= people * ballot.max_choices:
        sentence = _("每人最多选 %(most)s 项，数字对不上。") % {"most": ballot.max_choices}
        raise Refusal(Code.INVALID, sentence, field="counts")
    most = hands_allowed(ballot)
    if people > most:
        sentence = _("可以举手的现在有 %(most)s 人：签到台登记为举手、又没有在线投过票的。")
        raise Refusal(Code.INVALID, sentence % {"most": most}, field="people")
