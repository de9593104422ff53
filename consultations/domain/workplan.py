"""Importing the year's work plan, again and again, without losing what is linked to it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from consultations.domain.search import index_plan
from consultations.intake.workplan import ParsedItem, ParsedSection, ParsedWorkPlan
from consultations.models import WorkItem, WorkPlan, WorkSection
from hall.errors import Code, Refusal
from members.access import require
from members.models import Person
from members.roles import Permission

_PARKED = 10_000  # numbers above all real ones, where rows wait while others are renumbered


@dataclass(frozen=True, slots=True)
class ItemRef:
    """An item as a report names it: where it stands in the plan, and its title."""

    section: int
    number: int
    title: str


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did. `updated` lists items whose place or words changed.

    `kept` lists items that the document no longer has but that consultations are linked to.
    """

    plan: WorkPlan
    created: tuple[ItemRef, ...]
    updated: tuple[ItemRef, ...]
    removed: tuple[ItemRef, ...]
    kept: tuple[ItemRef, ...]


@transaction.atomic
def import_workplan(
    parsed: ParsedWorkPlan, *, by: Person | None, dry_run: bool = False
) -> ImportResult:
    """Create the issuer's plan of that year, or bring the existing one to what `parsed` says.

    An item keeps its identity, and with it its consultations: by title and place, then by equal
    title alone, then by place alone. What the document lacks is deleted, but never an item that a
    consultation is linked to: that one is kept, with a number of its own. `by=None` is the
    command line. With `dry_run` everything is worked out and rolled back.

    Raises:
        Refusal: `forbidden`; `too_long` for a title that does not fit. Nothing is imported then.
    """
    if by is not None:
        require(by, Permission.PLAN_IMPORT)
    _require_fit(parsed)
    plan = _save_plan(parsed)
    result = _Import(plan, parsed).run()
    if dry_run:
        transaction.set_rollback(True)
    return result


def _require_fit(parsed: ParsedWorkPlan) -> None:
    titles: list[tuple[str, int | None]] = [
        (parsed.title, WorkPlan._meta.get_field("title").max_length),
        (parsed.issuer, WorkPlan._meta.get_field("issuer").max_length),
    ]
    for section in parsed.sections:
        titles.append((section.title, WorkSection._meta.get_field("title").max_length))
        most = WorkItem._meta.get_field("title").max_length
        titles += [(item.title, most) for item in section.items]
    for title, most in titles:
        if most is not None and len(title) > most:
            sentence = _("标题太长，最多 %(most)s 字：%(title)s…")
            raise Refusal(Code.TOO_LONG, sentence % {"most": most, "title": title[:20]})


def _save_plan(parsed: ParsedWorkPlan) -> WorkPlan:
    plan, _created = WorkPlan.objects.update_or_create(
        issuer=parsed.issuer or settings.HALL_COMMITTEE,
        year=parsed.year,
        defaults={
            "title": parsed.title,
            "published_on": parsed.published_on,
            "preamble": parsed.preamble,
        },
    )
    return WorkPlan.objects.select_for_update().get(pk=plan.pk)


Place = tuple[int, int]
Wanted = tuple[ParsedSection, ParsedItem]


def _place(item: WorkItem) -> Place:
    return item.section.number, item.number


@dataclass(slots=True)
class _Import:
    """One run: pairs what is there with what is wanted, then writes the difference."""

    plan: WorkPlan
    parsed: ParsedWorkPlan
    pairs: dict[Place, WorkItem] = field(default_factory=dict)

    def run(self) -> ImportResult:
        items = list(
            WorkItem.objects.filter(section__plan=self.plan)
            .select_related("section")
            .order_by("section__number", "number")
        )
        before = {item.pk: (_place(item), item.title, item.body) for item in items}
        wanted = {
            (section.number, item.number): (section, item)
            for section in self.parsed.sections
            for item in section.items
        }
        leftover = self._pair(items, wanted)
        linked = set(
            WorkItem.objects.filter(
                section__plan=self.plan, consultations__isnull=False
            ).values_list("pk", flat=True)
        )
        removed = [item for item in leftover if item.pk not in linked]
        kept = [item for item in leftover if item.pk in linked]
        gone = tuple(ItemRef(*_place(item), item.title) for item in removed)
        removed_ids = [item.pk for item in removed]
        WorkItem.objects.filter(pk__in=removed_ids).delete()
        created, updated = self._write(wanted, before)
        settled = self._settle(kept, wanted)
        index_plan(self.plan)
        return ImportResult(self.plan, created, updated, gone, settled)

    def _pair(self, items: list[WorkItem], wanted: dict[Place, Wanted]) -> list[WorkItem]:
        """Fill `pairs`; returns the items that nothing in the document stands for."""
        leftover, open_places = list(items), dict(wanted)
        tests: tuple[Callable[[WorkItem, Place, ParsedItem], bool], ...] = (
            lambda old, place, new: old.title == new.title and _place(old) == place,
            lambda old, place, new: old.title == new.title,
            lambda old, place, new: _place(old) == place,
        )
        for same in tests:
            for old in tuple(leftover):
                for place, (_section, new) in open_places.items():
                    if same(old, place, new):
                        self.pairs[place] = old
                        leftover.remove(old)
                        del open_places[place]
                        break
        return leftover

    def _write(
        self, wanted: dict[Place, Wanted], before: dict[int, tuple[Place, str, str]]
    ) -> tuple[tuple[ItemRef, ...], tuple[ItemRef, ...]]:
        moved = any(before[old.pk][0] != place for place, old in self.pairs.items())
        if moved:
            WorkItem.objects.filter(section__plan=self.plan).update(number=F("number") + _PARKED)
        sections = self._write_sections()
        created: list[ItemRef] = []
        updated: list[ItemRef] = []
        for place, (_section, new) in wanted.items():
            old = self.pairs.get(place)
            if old is None:
                WorkItem.objects.create(
                    section=sections[place[0]], number=new.number, title=new.title, body=new.body
                )
                created.append(ItemRef(*place, new.title))
                continue
            changed = before[old.pk] != (place, new.title, new.body)
            if changed or moved:
                old.section, old.number = sections[place[0]], new.number
                old.title, old.body = new.title, new.body
                old.save(update_fields=["section", "number", "title", "body"])
            if changed:
                updated.append(ItemRef(*place, new.title))
        return tuple(created), tuple(updated)

    def _write_sections(self) -> dict[int, WorkSection]:
        return {
            section.number: WorkSection.objects.update_or_create(
                plan=self.plan, number=section.number, defaults={"title": section.title}
            )[0]
            for section in self.parsed.sections
        }

    def _settle(self, kept: list[WorkItem], wanted: dict[Place, Wanted]) -> tuple[ItemRef, ...]:
        """Give the kept items numbers that nobody else has, and drop sections left empty."""
        taken = set(wanted)
        refs: list[ItemRef] = []
        for item in kept:
            place = _place(item)
            if place in taken:
                highest = max(number for section, number in taken if section == place[0])
                place = (place[0], highest + 1)
            taken.add(place)
            item.number = place[1]
            item.save(update_fields=["number"])
            refs.append(ItemRef(*place, item.title))
        self.plan.sections.filter(items=None).delete()
        return tuple(refs)
