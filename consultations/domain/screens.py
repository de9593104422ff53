"""大屏: letting a display read one room, by a code that works once.

A screen is no person and has no rights: it reads what everyone may read. Code and key are kept as
digests alone, so that the database opens no screen. Who invited, opened and ended one is logged for
the moderators, as long as the room's log is open.
"""

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from consultations.domain import clock
from consultations.domain.events import record
from consultations.models import MODERATORS, Consultation, Screen, Stage
from hall.errors import Code, Refusal
from members.access import require
from members.models import Person
from members.roles import Permission

COOKIE = "hall_screen"
CODE_DIGITS = 8
CODE_LIFE = timedelta(minutes=10)
LEAST_LIFE = timedelta(hours=4)
MOST_OPEN = 8
_CLOSED = (Stage.DRAFT, Stage.CANCELLED)
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code of eight digits that opens one screen once, until `until`."""

    code: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """A screen that is open. `key` is told this once, to the screen's own browser."""

    consultation_id: int
    key: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ScreenLine:
    """A screen that can read the room now."""

    id: int
    invited_by: str
    opened_at: datetime
    expires_at: datetime


def invite_screen(consultation: Consultation, *, by: Person) -> Invitation:
    """Make a code that opens one screen of this room. The database keeps its digest alone.

    Raises:
        Refusal: `forbidden`; `wrong_stage` for a draft or what is over; `too_many` while eight
            screens are open.
    """
    _require_room(consultation, by)
    until = clock.now() + CODE_LIFE
    for _attempt in range(_TRIES):
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
        try:
            with transaction.atomic():
                _invited(consultation, by, code, until)
        except IntegrityError:
            continue
        return Invitation(code, until)
    raise Refusal(Code.BUSY)


def open_screen(code: str) -> Opened:
    """Open the screen that was invited with this code; blanks, dashes and wide digits will do.

    Raises:
        Refusal: `invalid` where the code is wrong, too old, or was used already.
    """
    digits = "".join(c for c in unicodedata.normalize("NFKC", code) if c.isdecimal())
    waiting = Screen.objects.filter(
        code_digest=_digest("code", digits),
        key_digest=None,
        ended_at=None,
        code_until__gt=clock.now(),
    ).exclude(consultation__stage__in=_CLOSED)
    with transaction.atomic():
        locked = waiting.select_for_update(of=("self",))
        screen = locked.select_related("consultation").first()
        if screen is None:
            sentence = _("投屏码不对、已过期或已用过，请向主持人要一个新的。")
            raise Refusal(Code.INVALID, sentence, field="code")
        return _opened(screen, by=None)


@transaction.atomic
def open_screen_here(consultation: Consultation, *, by: Person) -> Opened:
    """Open a screen in the browser of someone who may invite one.

    Raises:
        Refusal: as `invite_screen`.
    """
    _require_room(consultation, by)
    return _opened(_kept(consultation, by, secrets.token_urlsafe(), clock.now()), by=by)


@transaction.atomic
def end_screen(consultation: Consultation, *, screen_id: int, by: Person) -> None:
    """Shut a screen out; within seconds it shows nothing of the room any more.

    Raises:
        Refusal: `forbidden`; `not_found` without such a screen that is open.
    """
    require(by, Permission.SCREEN_OPEN, consultation)
    found = _open_screens().filter(pk=screen_id, consultation=consultation)
    screen = found.select_for_update(of=("self",)).select_related("consultation").first()
    if screen is None:
        raise Refusal(Code.NOT_FOUND, _("这块大屏已经断开。"))
    screen.ended_at = clock.now()
    screen.save(update_fields=["ended_at"])
    if (body := _told(screen)) is not None:
        record(consultation.pk, "screen.ended", body, by=by, audience=MODERATORS)


def screen_by_key(key: str | None) -> Screen | None:
    """The open screen with this key, its consultation at hand, or None. One query."""
    if not key:
        return None
    found = _open_screens().filter(key_digest=_digest("key", key))
    return found.select_related("consultation").first()


def screens_open(screen_ids: set[int]) -> frozenset[int]:
    """Those of these screens that may still read. One query, none where there are none."""
    if not screen_ids:
        return frozenset()
    return frozenset(_open_screens().filter(pk__in=screen_ids).values_list("pk", flat=True))


def screens_of(consultation: Consultation, *, by: Person) -> tuple[ScreenLine, ...]:
    """The screens that are open in this room, the latest first. One query.

    Raises:
        Refusal: `forbidden`.
    """
    require(by, Permission.SCREEN_OPEN, consultation)
    found = _open_screens().filter(consultation=consultation).select_related("invited_by")
    return tuple(
        ScreenLine(screen.pk, screen.invited_by.alias, screen.opened_at, screen.expires_at)
        for screen in found.order_by("-opened_at")
        if screen.opened_at is not None and screen.expires_at is not None
    )


def may_have_screens(consultation: Consultation) -> bool:
    return consultation.stage not in {*_CLOSED, Stage.SEALED}


def _require_room(consultation: Consultation, by: Person) -> None:
    require(by, Permission.SCREEN_OPEN, consultation)
    if not may_have_screens(consultation):
        raise Refusal(Code.WRONG_STAGE, _("公告之后、归档之前才能投到大屏。"))
    if _open_screens().filter(consultation=consultation).count() >= MOST_OPEN:
        sentence = _("已有 %(most)s 块大屏，请先断开不用的。") % {"most": MOST_OPEN}
        raise Refusal(Code.TOO_MANY, sentence)


def _invited(consultation: Consultation, by: Person, code: str, until: datetime) -> None:
    body = _told(_kept(consultation, by, code, until))
    if body is not None:
        record(consultation.pk, "screen.invited", body, by=by, audience=MODERATORS)


def _kept(consultation: Consultation, by: Person, code: str, until: datetime) -> Screen:
    return Screen.objects.create(
        consultation=consultation,
        code_digest=_digest("code", code),
        code_until=until,
        invited_by=by,
        invited_at=clock.now(),
    )


def _opened(screen: Screen, *, by: Person | None) -> Opened:
    key = secrets.token_urlsafe(32)
    screen.key_digest = _digest("key", key)
    screen.opened_at = clock.now()
    screen.expires_at = _end_of_day(screen.opened_at)
    screen.save(update_fields=["key_digest", "opened_at", "expires_at"])
    if (body := _told(screen)) is not None:
        record(screen.consultation_id, "screen.opened", body, by=by, audience=MODERATORS)
    return Opened(screen.consultation_id, key, screen.expires_at)


def _told(screen: Screen) -> dict[str, int] | None:
    """What the log says of it: its number in the room; None where the log is closed for good."""
    if screen.consultation.stage == Stage.SEALED:
        return None
    before = Screen.objects.filter(consultation=screen.consultation_id, pk__lte=screen.pk)
    return {"number": before.count()}


def _end_of_day(now: datetime) -> datetime:
    """Midnight where the hall is, but never sooner than in four hours."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(today + timedelta(days=1), now + LEAST_LIFE)


def _open_screens() -> QuerySet[Screen]:
    now = clock.now()
    still = Screen.objects.filter(key_digest__isnull=False, ended_at=None)
    return still.filter(expires_at__gt=now).exclude(consultation__stage__in=_CLOSED)


def _digest(what: str, secret: str) -> str:
    return salted_hmac(f"consultations.screen.{what}", secret, algorithm="sha256").hexdigest()
