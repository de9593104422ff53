from datetime import date

import pytest

from consultations.domain.workplan import ImportResult, ItemRef, import_workplan
from consultations.intake.plan import ParsedItem, ParsedSection, ParsedWorkPlan
from consultations.intake.workplan import read_workplan
from consultations.models import WorkItem, WorkPlan, WorkSection
from hall.errors import Code, Refusal
from members.roles import Role
from tests.factories import make_consultation, make_person
from tests.support.shared import shared

pytestmark = pytest.mark.django_db


def plan(*sections: list[tuple[int, str]]) -> ParsedWorkPlan:
    return ParsedWorkPlan(
        title="清河县政协2026年工作要点",
        year=2026,
        issuer="清河县政协",
        published_on=date(2026, 3, 2),
        preamble="总体要求。",
        sections=tuple(
            ParsedSection(
                at,
                f"第{at}部分",
                tuple(ParsedItem(number, name, f"{name}的内容") for number, name in items),
            )
            for at, items in enumerate(sections, 1)
        ),
    )


def stored() -> list[tuple[int, int, str, str]]:
    rows = WorkItem.objects.order_by("section__number", "number")
    return list(rows.values_list("section__number", "number", "title", "body"))


def ids() -> dict[str, int]:
    return dict(WorkItem.objects.values_list("title", "pk"))


def changes(result: ImportResult) -> dict[str, list[str]]:
    return {
        word: [item.title for item in getattr(result, word)]
        for word in ("created", "updated", "removed", "kept")
        if getattr(result, word)
    }


def link(title: str) -> None:
    make_consultation(work_items=[WorkItem.objects.get(title=title)])


def test_import_workplan_creates_plan_sections_and_items() -> None:
    result = import_workplan(plan([(1, "甲"), (2, "乙")], [(3, "丙")]), by=None)
    assert result == ImportResult(
        plan=WorkPlan.objects.get(),
        created=(ItemRef(1, 1, "甲"), ItemRef(1, 2, "乙"), ItemRef(2, 3, "丙")),
        updated=(),
        removed=(),
        kept=(),
    )
    assert stored() == [
        (1, 1, "甲", "甲的内容"),
        (1, 2, "乙", "乙的内容"),
        (2, 3, "丙", "丙的内容"),
    ]
    assert list(WorkSection.objects.values_list("number", "title")) == [
        (1, "第1部分"),
        (2, "第2部分"),
    ]
    saved = WorkPlan.objects.values_list("title", "year", "issuer", "published_on", "preamble")
    assert list(saved) == [
        ("清河县政协2026年工作要点", 2026, "清河县政协", date(2026, 3, 2), "总体要求。")
    ]


def test_import_workplan_again_changes_nothing() -> None:
    first = plan([(1, "甲"), (2, "乙")], [(1, "丙")])
    import_workplan(first, by=None)
    before = ids()
    assert changes(import_workplan(first, by=None)) == {}
    assert ids() == before


def test_import_workplan_follows_titles_when_numbers_shift() -> None:
    import_workplan(plan([(1, "甲"), (2, "乙")], [(3, "丙")]), by=None)
    before = ids()
    result = import_workplan(plan([(1, "新"), (2, "甲")], [(3, "乙"), (4, "丙")]), by=None)
    assert changes(result) == {"created": ["新"], "updated": ["甲", "乙", "丙"]}
    assert {title: pk for title, pk in ids().items() if title != "新"} == before
    assert [(s, n, t) for s, n, t, _ in stored()] == [
        (1, 1, "新"),
        (1, 2, "甲"),
        (2, 3, "乙"),
        (2, 4, "丙"),
    ]


def test_import_workplan_follows_numbers_when_titles_change() -> None:
    import_workplan(plan([(1, "甲"), (2, "乙")]), by=None)
    before = ids()
    result = import_workplan(plan([(1, "甲"), (2, "乙改")]), by=None)
    assert changes(result) == {"updated": ["乙改"]}
    assert ids() == {"甲": before["甲"], "乙改": before["乙"]}


def test_import_workplan_swaps_two_items() -> None:
    import_workplan(plan([(1, "甲"), (2, "乙")]), by=None)
    before = ids()
    assert changes(import_workplan(plan([(1, "乙"), (2, "甲")]), by=None)) == {
        "updated": ["乙", "甲"]
    }
    assert ids() == before


def test_import_workplan_pairs_equal_titles_one_by_one() -> None:
    import_workplan(plan([(1, "甲"), (2, "甲")]), by=None)
    assert changes(import_workplan(plan([(1, "甲"), (2, "甲"), (3, "甲")]), by=None)) == {
        "created": ["甲"]
    }


def test_import_workplan_removes_what_is_gone_and_its_empty_section() -> None:
    import_workplan(plan([(1, "甲"), (2, "乙")], [(3, "丙")]), by=None)
    result = import_workplan(plan([(1, "甲")]), by=None)
    assert result.removed == (ItemRef(1, 2, "乙"), ItemRef(2, 3, "丙"))
    assert [title for *_, title, _ in stored()] == ["甲"]
    assert WorkSection.objects.count() == 1


def test_import_workplan_keeps_an_item_with_a_consultation() -> None:
    import_workplan(plan([(1, "甲"), (2, "乙")], [(3, "丙")]), by=None)
    link("丙")
    result = import_workplan(plan([(1, "甲"), (2, "乙")]), by=None)
    assert changes(result) == {"kept": ["丙"]}
    assert [(s, n, t) for s, n, t, _ in stored()] == [(1, 1, "甲"), (1, 2, "乙"), (2, 3, "丙")]
    again = import_workplan(plan([(1, "甲"), (2, "乙")]), by=None)
    assert again.kept == (ItemRef(2, 3, "丙"),)


def test_import_workplan_gives_a_kept_item_a_number_of_its_own() -> None:
    import_workplan(plan([(1, "甲"), (2, "乙"), (3, "丙")]), by=None)
    link("甲")
    result = import_workplan(plan([(1, "乙"), (2, "丙")]), by=None)
    assert result.kept == (ItemRef(1, 3, "甲"),)
    assert [(s, n, t) for s, n, t, _ in stored()] == [(1, 1, "乙"), (1, 2, "丙"), (1, 3, "甲")]


def test_import_workplan_dry_run_writes_nothing() -> None:
    import_workplan(plan([(1, "甲")]), by=None)
    result = import_workplan(plan([(1, "甲改"), (2, "乙")]), by=None, dry_run=True)
    assert changes(result) == {"created": ["乙"], "updated": ["甲改"]}
    assert stored() == [(1, 1, "甲", "甲的内容")]


def test_import_workplan_without_issuer_is_the_halls_own(settings: object) -> None:
    settings.HALL_COMMITTEE = "柳溪县政协"  # type: ignore[attr-defined]
    parsed = ParsedWorkPlan("2026年工作要点", 2026, "", None, "", plan([(1, "甲")]).sections)
    assert import_workplan(parsed, by=None).plan.issuer == "柳溪县政协"


def test_import_workplan_refuses_a_title_that_does_not_fit() -> None:
    with pytest.raises(Refusal) as refused:
        import_workplan(plan([(1, "长" * 301)]), by=None)
    assert refused.value.code == Code.TOO_LONG
    assert WorkPlan.objects.count() == 0


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.MEMBER, Role.DEPARTMENT])
def test_import_workplan_needs_permission(role: Role) -> None:
    with pytest.raises(Refusal) as refused:
        import_workplan(plan([(1, "甲")]), by=make_person(role))
    assert refused.value.code == Code.FORBIDDEN


def test_import_workplan_takes_the_real_document_twice() -> None:
    data = shared("workplan/feixi-2023.txt").read_bytes()
    first = import_workplan(read_workplan(data), by=make_person(Role.STAFF))
    second = import_workplan(read_workplan(data), by=make_person(Role.STAFF))
    assert (len(first.created), second.created, second.updated, second.kept) == (20, (), (), ())
    assert (WorkSection.objects.count(), WorkItem.objects.count()) == (6, 20)
