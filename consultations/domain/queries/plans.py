"""Work plans, their items, and the consultations linked to each."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q

from consultations.domain.outcome_evidence import clauses_of
from consultations.domain.outcome_parts import ArchiveLine, OutcomeSentence
from consultations.domain.outcome_view import archive_line
from consultations.domain.pages import Listed
from consultations.domain.queries.lines import ConsultationLine, known_to, lines
from consultations.models import Archive, Consultation, Stage, WorkItem, WorkPlan
from hall.errors import Code, Refusal
from members.access import Visitor


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan in a list: how many items it has, and on how many something was held or is to be."""

    id: int
    title: str
    year: int
    issuer: str
    published_on: date | None
    items: int
    consulted: int


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item with its consultations, the latest first."""

    id: int
    number: int
    title: str
    body: str
    consultations: tuple[ConsultationLine, ...]

    @property
    def is_consulted(self) -> bool:
        """Whether a consultation counts for it: one that was called off does not."""
        return any(line.stage != Stage.CANCELLED for line in self.consultations)


@dataclass(frozen=True, slots=True)
class SectionPart:
    number: int
    title: str
    items: tuple[ItemLine, ...]


@dataclass(frozen=True, slots=True)
class PlanPage:
    """A whole plan, with which of its items have no consultation yet."""

    id: int
    title: str
    year: int
    issuer: str
    published_on: date | None
    preamble: str
    imported_at: datetime
    sections: tuple[SectionPart, ...]

    @property
    def items(self) -> tuple[ItemLine, ...]:
        return tuple(item for section in self.sections for item in section.items)

    @property
    def without(self) -> tuple[ItemLine, ...]:
        return tuple(item for item in self.items if not item.is_consulted)


@dataclass(frozen=True, slots=True)
class ArchivedOutcome:
    """What a sealed consultation left behind: its archive, and its clauses with evidence."""

    consultation_id: int
    title: str
    archive: ArchiveLine
    clauses: tuple[OutcomeSentence, ...]


@dataclass(frozen=True, slots=True)
class ItemPage:
    id: int
    number: int
    title: str
    body: str
    section_number: int
    section_title: str
    plan_id: int
    plan_title: str
    consultations: tuple[ConsultationLine, ...]
    archives: tuple[ArchivedOutcome, ...]


def plans() -> Listed[PlanLine]:
    """All plans, the newest first."""
    held = ~Q(sections__items__consultations__stage__in=[Stage.DRAFT, Stage.CANCELLED])
    rows = WorkPlan.objects.annotate(
        item_count=Count("sections__items", distinct=True),
        consulted_count=Count(
            "sections__items",
            filter=Q(sections__items__consultations__isnull=False) & held,
            distinct=True,
        ),
    )
    return Listed(
        rows.order_by("-year", "issuer"),
        lambda found: map(_line, found),
        bare=WorkPlan.objects.all(),
    )


def _line(plan: Any) -> PlanLine:
    return PlanLine(
        id=plan.pk,
        title=plan.title,
        year=plan.year,
        issuer=plan.issuer,
        published_on=plan.published_on,
        items=plan.item_count,
        consulted=plan.consulted_count,
    )


def plan_page(plan_id: int, visitor: Visitor | None = None) -> PlanPage:
    """A plan with its items and what is linked to each. Four queries.

    Raises:
        Refusal: `not_found`.
    """
    plan = WorkPlan.objects.filter(pk=plan_id).first()
    if plan is None:
        raise Refusal(Code.NOT_FOUND)
    known = known_to(visitor).filter(work_items__section__plan=plan).distinct()
    by_id = {line.id: line for line in lines(known.order_by("-starts_at", "-id"))}
    place = {pk: at for at, pk in enumerate(by_id)}
    linked: dict[int, list[int]] = defaultdict(list)
    links = Consultation.work_items.through.objects.filter(workitem__section__plan=plan)
    for item_id, consultation_id in links.values_list("workitem_id", "consultation_id"):
        if consultation_id in by_id:
            linked[item_id].append(consultation_id)
    sections: dict[tuple[int, str], list[ItemLine]] = defaultdict(list)
    items = WorkItem.objects.filter(section__plan=plan).select_related("section")
    for item in items.order_by("section__number", "number"):
        there = sorted(linked[item.pk], key=place.__getitem__)
        sections[item.section.number, item.section.title].append(
            ItemLine(
                id=item.pk,
                number=item.number,
                title=item.title,
                body=item.body,
                consultations=tuple(by_id[pk] for pk in there),
            )
        )
    return PlanPage(
        id=plan.pk,
        title=plan.title,
        year=plan.year,
        issuer=plan.issuer,
        published_on=plan.published_on,
        preamble=plan.preamble,
        imported_at=plan.imported_at,
        sections=tuple(
            SectionPart(number, title, tuple(own)) for (number, title), own in sections.items()
        ),
    )


def find_item(item_id: int) -> WorkItem:
    """The item, with its section and plan; `Refusal` `not_found`. One query."""
    item = WorkItem.objects.select_related("section__plan").filter(pk=item_id).first()
    if item is None:
        raise Refusal(Code.NOT_FOUND)
    return item


def item_page(item_id: int, visitor: Visitor | None = None) -> ItemPage:
    """An item with its consultations and the archives of those that are sealed.

    Raises:
        Refusal: `not_found`.
    """
    item = find_item(item_id)
    known = known_to(visitor).filter(work_items=item)
    archives = Archive.objects.filter(consultation__work_items=item).select_related(
        "consultation", "sealed_by"
    )
    found = list(archives.prefetch_related("editions").order_by("-number"))
    clauses = clauses_of([archive.consultation_id for archive in found])
    return ItemPage(
        id=item.pk,
        number=item.number,
        title=item.title,
        body=item.body,
        section_number=item.section.number,
        section_title=item.section.title,
        plan_id=item.section.plan_id,
        plan_title=item.section.plan.title,
        consultations=lines(known.order_by("-starts_at", "-id")),
        archives=tuple(
            ArchivedOutcome(
                consultation_id=archive.consultation_id,
                title=archive.consultation.title,
                archive=archive_line(archive),
                clauses=clauses[archive.consultation_id],
            )
            for archive in found
        ),
    )
