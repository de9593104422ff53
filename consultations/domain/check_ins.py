"""签到: who came to the place of a session, by their own phone or at the desk.

Who comes without a phone gets no account: a person of the hall whom nobody can sign in as, so that
what they say and how they are counted is as with everyone else.
"""

import uuid
from dataclasses import dataclass
from itertools import chain, count
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from consultations.domain import clock
from consultations.domain.events import Advanced, advance, record
from consultations.domain.hand_counts import require_no_hands_counted, require_not_voted
from consultations.domain.seats import card_of, enter_together
from consultations.domain.stages import Act, require_stage
from consultations.models import MODERATORS, CheckIn, Consultation, HowCheckedIn, Stage
from hall.errors import Code, Refusal
from hall.plaintext import plain_line
from hall.words import own_language
from members.access import require
from members.aliases import fit_alias
from members.models import Person
from members.phones import InvalidPhone, parse_phone
from members.roles import Permission, Role

MAX_NAME = 24
# Surnames of two characters that are common.
_TWO = ("欧阳", "上官", "司马", "诸葛", "皇甫", "令狐", "夏侯", "尉迟", "慕容", "司徒", "公孙")
IDENTITIES = (Role.RESIDENT, Role.MEMBER, Role.DEPARTMENT)

# All that a card tells of someone, read with them: the room's loop can read no more.
CARD = ("person__sector", "person__department", "person__liaison_group")


@dataclass(frozen=True, slots=True)
class DeskArrival:
    """Who came to the desk. `key` is the desk's own: the same again is the same check-in.

    `person` is someone who has a seat already; without, a `name` is needed. `alias` is what
    others see, by default the surname alone; `phone` finds the account of a person, or makes one.
    """

    key: UUID
    name: str = ""
    identity: Role = Role.RESIDENT
    alias: str = ""
    phone: str = ""
    person: int | None = None
    votes_by_hand: bool = True


def check_in_token(consultation_id: int) -> str:
    """What the code at the entrance carries: it cannot be guessed from the room's number."""
    return salted_hmac("consultations.check_in", str(consultation_id)).hexdigest()[:20]


def check_in_by_scan(consultation: Consultation, *, person: Person, token: str) -> CheckIn:
    """Check in the person who scanned the code at the entrance; twice is once.

    Raises:
        Refusal: `not_found` for another code, `sign_in`, `wrong_stage`.
    """
    _require_token(consultation, token)
    require(person, Permission.ROOM_ENTER, consultation)
    with transaction.atomic():
        turn = _turn(consultation)
        known = _active(consultation, person)
        if known is not None:
            transaction.set_rollback(True)
            return known
        entry = CheckIn(key=uuid.uuid4(), how=HowCheckedIn.SCAN, votes_by_hand=False)
        return _check_in(consultation, entry, person=person, by=person, turn=turn)


def check_in_of(consultation: Consultation, *, person: Person, token: str) -> CheckIn | None:
    """The check-in of the person who scanned the code at the entrance, or None as yet.

    Raises:
        Refusal: `not_found` for another code, `sign_in`.
    """
    _require_token(consultation, token)
    require(person, Permission.ROOM_ENTER, consultation)
    return _active(consultation, person)


def check_in_at_desk(consultation: Consultation, *, arrival: DeskArrival, by: Person) -> CheckIn:
    """Check in someone by hand. The same key again, or the same person, is the same check-in.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`; `empty` or `too_long` for the name,
            `invalid` for identity, phone or an alias that is another's; `not_found`
            where the person has no seat here.
    """
    require(by, Permission.DESK_KEEP, consultation)
    with transaction.atomic():
        held = consultation.check_ins.filter(key=arrival.key).select_related(*CARD)
        if (known := held.first()) is not None:  # also after the stage for it
            transaction.set_rollback(True)
            return known
        turn = _turn(consultation)
        known = held.first()
        if known is None:
            person = _person_for(consultation, arrival)
            known = _active(consultation, person)
        if known is not None:
            transaction.set_rollback(True)
            return known
        entry = CheckIn(key=arrival.key, how=HowCheckedIn.DESK, votes_by_hand=arrival.votes_by_hand)
        return _check_in(consultation, entry, person=person, by=by, turn=turn)


@transaction.atomic
def withdraw_check_in(consultation: Consultation, *, attendee: UUID, by: Person) -> CheckIn:
    """Take back a check-in that was a mistake; it stays readable as withdrawn.

    What the person said stays. Twice is once, also after the stage for it.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `not_found`; `wrong_state` while an open ballot has
            hands counted.
    """
    require(by, Permission.DESK_KEEP, consultation)
    entry = attendee_by_key(consultation, attendee, withdrawn_too=True)
    if entry.withdrawn_at is not None:
        return entry
    turn = _turn(consultation)
    entry.refresh_from_db(fields=["withdrawn_at"])
    if entry.withdrawn_at is not None:
        transaction.set_rollback(True)
        return entry
    require_no_hands_counted(consultation)
    entry.withdrawn_at, entry.withdrawn_by = turn.at, by
    entry.save(update_fields=["withdrawn_at", "withdrawn_by"])
    # Who was there by this check-in alone, at its moment or when the session began, was not there.
    begun = consultation.stage_changes.filter(to_stage=Stage.LIVE, at__gt=entry.at)
    moments = [entry.at, *begun.values_list("at", flat=True)]
    seats = consultation.seats.filter(person=entry.person, first_seen_at__in=moments)
    seats.filter(last_seen_at=F("first_seen_at")).update(first_seen_at=None, last_seen_at=None)
    body = {"key": str(entry.key), "person": card_of(entry.person)}
    record(consultation.pk, "attendee.withdrawn", body, by=by, audience=MODERATORS, turn=turn)
    return entry


@transaction.atomic
def set_way_of_voting(
    consultation: Consultation, *, attendee: UUID, votes_by_hand: bool, by: Person
) -> CheckIn:
    """Let an attendee vote by hand, or by their phone after all. Twice is once, also after the
    stage for it.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `not_found`; `wrong_state` while an open ballot has
            hands counted, or for a hand of someone who has voted in it by phone.
    """
    require(by, Permission.DESK_KEEP, consultation)
    entry = attendee_by_key(consultation, attendee)
    if entry.votes_by_hand == votes_by_hand:
        return entry
    turn = _turn(consultation)
    entry = attendee_by_key(consultation, attendee)
    if entry.votes_by_hand == votes_by_hand:
        transaction.set_rollback(True)
        return entry
    require_no_hands_counted(consultation)
    if votes_by_hand:
        require_not_voted(consultation, entry.person)
    entry.votes_by_hand = votes_by_hand
    entry.save(update_fields=["votes_by_hand"])
    _record(consultation, entry, by=by, turn=turn)
    return entry


def attendee_by_key(
    consultation: Consultation, key: UUID, *, withdrawn_too: bool = False
) -> CheckIn:
    """The attendee that a desk calls by this key; `Refusal` `not_found` if there is none."""
    found = consultation.check_ins.filter(key=key).select_related(*CARD).first()
    if found is None or (found.withdrawn_at is not None and not withdrawn_too):
        raise Refusal(Code.NOT_FOUND, _("这个人还没有签到。"), field="attendee")
    return found


def _require_token(consultation: Consultation, token: str) -> None:
    if not constant_time_compare(token, check_in_token(consultation.pk)):
        raise Refusal(Code.NOT_FOUND)


def _turn(consultation: Consultation) -> Advanced:
    turn = advance(consultation.pk)
    consultation.refresh_from_db(fields=["stage"])
    require_stage(consultation, Act.CHECK_IN)
    return turn


def _active(consultation: Consultation, person: Person) -> CheckIn | None:
    held = consultation.check_ins.filter(person=person, withdrawn_at=None)
    return held.select_related(*CARD).first()


def _check_in(
    consultation: Consultation, entry: CheckIn, *, person: Person, by: Person, turn: Advanced
) -> CheckIn:
    entry.consultation, entry.person, entry.by, entry.at = consultation, person, by, turn.at
    entry.save(force_insert=True)
    _record(consultation, entry, by=by, turn=turn)
    with clock.at(turn.at):  # the moment that a withdrawal takes back
        enter_together(consultation, [person])
    return entry


def _record(consultation: Consultation, entry: CheckIn, *, by: Person, turn: Advanced) -> None:
    body: dict[str, Any] = {
        "key": str(entry.key),
        "person": card_of(entry.person),
        "how": entry.how,
        "votes_by_hand": entry.votes_by_hand,
    }
    record(consultation.pk, "attendee.checked_in", body, by=by, audience=MODERATORS, turn=turn)


def _person_for(consultation: Consultation, arrival: DeskArrival) -> Person:
    if arrival.person is not None:
        held = consultation.seats.filter(person=arrival.person)
        seat = held.select_related(*CARD).first()
        if seat is None:
            raise Refusal(Code.NOT_FOUND, _("这个人在本场没有席位。"), field="person")
        return seat.person
    name = plain_line(arrival.name, max_length=MAX_NAME, field="name")
    if arrival.identity not in IDENTITIES:
        raise Refusal(Code.INVALID, _("请选择身份。"), field="identity")
    known = _account_of(arrival)
    return known if known is not None else _newcomer(consultation, arrival, name)


def _account_of(arrival: DeskArrival) -> Person | None:
    if not arrival.phone.strip():
        return None
    known = Person.objects.filter(phone=_phone_of(arrival)).first()
    if known is None and arrival.identity != Role.RESIDENT:
        sentence = _("这个手机号还没有登记为委员或承办单位人员，请不填手机号，或请管理员先登记。")
        raise Refusal(Code.INVALID, sentence, field="phone")
    return known


def _newcomer(consultation: Consultation, arrival: DeskArrival, name: str) -> Person:
    """A person nobody can sign in as, or with a phone a resident: the office enters others."""
    if arrival.alias.strip():
        alias = fit_alias(arrival.alias, role=arrival.identity, real_name=name)
    else:
        alias = _one_of(consultation, _surname_alone(name))
    phone = _phone_of(arrival) if arrival.phone.strip() else None
    return Person.objects.create_user(
        phone=phone,
        role=arrival.identity,
        is_active=phone is not None,
        alias=alias,
        real_name=name,
    )


def _phone_of(arrival: DeskArrival) -> str:
    try:
        return parse_phone(arrival.phone)
    except InvalidPhone as error:
        raise Refusal(Code.INVALID, str(error), field="phone") from error


def _one_of(consultation: Consultation, alias: str) -> str:
    """`alias`, with a number where somebody in the hall is called so already: 王某某, 王某某2."""
    same = consultation.check_ins.filter(person__alias__startswith=alias)
    taken = set(same.values_list("person__alias", flat=True))
    numbered = (f"{alias}{number}" for number in count(2))
    return next(each for each in chain([alias], numbered) if each not in taken)


@own_language()
def _surname_alone(name: str) -> str:
    """王小明 → 王某某: what others see of somebody who has not said how to be called."""
    surname = name[:2] if name.startswith(_TWO) and len(name) > len("欧阳") else name[0]
    return _("%(surname)s某某") % {"surname": surname}
