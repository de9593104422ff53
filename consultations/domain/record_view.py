"""What was said and who was there, read whole: for the record of speeches and the sign-in sheet."""

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from consultations.archiving.canonical import timestamp
from consultations.domain.corrections import corrected_at
from consultations.domain.opinion_parts import SaidOpinion
from consultations.models import (
    CheckIn,
    Consultation,
    HowCheckedIn,
    Opinion,
    OpinionState,
    Origin,
    Stance,
    StanceValue,
)
from consultations.models.opinions import ERASED_AUTHOR, UNPUBLISHED
from members.roles import SeatRole

_ON_SITE = "现场"


@dataclass(frozen=True, slots=True)
class Speech(SaidOpinion):
    """An opinion as it was said. `step` is its agenda item's position, 0 for none.

    `reply_to` and `merged_into` are numbers of other opinions, 0 for none. What moderators hid and
    what was erased by law has no text; `erased` is the basis of the latter, "" of all others. What
    was never published is no speech.
    """

    origin_label: str
    reply_to: int
    merged_into: int
    step: int
    at: datetime
    hidden: bool
    erased: str = ""


@dataclass(frozen=True, slots=True)
class Attendee:
    """A seat. `body` is where the person belongs; without `came_at` the person was not there.

    `how` is how the person came: 线上, or how they checked in at the place; "" for who did not.
    """

    name: str
    seat: str
    seat_label: str
    identity: str
    identity_label: str
    body: str
    how: str
    came_at: datetime | None
    left_at: datetime | None

    @property
    def on_site(self) -> bool:
        """Whether the person came to the place of the session."""
        return self.how.startswith(_ON_SITE)


@dataclass(frozen=True, slots=True)
class Record:
    """Speeches by number; attendees by seat, then by identity, then in the order of coming."""

    speeches: tuple[Speech, ...] = ()
    attendees: tuple[Attendee, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The same in JSON's own types; times in UTC with microseconds and Z."""
        return {
            "speeches": [_plain(asdict(one)) for one in self.speeches],
            "attendees": [_plain(asdict(one)) for one in self.attendees],
        }


def record_of(consultation: Consultation) -> Record:
    """The whole record as it stands. Four queries, and one for what the desk has entered."""
    return Record(speeches_of(consultation), attendees_of(consultation))


def speeches_of(consultation: Consultation) -> tuple[Speech, ...]:
    """Everything that was said, by number. Two queries, and one for what the desk has entered."""
    tallies: dict[int, dict[int, int]] = defaultdict(dict)
    counted = (
        Stance.objects.filter(opinion__consultation=consultation)
        .order_by()
        .values_list("opinion_id", "value")
        .annotate(count=Count("id"))
    )
    for opinion_id, value, count in counted:
        tallies[opinion_id][value] = count
    rows = (
        Opinion.objects.filter(consultation=consultation)
        .exclude(state__in=UNPUBLISHED)
        .select_related("author", "reply_to", "merged_into", "agenda_item")
        .only(
            *("number", "kind", "text", "identity", "origin", "state", "state_reason"),
            "created_at",
            *("author__alias", "reply_to__number", "merged_into__number"),
            "agenda_item__position",
        )
        .order_by("number")
    )
    corrected = corrected_at(rows)
    return tuple(_speech(row, tallies[row.pk], corrected.get(row.pk)) for row in rows)


def _speech(row: Opinion, tally: dict[int, int], corrected: datetime | None) -> Speech:
    hidden = row.state != OpinionState.VISIBLE
    erased = row.state == OpinionState.ERASED
    return Speech(
        number=row.number,
        kind=row.kind,
        kind_label=row.get_kind_display(),
        text="" if hidden else row.text,
        author=ERASED_AUTHOR if erased else row.author.alias,
        identity=row.identity,
        identity_label=row.get_identity_display(),
        origin_label=row.get_origin_display() if row.origin != Origin.ONLINE else "",
        reply_to=row.reply_to.number if row.reply_to else 0,
        merged_into=row.merged_into.number if row.merged_into else 0,
        step=row.agenda_item.position if row.agenda_item else 0,
        at=row.created_at,
        agree=tally.get(StanceValue.AGREE, 0),
        disagree=tally.get(StanceValue.DISAGREE, 0),
        passed=tally.get(StanceValue.PASS, 0),
        hidden=hidden,
        erased=row.state_reason if erased else "",
        corrected_at=corrected,
    )


_SEATS = {role: place for place, role in enumerate(SeatRole)}
_IDENTITIES = {"member": 0, "department": 1, "staff": 2, "admin": 3, "resident": 4}


def attendees_of(consultation: Consultation) -> tuple[Attendee, ...]:
    """Every seat, there or not. Two queries."""
    checked = dict(
        CheckIn.objects.filter(consultation=consultation, withdrawn_at=None)
        .order_by()
        .values_list("person_id", "how")
    )
    seats = consultation.seats.select_related(
        "person__sector", "person__department", "person__liaison_group"
    )
    ordered = sorted(
        seats,
        key=lambda seat: (
            seat.first_seen_at is None,
            _SEATS[SeatRole(seat.role)],
            _IDENTITIES[seat.identity],
            seat.first_seen_at or seat.taken_at,
            seat.pk,
        ),
    )
    return tuple(
        Attendee(
            name=seat.person.alias,
            seat=seat.role,
            seat_label=seat.get_role_display(),
            identity=seat.identity,
            identity_label=seat.get_identity_display(),
            body=seat.person.belongs_to,
            how=_how(checked.get(seat.person_id), there=seat.first_seen_at is not None),
            came_at=seat.first_seen_at,
            left_at=seat.last_seen_at if seat.first_seen_at else None,
        )
        for seat in ordered
    )


def _how(checked: str | None, *, there: bool) -> str:
    if checked:
        return f"{_ON_SITE}{HowCheckedIn(checked).label}"
    return "线上" if there else ""


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: timestamp(value) if isinstance(value, datetime) else value
        for name, value in row.items()
    }
