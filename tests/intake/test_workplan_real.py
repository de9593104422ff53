"""The real page as it stands on the committee's site, navigation and footer included."""

import hashlib
import json
import re
from datetime import date

import pytest

from consultations.intake.workplan import ParsedWorkPlan, read_workplan
from tests.support.shared import shared


@pytest.fixture(scope="module")
def page() -> str:
    return shared("workplan/feixi-2023.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def plan(page: str) -> ParsedWorkPlan:
    return read_workplan(page.encode())


def test_real_plan_has_its_title_year_issuer_and_date(plan: ParsedWorkPlan) -> None:
    assert plan.title == "肥西县政协2023年工作要点"
    assert (plan.year, plan.issuer, plan.published_on) == (2023, "肥西县政协", date(2023, 3, 8))


def test_real_plan_has_6_sections_and_20_items_numbered_through(plan: ParsedWorkPlan) -> None:
    assert [section.number for section in plan.sections] == [1, 2, 3, 4, 5, 6]
    assert [len(section.items) for section in plan.sections] == [3, 5, 3, 3, 3, 3]
    numbers = [item.number for section in plan.sections for item in section.items]
    assert numbers == list(range(1, 21))
    assert not any(section.lead for section in plan.sections)


def test_real_plan_text_is_the_page_text_and_nothing_is_left_out(
    plan: ParsedWorkPlan, page: str
) -> None:
    han = "一二三四五六"
    rebuilt = [plan.preamble]
    for section in plan.sections:
        rebuilt.append(f"{han[section.number - 1]}、{section.title}")
        rebuilt += [f"{item.number}.{item.title}。{item.body}" for item in section.items]
    lines = [line.strip() for line in page.splitlines() if line.strip()]
    assert lines[4 : 4 + len(rebuilt)] == rebuilt
    outside = lines[:4] + lines[4 + len(rebuilt) :]
    assert len(outside) == 11
    texts = [
        plan.preamble,
        *(text for s in plan.sections for i in s.items for text in (i.title, i.body)),
    ]
    assert all(texts)
    assert not [line for line in outside for text in texts if line in text]


def test_real_plan_titles_are_single_sentences(plan: ParsedWorkPlan) -> None:
    titles = [item.title for section in plan.sections for item in section.items]
    assert all(title and not re.search("[。！？\n]", title) for title in titles)
    assert max(map(len, titles)) <= 25


def test_real_plan_json_is_stable(plan: ParsedWorkPlan) -> None:
    record = json.loads(plan.as_json())
    assert list(record) == ["title", "year", "issuer", "published_on", "preamble", "sections"]
    canonical = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    assert digest == "66713a3d8a05e74defde3767e8bbd3f1fbf8752730960e4e324eadebb5c04d3e"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_real_plan_reads_alike_in_every_encoding(
    plan: ParsedWorkPlan, page: str, encoding: str, end: str
) -> None:
    assert read_workplan(page.replace("\n", end).encode(encoding)) == plan


def test_real_plan_reads_alike_as_word_and_without_blank_lines(
    plan: ParsedWorkPlan, page: str, make_word: object
) -> None:
    filled = [line for line in page.splitlines() if line.strip()]
    assert read_workplan("\n".join(filled).encode()) == plan
    assert callable(make_word)
    assert read_workplan(make_word(page.splitlines()), filename="要点.docx") == plan
    assert read_workplan(make_word(filled)) == plan
