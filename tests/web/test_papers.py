"""The documents of a consultation by page: the list, numbers, files, templates, the zip."""

import hashlib
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consultations.domain.erasures import ask_erasure, confirm_erasure
from consultations.exports import FACES, jobs
from consultations.exports.jobs import run_export
from consultations.models import (
    ExportJob,
    PaperKind,
    PaperNumber,
    PaperTemplate,
    Stage,
    TemplateState,
)
from tests.exports.reading import word_lines
from tests.exports.test_templates import macro, rewritten, template
from tests.web.conftest import As, Hall

K = PaperKind


def zip_of(browser: Client, name: str, pk: int) -> zipfile.ZipFile:
    """The zip that the page begins to make, made."""
    begun = browser.post(reverse(name, args=[pk]))
    job = ExportJob.objects.latest("created_at")
    assert begun["Location"] == reverse("export_job", args=[job.pk])
    run_export(job.pk)
    page = browser.get(begun["Location"]).content.decode()
    assert reverse("export_file", args=[job.pk]) in page
    taken = browser.get(reverse("export_file", args=[job.pk]))
    assert taken["Content-Type"] == "application/zip"
    data = b"".join(taken.streaming_content)  # type: ignore[attr-defined]
    return zipfile.ZipFile(BytesIO(data))


def test_every_document_comes_in_every_format_that_the_page_offers(hall: Hall, visit: As) -> None:
    browser = visit(hall["moderator"])
    pk = hall.by_stage[Stage.REVIEW].pk
    page = browser.get(reverse("papers", args=[pk])).content.decode()
    for kind, face in FACES.items():
        for fmt in face.formats:
            url = reverse("paper", args=[pk, kind, fmt])
            assert url in page
            response = browser.get(url)
            assert response.status_code == 200, (kind, fmt)
            assert "attachment" in response["Content-Disposition"]


def test_documents_are_for_those_who_may_export(hall: Hall, visit: As) -> None:
    pk = hall.by_stage[Stage.REVIEW].pk
    for name, arguments in (
        ("papers", [pk]),
        ("paper", [pk, "minutes", "md"]),
        ("paper_templates", []),
    ):
        url = reverse(name, args=arguments)
        assert visit(hall["resident"]).get(url).status_code == 403, name
        assert visit(None).get(url).status_code == 302, name
        assert visit(hall["staff"]).get(url).status_code == 200, name
    assert visit(hall["moderator"]).get(reverse("paper_templates")).status_code == 403
    plan = hall.item.section.plan_id
    for url, refused in (
        (reverse("papers_zip", args=[pk]), ("resident",)),
        (reverse("plan_papers_zip", args=[plan]), ("resident", "moderator")),
    ):
        for name in refused:
            assert visit(hall[name]).post(url).status_code == 403, name
        assert visit(None).post(url).status_code == 401
        assert visit(hall["staff"]).get(url).status_code == 302
    assert not ExportJob.objects.exists()


def test_what_is_not_there_is_404(hall: Hall, visit: As) -> None:
    browser = visit(hall["staff"])
    pk = hall.by_stage[Stage.REVIEW].pk
    for arguments in ([pk, "novel", "pdf"], [pk, "minutes", "xlsx"], [9999, "minutes", "pdf"]):
        assert browser.get(reverse("paper", args=arguments)).status_code == 404
    for name in ("papers_zip", "plan_papers_zip"):
        assert browser.post(reverse(name, args=[9999])).status_code == 404


def test_a_number_is_issued_once_and_shown(hall: Hall, visit: As) -> None:
    browser = visit(hall["moderator"])
    pk = hall.by_stage[Stage.REVIEW].pk
    for _twice in range(2):
        response = browser.post(reverse("paper_number", args=[pk, "minutes"]), follow=True)
        assert response.status_code == 200
    number = PaperNumber.objects.get()
    assert number.issued_by == hall["moderator"]
    assert number.text in response.content.decode()
    lines = word_lines(browser.get(reverse("paper", args=[pk, "minutes", "docx"])).content)
    assert number.text in lines


def test_a_number_is_refused_while_live_and_to_residents(hall: Hall, visit: As) -> None:
    live = hall.by_stage[Stage.LIVE].pk
    page = visit(hall["moderator"]).post(
        reverse("paper_number", args=[live, "minutes"]), follow=True
    )
    assert "开始梳理共识以后" in page.content.decode()
    review = hall.by_stage[Stage.REVIEW].pk
    url = reverse("paper_number", args=[review, "minutes"])
    assert visit(hall["resident"]).post(url).status_code == 403
    assert visit(hall["staff"]).get(url).status_code == 302
    assert not PaperNumber.objects.exists()


def test_zip_has_every_document_and_a_manifest_that_is_true(hall: Hall, visit: As) -> None:
    pk = hall.by_stage[Stage.SEALED].pk
    package = zip_of(visit(hall["staff"]), "papers_zip", pk)
    assert package.testzip() is None
    names = set(package.namelist())
    assert len([n for n in names if n.startswith("共识清单/")]) == len(FACES[K.CONSENSUS].formats)
    assert any(name.startswith("归档包/") for name in names)
    listed = dict(
        reversed(line.split("  ", 1))
        for line in package.read("manifest-sha256.txt").decode().splitlines()
    )
    assert set(listed) == names - {"manifest-sha256.txt"}
    for name, digest in listed.items():
        assert hashlib.sha256(package.read(name)).hexdigest() == digest


def test_zip_of_a_year_has_a_folder_for_each_consultation_that_is_over(
    hall: Hall, visit: As
) -> None:
    plan = hall.item.section.plan_id
    package = zip_of(visit(hall["staff"]), "plan_papers_zip", plan)
    job = reverse("export_job", args=[ExportJob.objects.get().pk])
    page = reverse("plan", args=[plan])
    assert job in visit(hall["staff"]).get(page).content.decode()
    assert job not in visit(hall["admin"]).get(page).content.decode()
    folders = {name.split("/")[0] for name in package.namelist() if "/" in name}
    over = (Stage.SUMMARISING, Stage.REVIEW, Stage.SEALED)
    assert folders == {f"{hall.by_stage[s].pk} {hall.by_stage[s].title}" for s in over}


def test_zip_without_fonts_says_what_is_missing(
    hall: Hall, visit: As, settings: Any, tmp_path: Any
) -> None:
    settings.HALL_FONTS = [str(tmp_path)]
    pk = hall.by_stage[Stage.REVIEW].pk
    package = zip_of(visit(hall["staff"]), "papers_zip", pk)
    assert "fonts-noto-cjk" in package.read("说明.txt").decode()
    assert not [name for name in package.namelist() if name.endswith(".pdf")]


def upload(browser: Any, data: bytes, name: str = "我们的模板.docx") -> Any:
    url = reverse("paper_template_upload", args=["report"])
    return browser.post(url, {"file": SimpleUploadedFile(name, data)}, follow=True)


def states() -> dict[str, str]:
    return dict(PaperTemplate.objects.values_list("state", "name"))


def test_a_template_is_tried_used_kept_and_reset(hall: Hall, visit: As) -> None:
    browser = visit(hall["staff"])
    pk = hall.by_stage[Stage.REVIEW].pk

    def first_line(name: str, *arguments: Any) -> str:
        lines = word_lines(browser.get(reverse(name, args=arguments)).content)
        return lines[0] + lines[1]

    def press(name: str, *arguments: Any) -> None:
        answer = browser.post(reverse(name, args=["report", *arguments]))
        assert answer["Location"] == f"{reverse('paper_templates')}#report"

    def named(word: str) -> Any:
        return lambda file: file.paragraphs[0].insert_paragraph_before(word)

    ours = ("paper", pk, "report", "docx")
    page = upload(browser, template(named("甲")), "甲.docx")
    assert "甲.docx" in page.content.decode()
    assert PaperTemplate.objects.get().uploaded_by == hall["staff"]
    assert first_line(*ours).startswith("协商专报")  # nothing has changed yet
    assert first_line("paper_template_look", "report", "used").startswith("协商专报")
    assert first_line("paper_template_look", "report", "tried").startswith("甲关于“老旧小区二次")
    press("paper_template_use", "tried")
    assert first_line(*ours).startswith("甲关于“")
    upload(browser, template(named("乙")), "乙.docx")
    assert first_line(*ours).startswith("甲关于“")
    press("paper_template_use", "tried")
    assert states() == {"used": "乙.docx", "former": "甲.docx"}
    assert first_line(*ours).startswith("乙关于“")
    assert first_line("paper_template_look", "report", "former").startswith("甲关于“")
    press("paper_template_use", "former")
    assert states() == {"used": "甲.docx", "former": "乙.docx"}
    press("paper_template_reset")
    assert states() == {"former": "甲.docx"}
    assert first_line(*ours).startswith("协商专报")
    press("paper_template_use", "former")
    assert first_line(*ours).startswith("甲关于“")
    upload(browser, template(), "丙.docx")
    press("paper_template_drop")
    assert states() == {"used": "甲.docx"}


def test_what_is_not_there_can_neither_be_looked_at_nor_used(hall: Hall, visit: As) -> None:
    browser = visit(hall["staff"])
    for state in ("tried", "former", "novel"):
        look = reverse("paper_template_look", args=["report", state])
        assert browser.get(look).status_code == 404, state
    page = browser.post(reverse("paper_template_use", args=["report", "tried"]), follow=True)
    assert "已经不在了" in page.content.decode()
    upload(browser, template())
    browser.post(reverse("paper_template_use", args=["report", "tried"]))
    browser.post(reverse("paper_template_use", args=["report", "used"]))
    assert states() == {"used": "我们的模板.docx"}


def test_a_template_that_cannot_be_used_changes_nothing(hall: Hall, visit: As) -> None:
    browser = visit(hall["staff"])
    upload(browser, template())
    page = upload(browser, rewritten(template(), macro), "带宏.docx")
    assert page.status_code == 422
    assert "文件里有宏" in page.content.decode()
    assert states() == {TemplateState.TRIED: "我们的模板.docx"}
    assert upload(browser, b"").status_code == 422


def test_templates_are_changed_by_staff_alone(hall: Hall, visit: As) -> None:
    for role in ("resident", "member", "department", "moderator"):
        assert upload(visit(hall[role]), template()).status_code == 403
        for name, *more in (
            ("paper_template_use", "tried"),
            ("paper_template_drop",),
            ("paper_template_reset",),
        ):
            url = reverse(name, args=["report", *more])
            assert visit(hall[role]).post(url).status_code == 403
    assert not PaperTemplate.objects.exists()


def test_the_outcome_of_an_archive_is_made_once(hall: Hall, visit: As, tmp_path: Path) -> None:
    assert hall.archive is not None
    url = reverse("archive_export", args=[hall.archive.number, "pdf"])
    with CaptureQueriesContext(connection) as making:
        first = visit(None).get(url)
    with CaptureQueriesContext(connection) as keeping:
        second = visit(None).get(url)
    assert first.content == second.content
    assert first["Content-Disposition"] == second["Content-Disposition"]
    assert len(keeping) < 8 < len(making)
    (kept,) = (tmp_path / "published").rglob("*.pdf")
    assert kept.read_bytes() == first.content


def test_the_outcome_of_a_large_archive_is_one_job_for_all_who_ask(
    hall: Hall, visit: As, monkeypatch: Any
) -> None:
    assert hall.archive is not None
    monkeypatch.setattr(jobs, "LARGE", 1)
    number = hall.archive.number
    url = reverse("archive_export", args=[number, "pdf"])
    page = visit(None).get(reverse("archive", args=[number])).content.decode()
    assert f'href="{url}">' in page  # a page, not a file to save
    stranger, resident = visit(None), visit(hall["resident"])
    begun = stranger.get(url)
    assert resident.get(url)["Location"] == begun["Location"]
    job = ExportJob.objects.get()
    assert "等待生成" in stranger.get(begun["Location"]).content.decode()
    run_export(job.pk)
    assert stranger.get(reverse("export_state", args=[job.pk])).json()["state"] == "done"
    file = b"".join(resident.get(reverse("export_file", args=[job.pk])).streaming_content)  # type: ignore[attr-defined]
    assert file.startswith(b"%PDF")
    assert stranger.get(url).content == file
    assert ExportJob.objects.count() == 1


def test_what_was_made_before_an_erasure_is_out_of_reach(
    hall: Hall,
    visit: As,
    tmp_path: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    assert hall.archive is not None
    sealed = hall.by_stage[Stage.SEALED]
    url = reverse("archive_export", args=[hall.archive.number, "md"])
    said = sealed.opinions.get(number=1).text
    assert said in visit(None).get(url).content.decode()
    zip_of(visit(hall["staff"]), "plan_papers_zip", hall.item.section.plan_id)
    asked = ask_erasure(sealed, number=1, basis="某法第一条", reason="申请", by=hall["staff"])
    with django_capture_on_commit_callbacks(execute=True):
        confirm_erasure(asked, by=hall["admin"])
    assert not ExportJob.objects.exists()
    assert not list((tmp_path / "published").rglob("*.md"))
    assert said not in visit(None).get(url).content.decode()
    (kept,) = (tmp_path / "published").rglob("*.md")
    assert said not in kept.read_text(encoding="utf-8")


@pytest.mark.parametrize("stage", [Stage.LIVE, Stage.REVIEW, Stage.SEALED])
def test_the_consultations_page_leads_to_its_documents(hall: Hall, visit: As, stage: Stage) -> None:
    pk = hall.by_stage[stage].pk
    page = visit(hall["staff"]).get(reverse("consultation", args=[pk])).content.decode()
    assert reverse("papers", args=[pk]) in page
    public = visit(None).get(reverse("consultation", args=[pk])).content.decode()
    assert reverse("papers", args=[pk]) not in public
