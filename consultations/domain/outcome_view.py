"""What a consultation came to, read whole: for pages, documents and the archive alike."""

from collections import defaultdict

from django.db.models import Count, Q

from consultations.domain.outcome_ballots import ballots_of, identity_counts
from consultations.domain.outcome_evidence import clauses_and_dissent
from consultations.domain.outcome_floor import answers_of, turns_of
from consultations.domain.outcome_parts import (
    ArchiveLine,
    LinkedItem,
    MinutesVersion,
    OpinionTotals,
    Outcome,
)
from consultations.domain.session_parts import AgendaLine, Attendance
from consultations.domain.signing_off import objections_to, signatures_of
from consultations.models import (
    Archive,
    Consultation,
    Opinion,
    OpinionKind,
    OpinionState,
    Stance,
)
from members.roles import SeatRole

__all__ = ["Outcome", "outcome"]


def outcome(consultation: Consultation) -> Outcome:
    """Read the outcome as it stands, at any stage, in a constant number of queries."""
    archive = Archive.objects.filter(consultation=consultation).select_related("sealed_by").first()
    clauses, dissent = clauses_and_dissent(consultation)
    return Outcome(
        id=consultation.pk,
        title=consultation.title,
        question=consultation.question,
        kind=consultation.kind,
        kind_label=consultation.get_kind_display(),
        stage=consultation.stage,
        stage_label=consultation.get_stage_display(),
        venue=consultation.venue,
        topic_id=consultation.topic_id,
        topic=consultation.topic.title,
        topic_summary=consultation.topic.summary,
        starts_at=consultation.starts_at,
        ends_at=consultation.ends_at,
        opened_at=consultation.opened_at,
        closed_at=consultation.closed_at,
        moderators=_seated_as(consultation, SeatRole.MODERATOR),
        recorders=_seated_as(consultation, SeatRole.RECORDER),
        work_items=linked_items(consultation),
        agenda=agenda_of(consultation),
        attendance=attendance_of(consultation),
        opinions=opinion_totals(consultation),
        clauses=clauses,
        dissent=dissent,
        minutes=newest_minutes(consultation),
        archive=archive_line(archive) if archive else None,
        ballots=ballots_of(consultation),
        objections_until=consultation.objections_until,
        signatures=signatures_of(consultation),
        objections=objections_to(consultation),
        turns=turns_of(consultation),
        answers=answers_of(consultation),
    )


def attendance_of(consultation: Consultation) -> Attendance:
    """Who was there while it was live, by the identity that they had then. Two queries."""
    came = consultation.check_ins.filter(withdrawn_at=None).values("person")
    there = consultation.seats.filter(first_seen_at__isnull=False, person__in=came)
    rows = (
        consultation.seats.order_by("identity")
        .values_list("identity")
        .annotate(seated=Count("id"), present=Count("id", filter=Q(first_seen_at__isnull=False)))
    )
    present = {identity: present for identity, _seated, present in rows if present}
    return Attendance(
        total=sum(present.values()),
        seated=sum(seated for _identity, seated, _present in rows),
        by_identity=identity_counts(present),
        on_site=there.count(),
    )


def opinion_totals(consultation: Consultation) -> OpinionTotals:
    """What was said, counted in three queries."""
    rows = list(
        Opinion.objects.filter(consultation=consultation)
        .order_by("kind")
        .values_list("kind", "identity", "state")
        .annotate(count=Count("id"))
    )
    readable = [row for row in rows if row[2] == OpinionState.VISIBLE]
    kinds: dict[str, int] = defaultdict(int)
    identities: dict[str, int] = defaultdict(int)
    for kind, identity, _state, count in readable:
        kinds[kind] += count
        identities[identity] += count
    visible = Opinion.objects.filter(consultation=consultation, state=OpinionState.VISIBLE)
    total = sum(kinds.values())
    return OpinionTotals(
        total=total,
        hidden=sum(row[3] for row in rows if row[2] == OpinionState.HIDDEN),
        authors=visible.order_by().values("author").distinct().count(),
        stances=Stance.objects.filter(opinion__consultation=consultation).count(),
        by_kind=tuple(
            (kind.value, str(kind.label), kinds[kind]) for kind in OpinionKind if kinds[kind]
        ),
        by_identity=identity_counts(identities),
    )


def linked_items(consultation: Consultation) -> tuple[LinkedItem, ...]:
    """The work items of the consultation in the plan's order. One query."""
    items = consultation.work_items.select_related("section__plan").order_by(
        "section__plan__year", "section__plan_id", "section__number", "number"
    )
    return tuple(
        LinkedItem(
            id=item.pk,
            plan_id=item.section.plan_id,
            plan_title=item.section.plan.title,
            plan_year=item.section.plan.year,
            section_number=item.section.number,
            section_title=item.section.title,
            number=item.number,
            title=item.title,
        )
        for item in items
    )


def agenda_of(consultation: Consultation) -> tuple[AgendaLine, ...]:
    """The agenda with its actual times. One query."""
    return tuple(
        AgendaLine(
            position=item.position,
            kind=item.kind,
            kind_label=item.get_kind_display(),
            title=item.title,
            minutes=item.minutes,
            started_at=item.started_at,
            ended_at=item.ended_at,
        )
        for item in consultation.agenda.order_by("position")
    )


def newest_minutes(consultation: Consultation) -> MinutesVersion | None:
    """The current version of the minutes. One query."""
    newest = consultation.minutes.select_related("written_by").order_by("-version").first()
    if newest is None:
        return None
    return MinutesVersion(newest.version, newest.body, newest.written_by.alias, newest.created_at)


def _seated_as(consultation: Consultation, role: SeatRole) -> tuple[str, ...]:
    seats = consultation.seats.filter(role=role).order_by("pk")
    return tuple(seats.values_list("person__alias", flat=True))


def archive_line(archive: Archive) -> ArchiveLine:
    """The archive in its newest edition; read with its `editions`, it costs no query."""
    newest = max(archive.editions.all(), key=lambda edition: edition.number)
    return ArchiveLine(
        number=archive.number,
        digest=newest.digest,
        chain_head=archive.chain_head,
        merkle_root=archive.merkle_root,
        event_count=archive.event_count,
        key_id=archive.key_id,
        sealed_at=archive.sealed_at,
        sealed_by=archive.sealed_by.alias,
    )
