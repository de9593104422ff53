"""Whatever people wrote: every format opens again and says it."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultations.domain.outcome_parts import Outcome
from consultations.exports import export
from consultations.exports.words import clean
from tests.exports.outcomes import evidence, make_outcome
from tests.exports.reading import json_value, markdown_text, pdf_text, sheets, squeezed, word_lines

ANY = st.text(max_size=40)
CHINESE = st.text("协商供水改造，。“”《》（）abc123 ", min_size=1, max_size=40)
FEW = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)


def _filled(text: str) -> Outcome:
    """An outcome with `text` in every field that people write."""
    full = make_outcome()
    cited = evidence(4, text=f"意{text}见", author=f"名{text}")
    clause = replace(full.clauses[0], text=f"条{text}款", evidence=(cited,))
    item = replace(full.work_items[0], title=f"要{text}点", plan_title=f"计{text}划")
    line = replace(full.agenda[0], title=f"程{text}")
    return make_outcome(
        title=f"题{text}",
        question=f"问{text}题",
        topic=f"议{text}题",
        topic_summary=f"说{text}明",
        venue=f"地{text}点",
        moderators=(f"主{text}",),
        work_items=(item,),
        agenda=(line,),
        clauses=(clause,),
        dissent=(replace(clause, text=f"分{text}歧"),),
    )


@FEW
@given(ANY)
def test_word_opens_and_says_it(text: str) -> None:
    lines = "\n".join(word_lines(export(_filled(text), "docx").data))
    for wanted in (f"问{text}题", f"条{text}款", f"分{text}歧", f"意{text}见"):
        assert squeezed(clean(wanted)) in squeezed(lines)


@FEW
@given(ANY)
def test_workbook_opens_and_says_it(text: str) -> None:
    read = sheets(export(_filled(text), "xlsx").data)
    assert ["协商事项", clean(f"问{text}题")] in read["概况"]
    assert read["共识与依据"][1][1] == clean(f"条{text}款")
    assert read["依据意见"][1][1] == clean(f"意{text}见")


@FEW
@given(ANY)
def test_json_opens_and_says_it(text: str) -> None:
    value = json_value(export(_filled(text), "json").data)
    assert value["question"] == clean(f"问{text}题")
    assert value["clauses"][0]["evidence"][0]["text"] == clean(f"意{text}见")


@FEW
@given(ANY | st.text("*_`<>[]()#+-=.!|~&\\:1 \n\t", max_size=30))
def test_markdown_shows_it(text: str) -> None:
    seen = markdown_text(export(_filled(text), "md").data)
    for wanted in (f"问{text}题", f"条{text}款", f"意{text}见"):
        assert squeezed(clean(wanted)) in seen


@settings(FEW, max_examples=12)
@given(CHINESE)
def test_pdf_says_it(text: str) -> None:
    assert squeezed(f"问{text}题") in pdf_text(export(_filled(text), "pdf").data)


@settings(FEW, max_examples=12)
@given(ANY)
def test_pdf_is_made_of_any_text(text: str) -> None:
    assert "三、形成的共识" in pdf_text(export(_filled(text), "pdf").data)


@settings(FEW, max_examples=10)
@given(st.text("<>/pbrolih34a=\"' 文&;#x\n", max_size=60))
@pytest.mark.parametrize("fmt", ["docx", "md", "pdf"])
def test_any_markup_in_the_minutes_makes_a_file(fmt: str, text: str) -> None:
    full = make_outcome()
    assert full.minutes is not None
    minutes = replace(full.minutes, body=text)
    assert export(make_outcome(minutes=minutes), fmt).data
