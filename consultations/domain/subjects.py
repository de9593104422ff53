"""What a raised hand is about: for everyone, or for the person and the moderators alone.

A subject is a few words before an audience, and passes what an opinion would have to pass. Where
the person's posts are held, the room is closed or the person is muted, it is withheld; so it is,
from then on, where a moderator has taken it out of sight. Documents know what was public alone.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from consultations.domain.events import Advanced, advance, record
from consultations.domain.posting_rules import Bounds, seconds_left
from consultations.domain.speaking import turn_of
from consultations.domain.stages import Act, require_stage
from consultations.models import EVERYONE, Consultation, RoomEvent, SpeakingTurn, only
from hall.errors import Code, Refusal
from members.access import require
from members.models import Person
from members.roles import Permission

EVERY = 10  # seconds between two subjects of one person; slow mode may ask for more


def subject_of(turn: SpeakingTurn) -> str:
    """As the person and the moderators know it."""
    return turn.subject or turn.held_subject or ""


def require_pace(turn: SpeakingTurn | None, subject: str, bounds: Bounds, at: datetime) -> None:
    """Pass if the person, whose latest turn this is, may give this subject now.

    Raises:
        Refusal: `too_soon` with how long to wait. Raising a hand without one is never too soon.
    """
    if bounds.free or turn is None or turn.subject_at is None:
        return
    if subject in {"", subject_of(turn)}:
        return
    left = seconds_left(turn.subject_at, max(EVERY, bounds.slow_seconds), at=at)
    if left > 0:
        sentence = _("刚刚改过想说的事，请再等 %(left)s 秒。")
        raise Refusal(Code.TOO_SOON, sentence % {"left": left})


def give_subject(turn: SpeakingTurn, subject: str, *, withheld: bool, log: Advanced | None) -> None:
    """Write and log it, as `hand.subject`; the caller has checked it, or holds no turn (`log`).

    What was public before and is withheld now goes out of everyone's sight first, as
    `hand.subject_hidden`.
    """
    log = log or advance(turn.consultation_id)
    withheld = withheld or turn.held_subject is not None
    if withheld and turn.subject:
        _hide(turn, by=turn.person, log=log)
        log = advance(turn.consultation_id)
    if withheld:
        turn.held_subject = subject
    else:
        turn.subject = subject
    turn.subject_at = log.at
    turn.save(update_fields=["subject", "held_subject", "subject_at"])
    tell_subject(turn, by=turn.person, log=log)


def tell_subject(turn: SpeakingTurn, *, by: Person, log: Advanced) -> RoomEvent:
    """Log what the subject is, for those who may know it."""
    held = turn.held_subject is not None
    body = {"number": turn.number, "subject": subject_of(turn), "held": held}
    audience = only(turn.person_id) if held else EVERYONE
    return record(turn.consultation_id, "hand.subject", body, by=by, audience=audience, turn=log)


@transaction.atomic
def hide_subject(consultation: Consultation, *, number: int, by: Person) -> RoomEvent | None:
    """Take a subject out of everyone's sight but the moderators' and the person's; None if it is.

    What the person says of this hand from then on is withheld, too.

    Raises:
        Refusal: `forbidden`, `not_found`, `wrong_stage`, `sealed`.
    """
    require(by, Permission.OPINION_MODERATE, consultation)
    log = advance(consultation.pk)
    consultation.refresh_from_db(fields=["stage"])
    require_stage(consultation, Act.MODERATE)
    turn = turn_of(consultation, number)
    if not turn.subject:
        transaction.set_rollback(True)
        return None
    turn.held_subject = turn.subject
    event = _hide(turn, by=by, log=log)
    turn.save(update_fields=["subject", "held_subject"])
    tell_subject(turn, by=by, log=advance(consultation.pk))
    return event


def _hide(turn: SpeakingTurn, *, by: Person, log: Advanced) -> RoomEvent:
    turn.subject = ""
    body = {"number": turn.number}
    return record(turn.consultation_id, "hand.subject_hidden", body, by=by, turn=log)
