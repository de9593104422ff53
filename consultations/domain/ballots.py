"""Putting a question to the vote: opening a ballot, voting, closing it.

Votes do not pass the room's lock: each is a row of its own, and the close records the result in
the log. Who closes a ballot waits for the votes under way, so that every vote that was
acknowledged is in the count.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Case, F, Max, Value, When
from django.utils.translation import gettext as _

from consultations.archiving.canonical import SALT_BYTES
from consultations.domain import clock, doorbell
from consultations.domain.ballot_cards import question_card
from consultations.domain.ballot_drafts import BallotDraft, checked
from consultations.domain.ballot_results import result_of
from consultations.domain.events import Advanced, advance, record
from consultations.domain.hand_counts import require_votes_online
from consultations.domain.rows import run_together
from consultations.domain.stages import Act, require_stage
from consultations.models import (
    Ballot,
    BallotOption,
    BallotVote,
    Consultation,
    HowClosed,
    RoomEvent,
)
from hall.errors import Code, Refusal
from hall.plaintext import plain_line
from members.access import require
from members.models import Person
from members.roles import Permission

__all__ = [
    "BallotDraft",
    "VoteReceipt",
    "cast_vote",
    "close_ballot",
    "close_due",
    "open_ballot",
    "void_ballot",
]

MAX_REASON = 200
_DUE = (
    "SELECT consultation_id FROM consultations_ballot WHERE closed_at IS NULL AND closes_at <= %s"
)


@dataclass(frozen=True, slots=True)
class VoteReceipt:
    """A vote that counts. `choices` is empty for a secret one: nobody is told it again."""

    number: int
    choices: list[int]


def open_ballot(consultation: Consultation, *, by: Person, key: UUID, draft: BallotDraft) -> int:
    """Put a question to the vote; returns the ballot's number. Logged as `ballot.opened`.

    Opening again under the same key is the same ballot, also after the seal. One whose time is up
    is closed first.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`; `wrong_state` while another one is open;
            `empty`, `too_long`, `too_many`, `invalid` for what is asked (see `BallotDraft`).
    """
    require(by, Permission.BALLOT_OPEN, consultation)
    rules = checked(draft)
    close_due(consultation.pk)
    opened = consultation.ballots.filter(opened_by=by, key=key)
    with transaction.atomic():
        if (known := opened.first()) is not None:  # before the turn: a sealed log gives none
            return known.number
        turn = advance(consultation.pk)
        if (known := opened.first()) is not None:
            transaction.set_rollback(True)
            return known.number
        consultation.refresh_from_db(fields=["stage"])
        require_stage(consultation, Act.BALLOT)
        if consultation.ballots.filter(closed_at=None).exists():
            raise Refusal(Code.WRONG_STATE, _("上一项表决还没有结束。"))
        last = consultation.ballots.aggregate(last=Max("number"))["last"] or 0
        ballot = Ballot.objects.create(
            consultation=consultation,
            number=last + 1,
            question=rules.question,
            kind=rules.kind,
            secrecy=rules.secrecy,
            results=rules.results,
            quorum=rules.quorum,
            max_choices=rules.max_choices,
            key=key,
            opened_by=by,
            opened_at=turn.at,
            closes_at=turn.at + timedelta(minutes=rules.minutes) if rules.minutes else None,
        )
        options = BallotOption.objects.bulk_create(
            BallotOption(ballot=ballot, position=position, text=text)
            for position, text in enumerate(rules.options, 1)
        )
        body = question_card(ballot, options)
        record(consultation.pk, "ballot.opened", body, by=by, turn=turn)
    return ballot.number


def cast_vote(
    consultation: Consultation, *, person: Person, number: int, choices: list[int], key: UUID
) -> VoteReceipt:
    """Vote for the options at these positions, until the ballot is closed.

    A vote in an open ballot may be changed; a secret one is final. The same vote under the same
    key is the same vote, also when the ballot has been closed since. Who votes by hand in the hall
    does not vote here as well.

    Raises:
        Refusal: `forbidden`; `not_found` without such a ballot; `wrong_state` when it is closed,
            its time is up, a secret vote was cast already, or the person votes by hand;
            `invalid` choices; `key_reused` for other choices under a key that was used.
    """
    require(person, Permission.BALLOT_VOTE, consultation)
    close_due(consultation.pk)
    with transaction.atomic():
        ballot = _held(consultation, number)
        if (known := _cast_under(ballot, person, key, choices)) is not None:
            return known
        if ballot.closed_at is not None or _is_due(ballot):
            raise Refusal(Code.WRONG_STATE, _("这项表决已经结束。"))
        require_votes_online(ballot, person)
        chosen = _chosen(ballot, choices)
        if ballot.is_secret:
            _cast_secret(ballot, person, chosen, key)
        else:
            _cast_open(ballot, person, chosen, key)
        transaction.on_commit(partial(doorbell.ring_ballot, consultation.pk))
    return VoteReceipt(number, [] if ballot.is_secret else chosen)


def _held(consultation: Consultation, number: int) -> Ballot:
    """The ballot, held until commit: votes and the close pass one after the other."""
    ballots = Ballot.objects.select_for_update(no_key=True)
    ballot = ballots.filter(consultation=consultation, number=number).first()
    if ballot is None:
        sentence = _("没有第 %(number)s 项表决。")
        raise Refusal(Code.NOT_FOUND, sentence % {"number": number})
    return ballot


def _cast_under(
    ballot: Ballot, person: Person, key: UUID, choices: list[int]
) -> VoteReceipt | None:
    """What was answered to the vote under this key, if it was cast."""
    known = BallotVote.objects.filter(ballot=ballot, person=person, key=key).first()
    if known is None:
        return None
    if known.choices is not None and known.choices != sorted(choices):
        raise Refusal(Code.KEY_REUSED)
    return VoteReceipt(ballot.number, known.choices or [])


def _is_due(ballot: Ballot) -> bool:
    return ballot.closes_at is not None and ballot.closes_at <= clock.now()


def _chosen(ballot: Ballot, choices: list[int]) -> list[int]:
    chosen = sorted(set(choices))
    there = set(ballot.options.values_list("position", flat=True))
    if len(chosen) != len(choices) or not chosen or not there.issuperset(chosen):
        raise Refusal(Code.INVALID, _("请从所列选项中选择。"), field="choices")
    if len(chosen) > ballot.max_choices:
        sentence = _("最多选 %(most)s 项。") % {"most": ballot.max_choices}
        raise Refusal(Code.INVALID, sentence, field="choices")
    return chosen


def _cast_open(ballot: Ballot, person: Person, chosen: list[int], key: UUID) -> None:
    fields = {
        "identity": person.role,
        "choices": chosen,
        "voted_at": clock.now(),
        "key": key,
    }
    BallotVote.objects.update_or_create(ballot=ballot, person=person, defaults=fields)


def _cast_secret(ballot: Ballot, person: Person, chosen: list[int], key: UUID) -> None:
    vote = BallotVote(ballot=ballot, person=person, identity=person.role, key=key)
    try:
        with transaction.atomic():
            vote.save(force_insert=True)
    except IntegrityError as error:
        sentence = _("您已经投过票，无记名票投出后不能更改。")
        raise Refusal(Code.WRONG_STATE, sentence) from error
    # Every option is written, chosen or not: PostgreSQL's hidden columns tell which transaction
    # wrote a row last, and would otherwise lead from the newest vote to its option.
    one_more = Case(When(position__in=chosen, then=Value(1)), default=Value(0))
    BallotOption.objects.filter(ballot=ballot).update(secret_votes=F("secret_votes") + one_more)


@transaction.atomic
def close_ballot(consultation: Consultation, *, number: int, by: Person) -> RoomEvent:
    """Close the ballot now; logged as `ballot.closed` with its whole result.

    Raises:
        Refusal: `forbidden`; `not_found` without such a ballot; `wrong_state` if it is closed.
    """
    require(by, Permission.BALLOT_OPEN, consultation)
    turn = advance(consultation.pk)
    ballot = _held(consultation, number)
    if ballot.closed_at is not None:
        raise Refusal(Code.WRONG_STATE, _("这项表决已经结束。"))
    return _close(ballot, how=HowClosed.HAND, by=by, turn=turn)


@transaction.atomic
def void_ballot(consultation: Consultation, *, number: int, reason: str, by: Person) -> RoomEvent:
    """Break the ballot off because it should not have been put so; logged as `ballot.voided`.

    There is no result, and what was voted is shown nowhere. It keeps its number.

    Raises:
        Refusal: `forbidden`; `not_found` without such a ballot; `wrong_state` if it is closed;
            `empty`, `too_long` for the reason.
    """
    require(by, Permission.BALLOT_OPEN, consultation)
    reason = plain_line(reason, max_length=MAX_REASON, field="reason")
    turn = advance(consultation.pk)
    ballot = _held(consultation, number)
    if ballot.closed_at is not None:
        raise Refusal(Code.WRONG_STATE, _("这项表决已经结束。"))
    ballot.closed_at, ballot.how_closed = turn.at, HowClosed.VOID
    ballot.result = {"void": reason}
    ballot.save(update_fields=["closed_at", "how_closed", "result"])
    body = {"number": number, "reason": reason}
    return record(consultation.pk, "ballot.voided", body, by=by, turn=turn)


def close_due(consultation_id: int) -> RoomEvent | None:
    """Close the room's ballot if its time is up. One query where there is nothing to do."""
    due = Ballot.objects.filter(
        consultation_id=consultation_id, closed_at=None, closes_at__lte=clock.now()
    )
    if not due.exists():
        return None
    with transaction.atomic():
        turn = advance(consultation_id)
        ballot = due.select_for_update(no_key=True).first()
        if ballot is None:  # someone else was first
            transaction.set_rollback(True)
            return None
        return _close(ballot, how=HowClosed.TIME, by=None, turn=turn)


def due_rooms() -> list[int]:
    """The rooms whose open ballot's time is up. One query, by hand: it is asked again and again."""
    now = connection.ops.adapt_datetimefield_value(clock.now())
    return [room_id for (room_id,) in run_together([(_DUE, [now])])[0]]


def close_with_stage(consultation: Consultation, *, by: Person, turn: Advanced) -> Advanced:
    """Close what is open because the consultation leaves live; returns the next turn."""
    ballots = Ballot.objects.select_for_update(no_key=True)
    ballot = ballots.filter(consultation=consultation, closed_at=None).first()
    if ballot is None:
        return turn
    _close(ballot, how=HowClosed.STAGE, by=by, turn=turn)
    return advance(consultation.pk)


def _close(ballot: Ballot, *, how: HowClosed, by: Person | None, turn: Advanced) -> RoomEvent:
    """Count, keep and log the result; the caller holds the turn and the ballot's row."""
    salt = secrets.token_hex(SALT_BYTES)
    ballot.closed_at, ballot.how_closed = turn.at, how
    ballot.result = result_of(ballot, salt)
    ballot.save(update_fields=["closed_at", "how_closed", "result"])
    body = {"number": ballot.number, "how": how.value, "result": ballot.result}
    return record(ballot.consultation_id, "ballot.closed", body, by=by, turn=turn, salt=salt)
