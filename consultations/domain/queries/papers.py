"""What the page of a consultation's documents shows."""

from dataclasses import dataclass

from consultations.domain.papers import NUMBERED_FROM
from consultations.domain.queries.consultation import find_consultation
from consultations.models import (
    Consultation,
    ExportJob,
    PaperKind,
    PaperNumber,
    PaperTemplate,
    TemplateState,
    WorkPlan,
)
from hall.errors import Code, Refusal
from members.access import Visitor, require
from members.models import Person
from members.roles import Permission


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One document: its number, or "", and the name of the template that staff gave it, or ""."""

    kind: PaperKind
    number: str
    template: str


@dataclass(frozen=True, slots=True)
class PaperDesk:
    consultation: Consultation
    papers: tuple[PaperLine, ...]
    jobs: tuple[ExportJob, ...]
    may_number: bool


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """One document's templates, without their files: in use, waiting to be used, used before."""

    kind: PaperKind
    used: PaperTemplate | None
    tried: PaperTemplate | None
    former: PaperTemplate | None


def paper_desk(person: Person, consultation_id: int) -> PaperDesk:
    """The documents, and the person's own exports of the last hours. A constant number of queries.

    Raises:
        Refusal: `not_found`, `forbidden`.
    """
    consultation = find_consultation(person, consultation_id)
    require(person, Permission.OUTCOME_EXPORT, consultation)
    numbers = dict(
        PaperNumber.objects.filter(consultation=consultation).values_list("kind", "text")
    )
    used = PaperTemplate.objects.filter(state=TemplateState.USED)
    templates = dict(used.values_list("kind", "name"))
    return PaperDesk(
        consultation=consultation,
        papers=tuple(
            PaperLine(kind, numbers.get(kind, ""), templates.get(kind, "")) for kind in PaperKind
        ),
        jobs=tuple(ExportJob.objects.filter(person=person, consultation=consultation)[:5]),
        may_number=consultation.stage in NUMBERED_FROM,
    )


def template_lines() -> tuple[TemplateLine, ...]:
    """Every document with its templates. One query."""
    rows = PaperTemplate.objects.select_related("uploaded_by").defer("file")
    found = {(row.kind, row.state): row for row in rows}
    states = (TemplateState.USED, TemplateState.TRIED, TemplateState.FORMER)
    return tuple(
        TemplateLine(kind, *(found.get((kind, state)) for state in states)) for kind in PaperKind
    )


def year_jobs(visitor: Visitor, plan_id: int) -> tuple[ExportJob, ...]:
    """The person's own zips of a plan's documents, of the last hours. One query."""
    if not isinstance(visitor, Person):
        return ()
    return tuple(ExportJob.objects.filter(person=visitor, plan=plan_id)[:3])


def plan_consultations(visitor: Visitor, plan_id: int) -> tuple[WorkPlan, list[Consultation]]:
    """A plan, and the consultations on it that are over the discussion, in the order of time.

    Raises:
        Refusal: `not_found`; `sign_in`, `forbidden` for who may not export.
    """
    require(visitor, Permission.OUTCOME_EXPORT)
    plan = WorkPlan.objects.filter(pk=plan_id).first()
    if plan is None:
        raise Refusal(Code.NOT_FOUND)
    found = Consultation.objects.filter(
        work_items__section__plan=plan, stage__in=NUMBERED_FROM
    ).select_related("topic", "archive")
    return plan, list(found.order_by("starts_at", "pk").distinct())
