"""What documents say of the opinions behind a clause: shares, floor, groups, merged ones."""

from dataclasses import replace

import pytest

from consultations.domain.map_view import Share
from consultations.domain.opinion_parts import MergedOpinion
from consultations.domain.outcome_parts import Outcome
from consultations.domain.standings import SideShare
from consultations.exports import export
from consultations.exports.dossier import Paper
from consultations.models import PaperKind
from tests.exports.outcomes import evidence, make_outcome, make_record, sentence
from tests.exports.reading import json_value, sheets

MERGED = MergedOpinion(
    *(9, "opinion", "意见", "泵房太旧了。", "何师傅", "resident", "居民"), *(3, 1, 0)
)
GROUP = SideShare("A 组", Share("disagree", 1, 6, 0, 86, 49, 97), against=True)


@pytest.fixture
def few() -> Outcome:
    """One clause that rests on an opinion with few voices, a group against it, one merged in."""
    cited = evidence(7, tallies={"resident": (5, 2, 0)}, groups=(GROUP,), merged=(MERGED,))
    clause = replace(sentence(1, "分两期改造。"), evidence=(cited,), few_voices=True)
    return make_outcome(clauses=(clause,), dissent=())


def test_consensus_list_tells_share_floor_groups_and_merged_authors(few: Outcome) -> None:
    text = export(few, "md").data.decode()
    assert "赞成5、不赞成2、说不好0；赞成占71%，95%区间36%至92%；表态不足9人" in text
    assert "A 组不赞成占86%，95%区间49%至97%，反对" in text
    assert "并入意见9，何师傅（居民）提出，另计赞成3、不赞成1、说不好0" in text
    assert "说明：所依据的意见表态均不足9人，占比只供参考" in text
    assert "并入意见9，何师傅（居民）提出，另计赞成3、不赞成1、说不好0：泵房太旧了。" in text
    assert "<br>A 组 | 5<br>5<br>1 | 2<br>2<br>6 |" in text


def test_report_tells_the_same(few: Outcome) -> None:
    paper = Paper(kind=PaperKind.REPORT)
    text = export(few, "md", record=make_record(), paper=paper).data.decode()
    assert "依据：建议7，赞成占71%，95%区间36%至92%，并入何师傅的意见9" in text
    assert "所依据的意见表态均不足9人" in text


def test_workbook_has_a_row_for_each_group_and_each_merged_opinion(few: Outcome) -> None:
    read = sheets(export(few, "xlsx").data)
    assert read["共识与依据"][1][2:] == ["建议7", 5, 2, 0, "所依据的意见表态均不足9人"]
    assert [row[6:] for row in read["依据意见"][1:]] == [
        ["合计", 5, 2, 0, "赞成占71%，95%区间36%至92%，表态不足9人"],
        ["居民", 5, 2, 0, ""],
        ["A 组", 1, 6, 0, "不赞成占86%，95%区间49%至97%"],
        ["合计", 3, 1, 0, "表态单独计数"],
    ]
    assert read["依据意见"][-1][:6] == ["意见9", "泵房太旧了。", "何师傅", "居民", "", "并入建议7"]


def test_data_has_all_of_it(few: Outcome) -> None:
    clause = json_value(export(few, "json").data)["clauses"][0]
    cited = clause["evidence"][0]
    assert (clause["few_voices"], cited["enough"]) == (True, False)
    assert (cited["share"]["low"], cited["share"]["high"]) == (36, 92)
    assert cited["groups"][0]["name"] == "A 组"
    assert cited["merged"][0]["author"] == "何师傅"


@pytest.mark.parametrize("fmt", ["docx", "pdf"])
def test_documents_are_made(few: Outcome, fmt: str) -> None:
    assert export(few, fmt).data
