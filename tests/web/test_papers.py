"""The documents of a consultation by page: the list, numbers, files, templates, the zip."""

import hashlib
import zipfile
from io import BytesIO
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from consultations.exports import FACES
from consultations.models import PaperKind, PaperNumber, PaperTemplate, Stage
from tests.exports.reading import word_lines
from tests.exports.test_templates import macro, rewritten, template
from tests.web.conftest import As, Hall

K = PaperKind


def taken(response: Any) -> bytes:
    """The whole of a streamed answer."""

    async def read() -> bytes:
        return b"".join([piece async for piece in response.streaming_content])

    return async_to_sync(read)()


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
        ("papers_zip", [pk]),
        ("paper", [pk, "minutes", "md"]),
        ("paper_templates", []),
        ("plan_papers_zip", [hall.item.section.plan_id]),
    ):
        url = reverse(name, args=arguments)
        assert visit(hall["resident"]).get(url).status_code == 403, name
        assert visit(None).get(url).status_code == 302, name
        assert visit(hall["staff"]).get(url).status_code == 200, name
    for name in ("paper_templates", "plan_papers_zip"):
        url = reverse(name, args=[hall.item.section.plan_id] if "zip" in name else [])
        assert visit(hall["moderator"]).get(url).status_code == 403, name


def test_what_is_not_there_is_404(hall: Hall, visit: As) -> None:
    browser = visit(hall["staff"])
    pk = hall.by_stage[Stage.REVIEW].pk
    for arguments in ([pk, "novel", "pdf"], [pk, "minutes", "xlsx"], [9999, "minutes", "pdf"]):
        assert browser.get(reverse("paper", args=arguments)).status_code == 404
    assert browser.get(reverse("plan_papers_zip", args=[9999])).status_code == 404


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
    assert visit(hall["staff"]).get(url).status_code == 405
    assert not PaperNumber.objects.exists()


def test_zip_has_every_document_and_a_manifest_that_is_true(hall: Hall, visit: As) -> None:
    pk = hall.by_stage[Stage.SEALED].pk
    data = taken(visit(hall["staff"]).get(reverse("papers_zip", args=[pk])))
    package = zipfile.ZipFile(BytesIO(data))
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
    url = reverse("plan_papers_zip", args=[hall.item.section.plan_id])
    package = zipfile.ZipFile(BytesIO(taken(visit(hall["staff"]).get(url))))
    folders = {name.split("/")[0] for name in package.namelist() if "/" in name}
    over = (Stage.SUMMARISING, Stage.REVIEW, Stage.SEALED)
    assert folders == {f"{hall.by_stage[s].pk} {hall.by_stage[s].title}" for s in over}


def test_zip_without_fonts_says_what_is_missing(
    hall: Hall, visit: As, settings: Any, tmp_path: Any
) -> None:
    settings.HALL_FONTS = [str(tmp_path)]
    pk = hall.by_stage[Stage.REVIEW].pk
    data = taken(visit(hall["staff"]).get(reverse("papers_zip", args=[pk])))
    package = zipfile.ZipFile(BytesIO(data))
    assert "fonts-noto-cjk" in package.read("说明.txt").decode()
    assert not [name for name in package.namelist() if name.endswith(".pdf")]


def upload(browser: Any, data: bytes, name: str = "我们的模板.docx") -> Any:
    url = reverse("paper_template_upload", args=["report"])
    return browser.post(url, {"file": SimpleUploadedFile(name, data)}, follow=True)


def test_a_template_is_used_previewed_and_reset(hall: Hall, visit: As) -> None:
    browser = visit(hall["staff"])
    page = upload(browser, template())
    assert "我们的模板.docx" in page.content.decode()
    assert PaperTemplate.objects.get().uploaded_by == hall["staff"]
    pk = hall.by_stage[Stage.REVIEW].pk
    ours = reverse("paper", args=[pk, "report", "docx"])
    assert word_lines(browser.get(ours).content)[1].startswith("县政协，")
    look = browser.get(reverse("paper_template_look", args=["report"])).content
    assert word_lines(look)[0].startswith("关于“老旧小区二次供水改造”")
    browser.post(reverse("paper_template_reset", args=["report"]))
    assert word_lines(browser.get(ours).content)[0] == "协商专报"
    assert not PaperTemplate.objects.exists()


def test_a_template_that_cannot_be_used_changes_nothing(hall: Hall, visit: As) -> None:
    browser = visit(hall["staff"])
    upload(browser, template())
    page = upload(browser, rewritten(template(), macro), "带宏.docx")
    assert page.status_code == 422
    assert "文件里有宏" in page.content.decode()
    assert PaperTemplate.objects.get().name == "我们的模板.docx"
    assert upload(browser, b"").status_code == 422


def test_templates_are_changed_by_staff_alone(hall: Hall, visit: As) -> None:
    for role in ("resident", "member", "department", "moderator"):
        assert upload(visit(hall[role]), template()).status_code == 403
        url = reverse("paper_template_reset", args=["report"])
        assert visit(hall[role]).post(url).status_code == 403
    assert not PaperTemplate.objects.exists()


@pytest.mark.parametrize("stage", [Stage.LIVE, Stage.REVIEW, Stage.SEALED])
def test_the_consultations_page_leads_to_its_documents(hall: Hall, visit: As, stage: Stage) -> None:
    pk = hall.by_stage[stage].pk
    page = visit(hall["staff"]).get(reverse("consultation", args=[pk])).content.decode()
    assert reverse("papers", args=[pk]) in page
    public = visit(None).get(reverse("consultation", args=[pk])).content.decode()
    assert reverse("papers", args=[pk]) not in public
