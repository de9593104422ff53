"""The parts of an outcome that its review adds: confirmations, signatures, objections."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ConfirmationTally:
    """How the people of one identity confirmed a clause."""

    identity: str
    label: str
    agree: int
    reserved: int
    against: int


@dataclass(frozen=True, slots=True)
class Reservation:
    """Why somebody has reservations about a clause, or is against it."""

    value: str
    value_label: str
    author: str
    identity: str
    identity_label: str
    reason: str


@dataclass(frozen=True, slots=True)
class Signature:
    """An attendee who signed the current version of the minutes."""

    name: str
    identity: str
    identity_label: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection to a passage of one version of the minutes, and what was made of it.

    `verdict` and `answer` are empty, and `answered_at` is None, until it is answered.
    """

    number: int
    version: int
    paragraph: int
    passage: str
    text: str
    author: str
    identity: str
    identity_label: str
    at: datetime
    verdict: str
    verdict_label: str
    answer: str
    answered_by: str
    answered_at: datetime | None
