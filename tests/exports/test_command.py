"""export_outcome: from the database to a file, or one plain sentence."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import translation

from consultations.domain.archives import seal
from consultations.domain.consultations import move_stage
from consultations.exports import FORMATS, export_paper
from consultations.models import Consultation, PaperKind, PaperNumber, Stage
from hall.errors import Code, Refusal
from members.roles import Role, SeatRole
from tests.exports.reading import json_value, markdown_text, pdf_text, sheets, word_lines
from tests.factories import (
    STARTS_AT,
    bring_to_review,
    make_clause,
    make_consultation,
    make_dissent,
    make_minutes,
    make_opinion,
    seated,
)


@pytest.fixture
def consultation(db: None, settings: Any, tmp_path: Path) -> Consultation:
    settings.HALL_ARCHIVES = tmp_path / "archives"
    settings.HALL_KEYS = tmp_path / "keys"
    made = make_consultation(Stage.LIVE)
    seated(made, SeatRole.MODERATOR, Role.MEMBER, first_seen_at=STARTS_AT)
    return bring_to_review(made)


def run(*arguments: str) -> tuple[int, str, str]:
    """Exit code, what was said, what was complained of."""
    out, err = StringIO(), StringIO()
    try:
        call_command("export_outcome", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


@pytest.mark.parametrize("fmt", list(FORMATS))
def test_writes_what_the_domain_knows(consultation: Consultation, tmp_path: Path, fmt: str) -> None:
    seal(consultation, by=consultation.prepared_by)
    file = tmp_path / f"out.{fmt}"
    code, said, complained = run(str(consultation.pk), "--format", fmt, "-o", str(file))
    assert (code, complained) == (0, "")
    assert str(file) in said
    data = file.read_bytes()
    seen = {
        "docx": lambda: "".join(word_lines(data)),
        "pdf": lambda: pdf_text(data),
        "xlsx": lambda: str(sheets(data)),
        "json": lambda: str(json_value(data)),
        "md": lambda: markdown_text(data),
    }[fmt]()
    for wanted in ("老旧小区改造协商会", "优先更换地下管网。", "先把下水管道换了。", "政协委员"):
        assert wanted in seen
    assert data == export_paper(consultation, PaperKind.CONSENSUS, fmt).data


def test_without_a_file_it_takes_the_default_name(
    consultation: Consultation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(str(consultation.pk), "--format", "md")[0] == 0
    assert (tmp_path / "老旧小区改造协商会共识清单.md").is_file()


def test_name_follows_the_setting(consultation: Consultation, settings: Any) -> None:
    settings.HALL_SUMMARY_NAME = "{committee}-{title}"
    assert (
        export_paper(consultation, PaperKind.CONSENSUS, "json").name
        == "县政协-老旧小区改造协商会.json"
    )


@pytest.mark.parametrize("given", ["999999", "abc", "-1", "9" * 40, "¹"])
@pytest.mark.django_db
def test_unknown_consultation_is_one_sentence(given: str) -> None:
    assert run("--format", "md", "--", given) == (1, "", f"没有编号为 {given} 的协商会。\n")


def test_unknown_format_is_one_sentence(consultation: Consultation) -> None:
    wanted = "没有“doc”这种格式，可用的有：docx、pdf、xlsx、json、md。\n"
    assert run(str(consultation.pk), "--format", "doc") == (1, "", wanted)
    with pytest.raises(Refusal) as refused:
        export_paper(consultation, PaperKind.CONSENSUS, "doc")
    assert refused.value.code == Code.NOT_FOUND


def test_unwritable_file_is_one_sentence(consultation: Consultation, tmp_path: Path) -> None:
    file = tmp_path / "missing" / "out.md"
    code, said, complained = run(str(consultation.pk), "--format", "md", "-o", str(file))
    assert (code, said) == (1, "")
    assert complained.startswith(f"文件 {file} 写不进去：")
    assert complained.count("\n") == 1


def test_missing_font_is_one_sentence_and_no_file(
    consultation: Consultation, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "fonts").mkdir()
    settings.HALL_FONTS = [str(tmp_path / "fonts")]
    file = tmp_path / "out.pdf"
    code, said, complained = run(str(consultation.pk), "--format", "pdf", "-o", str(file))
    assert (code, said) == (1, "")
    assert "fonts-noto-cjk" in complained
    assert complained.count("\n") == 1
    assert not file.exists()


@pytest.mark.parametrize("kind", list(PaperKind))
def test_writes_any_document(consultation: Consultation, tmp_path: Path, kind: PaperKind) -> None:
    file = tmp_path / "out.docx"
    pk = str(consultation.pk)
    code, _said, complained = run(pk, "--document", kind, "--format", "docx", "-o", str(file))
    assert (code, complained) == (0, "")
    assert file.read_bytes() == export_paper(consultation, kind, "docx").data


@pytest.mark.parametrize("kind", list(PaperKind))
def test_documents_are_in_chinese_for_readers_of_english(
    consultation: Consultation, kind: PaperKind
) -> None:
    for fmt in ("docx", "json"):
        chinese = export_paper(consultation, kind, fmt)
        with translation.override("en"):
            asked = export_paper(consultation, kind, fmt)
        assert (asked.name, asked.data) == (chinese.name, chinese.data)


def test_number_is_issued_once_on_request(consultation: Consultation, tmp_path: Path) -> None:
    file = tmp_path / "out.md"
    asked = (str(consultation.pk), "--document", "report", "--format", "md", "-o", str(file))
    assert run(*asked)[0] == 0
    assert not PaperNumber.objects.exists()
    for _twice in range(2):
        assert run(*asked, "--number")[0] == 0
    assert PaperNumber.objects.get().text in file.read_text()


def test_unknown_document_is_named(consultation: Consultation) -> None:
    code, said, complained = run(str(consultation.pk), "--document", "novel", "--format", "md")
    assert (code, said) == (1, "")
    assert "novel" in complained and "minutes" in complained


@pytest.mark.django_db
def test_queries_do_not_grow_with_the_outcome(
    django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    small = _written(1)
    with django_assert_max_num_queries(27) as counted:
        export_paper(small, PaperKind.CONSENSUS, "json")
    large = _written(4)
    with django_assert_num_queries(len(counted)):
        export_paper(large, PaperKind.CONSENSUS, "json")


def _written(sentences: int) -> Consultation:
    """With as many opinions, clauses and dissent notes, and minutes; read afresh."""
    made = make_consultation(Stage.LIVE)
    opinions = [make_opinion(made) for _each in range(sentences)]
    move_stage(made, to=Stage.SUMMARISING, by=made.prepared_by)
    for opinion in opinions:
        make_clause(made, opinion)
        make_dissent(made, opinion)
    make_minutes(made)
    return Consultation.objects.select_related("topic").get(pk=made.pk)
