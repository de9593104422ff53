"""What is read in review and afterwards: clauses to confirm, minutes to sign, versions."""

from dataclasses import dataclass

from consultations.domain.confirmations import confirmations_of
from consultations.domain.objection_window import attendees, is_open, unsigned
from consultations.domain.outcome_evidence import clauses_and_dissent
from consultations.domain.outcome_parts import LinkedItem, MinutesVersion, OutcomeSentence
from consultations.domain.outcome_view import linked_items, newest_minutes
from consultations.domain.passages import ChangedPassage, Passage, compare, passages
from consultations.domain.queries.consultation import PUBLISHED, find_consultation
from consultations.domain.review_parts import Objection, Signature
from consultations.domain.signing_off import objections_to, signatures_of, was_present
from consultations.domain.stages import Act, acts_open_in
from consultations.models import ClauseConfirmation, Consultation, Minutes
from hall.errors import Code, Refusal
from members.access import Visitor, allowed, require
from members.models import Person
from members.roles import Permission


@dataclass(frozen=True, slots=True)
class ConfirmationDesk:
    """The clauses, and what this person said of them, by position. `open` tells whether they may
    say something now, `attended` whether the minutes are theirs to sign as well."""

    consultation: Consultation
    clauses: tuple[OutcomeSentence, ...]
    mine: dict[int, ClauseConfirmation]
    open: bool
    attended: bool


@dataclass(frozen=True, slots=True)
class MinutesPage:
    """The current minutes as one visitor sees them.

    `present` counts those who are to sign. `signs` tells whether the visitor may sign or object
    now, `objects` whether objections are taken as well, `settles` whether they may answer. `absent`
    tells that they have a say in the clauses alone, because they were not there.
    `versions` are empty for those who may read the current one alone.
    """

    consultation: Consultation
    minutes: MinutesVersion
    passages: tuple[Passage, ...]
    signatures: tuple[Signature, ...]
    objections: tuple[Objection, ...]
    present: int
    signed: bool
    signs: bool
    objects: bool
    absent: bool
    settles: bool
    versions: tuple[MinutesVersion, ...]
    items: tuple[LinkedItem, ...]


@dataclass(frozen=True, slots=True)
class MinutesComparison:
    consultation: Consultation
    old: MinutesVersion
    new: MinutesVersion
    passages: tuple[ChangedPassage, ...]


def confirmation_desk(visitor: Visitor, consultation_id: int) -> ConfirmationDesk:
    """Raises `Refusal`: `not_found` (also before the clauses are published), `sign_in`,
    `forbidden`."""
    found = find_consultation(visitor, consultation_id)
    require(visitor, Permission.CLAUSE_CONFIRM, found)
    assert isinstance(visitor, Person)  # noqa: S101 (require has seen to it)
    if found.stage not in PUBLISHED:
        raise Refusal(Code.NOT_FOUND)
    return ConfirmationDesk(
        consultation=found,
        clauses=clauses_and_dissent(found)[0],
        mine=confirmations_of(found, visitor),
        open=Act.CONFIRM in acts_open_in(found),
        attended=was_present(found, visitor),
    )


def minutes_page(visitor: Visitor, consultation_id: int) -> MinutesPage:
    """The minutes once they are published; earlier for those who write them.

    Raises:
        Refusal: `not_found`.
    """
    found = find_consultation(visitor, consultation_id)
    writes = allowed(visitor, Permission.OUTCOME_WRITE, found)
    minutes = newest_minutes(found)
    if minutes is None or not (writes or found.stage in PUBLISHED):
        raise Refusal(Code.NOT_FOUND)
    acts = acts_open_in(found)
    left = unsigned(found)
    mine = visitor.pk if isinstance(visitor, Person) else 0
    seats = attendees(found)
    attended = any(seat.person_id == mine for seat in seats)
    signs = Act.SIGN in acts and attended
    confirms = Act.CONFIRM in acts and allowed(visitor, Permission.CLAUSE_CONFIRM, found)
    return MinutesPage(
        consultation=found,
        minutes=minutes,
        passages=passages(minutes.body),
        signatures=signatures_of(found),
        objections=objections_to(found),
        present=len(seats),
        signed=signs and not any(seat.person_id == mine for seat in left),
        signs=signs,
        objects=signs and (found.objections_until is None or is_open(found)),
        absent=confirms and not attended,
        settles=writes and Act.SETTLE in acts,
        versions=_versions(found) if _may_compare(visitor, found) else (),
        items=linked_items(found),
    )


def minutes_comparison(
    visitor: Visitor, consultation_id: int, *, old: int, new: int
) -> MinutesComparison:
    """Two versions side by side, for those who write the minutes and those who were there.

    Raises:
        Refusal: `not_found`, also for a version that is not there.
    """
    found = find_consultation(visitor, consultation_id)
    if not _may_compare(visitor, found):
        raise Refusal(Code.NOT_FOUND)
    versions = {one.version: one for one in _versions(found)}
    if old not in versions or new not in versions:
        raise Refusal(Code.NOT_FOUND)
    before, after = versions[old], versions[new]
    return MinutesComparison(found, before, after, compare(before.body, after.body))


def _may_compare(visitor: Visitor, found: Consultation) -> bool:
    if allowed(visitor, Permission.OUTCOME_WRITE, found):
        return True
    return found.stage in PUBLISHED and isinstance(visitor, Person) and was_present(found, visitor)


def _versions(found: Consultation) -> tuple[MinutesVersion, ...]:
    rows = Minutes.objects.filter(consultation=found).select_related("written_by")
    return tuple(
        MinutesVersion(row.version, row.body, row.written_by.alias, row.created_at)
        for row in rows.order_by("-version")
    )
