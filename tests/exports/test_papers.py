"""Every document, in every format that it comes in, from one dossier."""

import re
from dataclasses import replace
from io import BytesIO
from typing import Any

import docx
import pytest
from pypdf import PdfReader

from consultations.domain.consultations import move_stage
from consultations.domain.record_view import Record
from consultations.exports import FACES, ExportFile, export, export_paper
from consultations.exports.dossier import Paper, make_dossier
from consultations.exports.papers.speeches import speeches
from consultations.exports.placeholders import values_of
from consultations.models import PaperKind, Stage
from consultations.models.opinions import ERASED_AUTHOR
from hall.errors import Code, Refusal
from tests.exports.archival import assert_archival, structure
from tests.exports.outcomes import OPENED, make_outcome, make_record, sentence, speech
from tests.exports.reading import (
    json_value,
    markdown_text,
    pdf_text,
    sheets,
    squeezed,
    word_lines,
)
from tests.factories import (
    make_clause,
    make_consultation,
    make_opinion,
    make_stance,
    moderator_of,
    seated,
)

K = PaperKind
WANTED = {
    K.MINUTES: [
        "县政协协商纪要",
        "柳河镇农村供水专题协商会",
        "三、议定事项",
        "出席委员：赵主任、王委员。",
        "承办单位：林工（县供水公司）。",
        "群众代表：1人。",
        "记录：小陈。",
        "县政协2026年4月1日印发",
    ],
    K.CONSENSUS: ["共识清单", "三、形成的共识", "二次供水泵房分两期改造", "附件2"],
    K.REPORT: [
        "协商专报",
        "关于“柳河镇农村供水”的",
        "县委、县政府：",
        "一、协商基本情况",
        "二、各方主要意见",
        "请每月公布水质。（柳树下，居民；建议2，赞成20、不赞成1）",
        "三、协商共识和建议",
        "四、尚存的分歧",
        "抄送：县水务局。",
    ],
    K.OPINION_REPORT: [
        "社情民意信息",
        "一、反映的主要情况",
        "什么时候动工？",
        "三、有关建议",
        "协商形成共识的建议：",
        "群众和委员提出的建议：",
    ],
    K.SPEECHES: [
        "发言记录",
        "共记录5条。",
        "会前征集和未归入议程的意见",
        "二、发言讨论",
        "提问3",
        "【回复3】",
        "（该意见已由主持人隐藏）",
    ],
    K.ATTENDANCE: [
        "签到表",
        "共有席位5个，到会4人（现场1人、线上3人）。",
        "没来的人",
        "未到会",
        "县供水公司",
        "09:30",
        "现场签到台",
    ],
    K.ASSIGNMENT: [
        "县政协建议交办单",
        "关于办理“柳河镇农村供水”",
        "县委、县政府：",
        "会议形成共识2条",
        "供水单位每月在村务公开栏和线上议事厅公布水质检测结果。",
        "建议1、建议7",
    ],
}
EVERY = [(kind, fmt) for kind, face in FACES.items() for fmt in face.formats]


def issued(kind: PaperKind, **fields: Any) -> Paper:
    values: dict[str, Any] = {
        "kind": kind,
        "number": f"青政协〔2026〕{list(K).index(kind) + 1}号",
        "issued_at": OPENED.replace(month=4, day=1),
        "addressee": "县委、县政府",
        "copies": "县水务局",
    }
    return Paper(**{**values, **fields})


def made(kind: PaperKind, fmt: str, record: Record | None = None, **outcome: Any) -> ExportFile:
    found = make_outcome(**outcome)
    return export(found, fmt, paper=issued(kind), record=record or make_record())


@pytest.mark.parametrize(("kind", "fmt"), EVERY)
def test_says_what_the_dossier_knows_under_its_number(kind: PaperKind, fmt: str) -> None:
    file = made(kind, fmt)
    assert file.name.endswith(f"{kind.label}.{fmt}")
    if fmt == "xlsx":
        said = squeezed("".join(str(c) for s in sheets(file.data).values() for r in s for c in r))
        wanted = [text for text in WANTED[kind] if text in {"提问3", "未到会", "建议1、建议7"}]
        assert kind == K.CONSENSUS or wanted
    elif fmt == "json":
        value = json_value(file.data)
        assert value["paper"]["number"] == issued(kind).number
        assert value["title"] == "柳河镇农村供水专题协商会"
        if kind != K.CONSENSUS:
            assert [one["number"] for one in value["speeches"]] == [1, 2, 3, 4, 5]
            assert value["attendees"][4]["came_at"] is None
        return
    else:
        read = {
            "docx": lambda data: squeezed("".join(word_lines(data))),
            "pdf": pdf_text,
            "md": markdown_text,
        }
        said = read[fmt](file.data)
        wanted = [*WANTED[kind], issued(kind).number]
    for text in wanted:
        assert squeezed(text) in said, text


@pytest.mark.parametrize(("kind", "fmt"), [pair for pair in EVERY if pair[1] in {"docx", "pdf"}])
def test_same_dossier_gives_the_same_bytes(kind: PaperKind, fmt: str) -> None:
    assert made(kind, fmt).data == made(kind, fmt).data


@pytest.mark.parametrize("kind", list(K))
def test_pdf_is_tagged_pdf_a(kind: PaperKind) -> None:
    data = made(kind, "pdf").data
    assert_archival(data)
    tags = structure(data)
    assert tags.count("/H1") == 1
    assert "/P" in tags
    assert ("/TH" in tags) == (kind in {K.CONSENSUS, K.SPEECHES, K.ATTENDANCE, K.ASSIGNMENT})


@pytest.mark.parametrize("kind", list(K))
def test_a_room_where_nothing_happened_still_makes_a_document(kind: PaperKind) -> None:
    empty: dict[str, Any] = {
        **{"clauses": (), "dissent": (), "minutes": None, "archive": None, "opened_at": None},
        **{"closed_at": None, "work_items": (), "agenda": (), "venue": "", "topic_summary": ""},
        **{"stage": "summarising", "stage_label": "梳理共识", "moderators": (), "recorders": ()},
    }
    found = make_outcome(**empty)
    for fmt in FACES[kind].formats:
        data = export(found, fmt, paper=Paper(kind=kind), record=Record()).data
        assert data
        if fmt == "docx":
            lines = word_lines(data)
            assert "（梳理共识阶段，尚未归档）" in "".join(lines)
            assert not any("None" in line or "号：" in line for line in lines)


def test_what_was_erased_is_named_with_the_basis_and_not_as_hidden() -> None:
    gone = speech(1, text="", author=ERASED_AUTHOR, hidden=True, erased="某某法院裁定")
    record = make_record(speeches=(gone,))
    dossier = make_dossier(make_outcome(), record=record, paper=issued(K.SPEECHES))
    values = values_of(dossier, speeches(dossier)).lists["发言"][0]
    assert (values["发言人"], values["内容"]) == (
        "（已依法删除）",
        "（已依法删除，依据：某某法院裁定）",
    )
    for fmt in ("docx", "md"):
        data = made(K.SPEECHES, fmt, record).data
        said = markdown_text(data) if fmt == "md" else squeezed("".join(word_lines(data)))
        assert "（已依法删除，依据：某某法院裁定）" in said
        assert "主持人隐藏" not in said


@pytest.mark.parametrize("kind", [K.REPORT, K.OPINION_REPORT])
def test_reports_have_no_brackets_within_brackets_and_one_stop(kind: PaperKind) -> None:
    said = "".join(word_lines(made(kind, "docx").data))
    assert not re.search("（[^（）]*（", said)
    assert not re.search("[？！]。|。。", said)


@pytest.mark.parametrize(
    ("kind", "label", "paper", "words"),
    [
        ("thematic", "专题协商", K.REPORT, "召开专题协商会议。"),
        ("community", "有事好商量", K.REPORT, "召开“有事好商量”协商会议。"),
        ("lecture", "委员讲堂", K.REPORT, "召开委员讲堂。"),
        ("thematic", "专题协商", K.OPINION_REPORT, "开展专题协商，"),
        ("community", "有事好商量", K.OPINION_REPORT, "开展“有事好商量”协商，"),
        ("lecture", "委员讲堂", K.OPINION_REPORT, "举办委员讲堂，"),
    ],
)
def test_what_was_held_is_told_as_one_says_it(
    kind: str, label: str, paper: PaperKind, words: str
) -> None:
    found = make_outcome(kind=kind, kind_label=label)
    file = export(found, "docx", paper=issued(paper), record=make_record())
    assert words in "".join(word_lines(file.data))


def test_one_department_is_addressed_as_one() -> None:
    found, record = make_outcome(), make_record()
    alone = export(found, "docx", paper=issued(K.ASSIGNMENT, addressee=""), record=record)
    assert "印送你单位，" in "".join(word_lines(alone.data))
    assert "印送你们，" in "".join(word_lines(made(K.ASSIGNMENT, "docx").data))


def test_what_is_not_known_is_left_out() -> None:
    bare = Paper(kind=K.REPORT)
    said = "".join(word_lines(export(make_outcome(), "docx", paper=bare).data))
    assert "抄送" not in said
    assert "〔" not in said
    assert "各方主要意见" not in said


@pytest.mark.parametrize(("kind", "fmt"), EVERY)
def test_text_that_looks_like_a_formula_or_holds_controls_stays_text(
    kind: PaperKind, fmt: str
) -> None:
    odd = '=HYPERLINK("http://x")\x00\x0b\ud800\ufffe+1'
    record = make_record(
        speeches=(speech(1, text=odd, author="=1+1\x1b"),),
        attendees=tuple(replace(one, name="@SUM(A1)\x02") for one in make_record().attendees),
    )
    data = made(kind, fmt, record, clauses=(sentence(1, odd, 1),), title="-2+3\x07题").data
    if fmt == "xlsx":
        cells = [cell for sheet in sheets(data).values() for row in sheet for cell in row]
        assert any(str(cell).startswith(("=HYPERLINK", "@SUM")) for cell in cells)
    elif fmt == "docx":
        assert docx.Document(BytesIO(data)).paragraphs
        assert "\x00" not in "".join(word_lines(data))
    elif fmt == "pdf":
        assert len(PdfReader(BytesIO(data)).pages) >= 1
    elif fmt == "json":
        assert json_value(data)["clauses"][0]["text"].startswith('=HYPERLINK("http://x")')
    else:
        assert markdown_text(data)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [K.SPEECHES, K.ATTENDANCE, K.ASSIGNMENT, K.CONSENSUS])
def test_what_is_all_digits_is_a_number_only_where_something_was_counted(kind: PaperKind) -> None:
    room = make_consultation(Stage.LIVE)
    author = seated(room, alias="007")
    said = make_opinion(room, author, text="0123")
    make_stance(said)
    move_stage(room, to=Stage.SUMMARISING, by=moderator_of(room))
    make_clause(room, said, text="110")
    pages = sheets(export_paper(room, kind, "xlsx").data)
    cells = [cell for page in pages.values() for row in page for cell in row]
    wanted = {
        K.SPEECHES: ["0123", 1],
        K.ATTENDANCE: ["007", 1],
        K.ASSIGNMENT: ["110", 1],
        K.CONSENSUS: ["0123", "110", "007", 1],
    }
    for cell in wanted[kind]:
        assert cell in cells
    assert not {7, 123, 110} & {cell for cell in cells if isinstance(cell, int)}


def test_a_format_that_the_document_does_not_come_in_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        made(K.MINUTES, "xlsx")
    assert refused.value.code == Code.NOT_FOUND
    assert "xlsx" in refused.value.message


def test_numbers_are_configured_for_every_document(settings: Any) -> None:
    for given in (settings.HALL_NUMBERS, settings.HALL_ADDRESSEES, settings.HALL_COPIES):
        assert set(given) == set(PaperKind.values)
