"""发言规则: slow mode, closing the floor, holding what residents say, and mutes.

Those who moderate or record, and the committee's staff, are never slowed, muted or held.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.archiving.canonical import timestamp
from consultations.domain.events import Advanced, advance, record
from consultations.domain.floor import Rules, Silence
from consultations.domain.seats import card_of
from consultations.domain.stages import Act, require_stage
from consultations.models import (
    MAX_SLOW_SECONDS,
    Consultation,
    Mute,
    Opinion,
    PostingRules,
    RoomEvent,
    Stage,
    only,
)
from hall.errors import Code, Refusal
from hall.plaintext import plain_line
from members.access import require
from members.models import Person
from members.roles import Permission, Role, SeatRole

MAX_MUTE_MINUTES = 24 * 60
MAX_REASON = 200
_RUNS_THE_ROOM = frozenset({SeatRole.MODERATOR, SeatRole.RECORDER})
_STAFF = frozenset({Role.STAFF, Role.ADMIN})


class Gate:
    """Whether these people may post now, by the room's rules and their mutes.

    At most one query, and only where the room is slow.
    """

    def __init__(
        self,
        consultation_id: int,
        rules: Rules,
        *,
        roles: dict[int, SeatRole],
        mutes: dict[int, Silence],
        authors: set[int],
        at: datetime,
    ) -> None:
        self._rules = rules
        self._roles = roles
        self._mutes = mutes
        self._at = at
        self._last: dict[int, datetime] = {}
        if rules.slow_seconds:
            said = Opinion.objects.filter(consultation=consultation_id, author__in=authors)
            self._last = dict(said.order_by().values_list("author").annotate(Max("created_at")))

    def require(self, person: Person) -> None:
        """Pass if the person may post now.

        Raises:
            Refusal: `muted` with until when and why, `posting_closed`, `too_soon` with how long
                to wait.
        """
        if runs_the_room(person, self._roles.get(person.pk)):
            return
        muted = self._mutes.get(person.pk)
        if muted is not None and muted.until > self._at:
            sentence = _("主持人请您暂停发言到 %(until)s。理由：%(reason)s")
            until = timezone.localtime(muted.until).strftime("%H:%M")
            raise Refusal(Code.MUTED, sentence % {"until": until, "reason": muted.reason})
        if self._rules.closed:
            raise Refusal(Code.POSTING_CLOSED)
        last = self._last.get(person.pk)
        if self._rules.slow_seconds and last is not None:
            left = seconds_left(last, self._rules.slow_seconds, at=self._at)
            if left > 0:
                sentence = _("现在是慢速发言，每人 %(every)s 秒一条。请再等 %(left)s 秒。")
                figures = {"every": self._rules.slow_seconds, "left": left}
                raise Refusal(Code.TOO_SOON, sentence % figures)

    def passed(self, person: Person) -> None:
        """The person has posted just now."""
        self._last[person.pk] = self._at

    def holds(self, person: Person) -> bool:
        """Whether what the person says waits until a moderator lets it through."""
        if not self._rules.holds_residents or person.role != Role.RESIDENT:
            return False
        return not runs_the_room(person, self._roles.get(person.pk))


def seconds_left(last: datetime, every: float, *, at: datetime) -> int:
    """How long who did something at `last` waits until it is `every` seconds ago; 0 where it is.

    What lies ahead by more than that was done before the clock was put back: nobody waits an hour
    for it.
    """
    ago = (at - last).total_seconds()
    return ceil(every - max(0.0, ago)) if abs(ago) < every else 0


def runs_the_room(person: Person, seat: SeatRole | None) -> bool:
    """Moderators, recorders and the committee's staff are never slowed, muted or held."""
    return seat in _RUNS_THE_ROOM or person.role in _STAFF


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the room's rules ask of one person: nothing where `free`; `slow_seconds` between two
    posts; `withheld` where what they say is not for everyone now.
    """

    free: bool
    slow_seconds: int = 0
    withheld: bool = False


def bounds_of(consultation: Consultation, person: Person, *, at: datetime) -> Bounds:
    """At most three queries, of the rules as they are now."""
    seat = consultation.seats.filter(person=person).values_list("role", flat=True).first()
    if runs_the_room(person, SeatRole(seat) if seat else None):
        return Bounds(free=True)
    rules = PostingRules.objects.filter(pk=consultation.pk).first() or PostingRules()
    holds = rules.holds_residents and person.role == Role.RESIDENT
    muted = Mute.objects.filter(consultation=consultation, person=person, until__gt=at)
    withheld = holds or rules.closed or muted.exists()
    return Bounds(free=False, slow_seconds=rules.slow_seconds, withheld=withheld)


@dataclass(frozen=True, slots=True)
class RulesDraft:
    """What to set; None leaves it as it is."""

    holds_residents: bool | None = None
    slow_seconds: int | None = None
    closed: bool | None = None


def rules_of(consultation: Consultation) -> Rules:
    """The room's rules. One query, or none where they were selected with the consultation."""
    row: PostingRules | None = getattr(consultation, "posting_rules", None)
    return Rules() if row is None else Rules(row.holds_residents, row.slow_seconds, row.closed)


def begin_rules(consultation: Consultation, *, holds_residents: bool) -> None:
    """The rules that a room starts with. Runs in the transaction of the verb that prepares it."""
    PostingRules.objects.update_or_create(
        pk=consultation.pk, defaults={"holds_residents": holds_residents}
    )


@transaction.atomic
def set_posting(consultation: Consultation, *, draft: RulesDraft, by: Person) -> RoomEvent | None:
    """Change the room's posting rules; everyone learns them. None if they are so already.

    What is held already stays so when holding ends: a moderator decides on it.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`; `invalid` beyond ten minutes.
    """
    turn = _to_moderate(consultation, by)
    if draft.slow_seconds is not None and not 0 <= draft.slow_seconds <= MAX_SLOW_SECONDS:
        sentence = _("间隔应在 0 到 %(most)s 秒之间。") % {"most": MAX_SLOW_SECONDS}
        raise Refusal(Code.INVALID, sentence, field="slow_seconds")
    row = _changed(consultation, draft)
    if row is None:
        transaction.set_rollback(True)
        return None
    return _record(row, by=by, turn=turn)


def hold_residents(consultation: Consultation, holds: bool, *, by: Person) -> None:
    """Whether the room holds what residents say, as its preparation has it.

    Runs in the transaction of the verb that prepares it, before the room is live; a draft's log
    says nothing of it.
    """
    row = _changed(consultation, RulesDraft(holds_residents=holds))
    if row is not None and consultation.stage != Stage.DRAFT:
        _record(row, by=by)


def _changed(consultation: Consultation, draft: RulesDraft) -> PostingRules | None:
    """The rules as they are now, or None where they were so already."""
    row, _created = PostingRules.objects.get_or_create(pk=consultation.pk)
    wanted = {name: value for name, value in asdict(draft).items() if value is not None}
    if all(getattr(row, name) == value for name, value in wanted.items()):
        return None
    for name, value in wanted.items():
        setattr(row, name, value)
    row.save()
    return row


def _record(row: PostingRules, *, by: Person, turn: Advanced | None = None) -> RoomEvent:
    body = {
        "holds_residents": row.holds_residents,
        "slow_seconds": row.slow_seconds,
        "closed": row.closed,
    }
    return record(row.pk, "posting.set", body, by=by, turn=turn)


@transaction.atomic
def mute_person(
    consultation: Consultation, *, person_id: int, minutes: int, reason: str, by: Person
) -> RoomEvent:
    """Ask a person to be silent for a while. The person reads the reason, and may do all else.

    Muting again replaces the time and the reason.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`, `empty` without a reason, `too_long`;
            `invalid` minutes; `not_found` for who has no seat here; `wrong_state` for who
            runs the room.
    """
    reason = plain_line(reason, max_length=MAX_REASON, field="reason")
    if not 1 <= minutes <= MAX_MUTE_MINUTES:
        sentence = _("时间应在 1 到 %(most)s 分钟之间。") % {"most": MAX_MUTE_MINUTES}
        raise Refusal(Code.INVALID, sentence, field="minutes")
    turn = _to_moderate(consultation, by)
    seat = consultation.seats.filter(person=person_id).select_related("person").first()
    if seat is None:
        raise Refusal(Code.NOT_FOUND, _("这个人不在本场。"))
    if runs_the_room(seat.person, SeatRole(seat.role)):
        raise Refusal(Code.WRONG_STATE, _("不能请主持人、记录员或机关工作人员暂停发言。"))
    until = turn.at + timedelta(minutes=minutes)
    Mute.objects.update_or_create(
        consultation=consultation,
        person_id=person_id,
        defaults={"until": until, "reason": reason},
    )
    body = {"person": card_of(seat.person), "until": timestamp(until), "reason": reason}
    return record(consultation.pk, "person.muted", body, by=by, audience=only(person_id), turn=turn)


@transaction.atomic
def unmute_person(consultation: Consultation, *, person_id: int, by: Person) -> RoomEvent:
    """Let a muted person speak again.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`; `wrong_state` for who is not muted.
    """
    turn = _to_moderate(consultation, by)
    mute = Mute.objects.filter(consultation=consultation, person=person_id).first()
    if mute is None or mute.until <= turn.at:
        raise Refusal(Code.WRONG_STATE, _("这个人没有被暂停发言。"))
    body = {"person": card_of(mute.person)}
    mute.delete()
    return record(
        consultation.pk, "person.unmuted", body, by=by, audience=only(person_id), turn=turn
    )


def mutes_of(consultation: Consultation) -> list[dict[str, Any]]:
    """Who is or was muted, as the room's state has it: `[{person, until, reason}]`. One query.

    A mute whose time is up stays until it is lifted: time alone changes nothing of the state.
    """
    people = consultation.mutes.order_by("pk").select_related(
        "person__sector", "person__department", "person__liaison_group"
    )
    return [
        {
            "person": card_of(mute.person),
            "until": timestamp(mute.until),
            "reason": mute.reason,
        }
        for mute in people
    ]


def _to_moderate(consultation: Consultation, by: Person) -> Advanced:
    require(by, Permission.OPINION_MODERATE, consultation)
    turn = advance(consultation.pk)
    consultation.refresh_from_db(fields=["stage"])
    require_stage(consultation, Act.MODERATE)
    return turn
