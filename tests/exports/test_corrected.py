"""What the desk put right: documents have the words in force, and say when they were corrected."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from consultations.domain import desk
from consultations.domain.check_ins import DeskArrival, check_in_at_desk
from consultations.domain.consultations import move_stage
from consultations.domain.corrections import correct_opinion
from consultations.domain.opinions import hide_opinion
from consultations.domain.record_view import record_of
from consultations.exports import export, export_paper
from consultations.exports.dossier import Paper, make_dossier
from consultations.exports.papers.speeches import speeches
from consultations.exports.placeholders import values_of
from consultations.models import Consultation, Opinion, OpinionKind, PaperKind, Stage
from tests.exports.outcomes import OPENED, evidence, make_outcome, make_record, sentence, speech
from tests.exports.reading import json_value, pdf_text, sheets, squeezed, word_lines
from tests.exports.test_evidence import MERGED
from tests.factories import (
    make_clause,
    make_consultation,
    make_stance,
    moderator_of,
)

K = PaperKind
AT = OPENED + timedelta(minutes=72)
MARK = "2026年3月12日10:42更正"


def read(data: bytes, fmt: str) -> str:
    if fmt == "pdf":
        return pdf_text(data)
    if fmt == "docx":
        return squeezed("".join(word_lines(data)))
    return squeezed(data.decode())


def entered(room: Consultation, text: str) -> Opinion:
    by = moderator_of(room)
    arrival = DeskArrival(key=uuid.uuid4(), name="王小明")
    key = check_in_at_desk(room, arrival=arrival, by=by).key
    given = {"attendee": key, "key": uuid.uuid4(), "kind": OpinionKind.SUGGESTION}
    receipt = desk.enter_opinion(room, text=text, by=by, **given)
    return Opinion.objects.get(consultation=room, number=receipt.number)


@pytest.fixture
def corrected_room(db: None) -> Consultation:
    """An opinion entered at the desk, put right twice, and one that nobody corrected."""
    room = make_consultation(Stage.LIVE)
    said = entered(room, "路灯不量。")
    entered(room, "没有更正的。")
    make_stance(said)
    by = moderator_of(room)
    for minutes, text in ((-30, "路灯不亮了。"), (0, "东头的路灯不亮。")):
        with time_machine.travel(AT + timedelta(minutes=minutes), tick=False):
            correct_opinion(room, number=said.number, text=text, key=uuid.uuid4(), by=by)
    move_stage(room, to=Stage.SUMMARISING, by=by)
    make_clause(room, said, text="先修东头的路灯。")
    return room


@pytest.mark.parametrize("fmt", ["docx", "pdf", "md"])
@pytest.mark.parametrize("kind", [K.SPEECHES, K.CONSENSUS, K.REPORT, K.OPINION_REPORT])
def test_document_has_the_words_in_force_and_when_they_were_corrected(
    corrected_room: Consultation, kind: PaperKind, fmt: str
) -> None:
    text = read(export_paper(corrected_room, kind, fmt).data, fmt)
    assert "东头的路灯不亮" in text
    assert "路灯不量" not in text
    assert text.count(MARK) == 1


def test_workbook_and_data_have_it_too(corrected_room: Consultation) -> None:
    book = sheets(export_paper(corrected_room, K.CONSENSUS, "xlsx").data)
    assert {row[4] for row in book["依据意见"][1:]} == {f"现场代录，{MARK}"}
    [first, second] = json_value(export_paper(corrected_room, K.SPEECHES, "json").data)["speeches"]
    assert first["corrected_at"] == "2026-03-12T02:42:00.000000Z"
    assert second["corrected_at"] is None


@pytest.mark.django_db
def test_what_is_hidden_does_not_tell_of_its_correction() -> None:
    room = make_consultation(Stage.LIVE)
    said = entered(room, "路灯不量。")
    by = moderator_of(room)
    correct_opinion(room, number=said.number, text="路灯不亮。", key=uuid.uuid4(), by=by)
    assert record_of(room).speeches[0].corrected_at is not None
    hide_opinion(room, number=said.number, reason="与议题无关", by=by)
    assert record_of(room).speeches[0].corrected_at is None


def test_merged_opinion_says_it_as_well() -> None:
    merged = replace(MERGED, corrected_at=AT)
    clause = replace(sentence(1, "分期。"), evidence=(evidence(7, merged=(merged,)),))
    found = make_outcome(clauses=(clause,), dissent=())
    assert f"说不好0，{MARK}：泵房太旧了。" in export(found, "md").data.decode()
    assert sheets(export(found, "xlsx").data)["依据意见"][-1][-1] == f"表态单独计数，{MARK}"


def test_template_is_given_it_with_the_words() -> None:
    from_desk = speech(1, text="东头的路灯不亮。", corrected_at=AT)
    record = make_record(speeches=(from_desk,))
    dossier = make_dossier(make_outcome(), record=record, paper=Paper(kind=K.SPEECHES))
    [said] = values_of(dossier, speeches(dossier)).lists["发言"]
    assert said["内容"] == f"东头的路灯不亮。（{MARK}）"
