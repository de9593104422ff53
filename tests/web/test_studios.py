"""A member's studio by form: asking, answering, reporting, hiding."""

import uuid

import pytest
from django.urls import reverse

from consultations.domain.studios import answer_question
from consultations.models import Notice, StudioQuestion
from consultations.web.studios import PAGE
from members.models import Person
from members.roles import Role
from tests.factories import make_duty_event, make_person, make_studio
from tests.web.conftest import As
from tests.web.test_query_counts import _same

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> Person:
    return make_person(Role.MEMBER, alias="王建国", studio=make_studio(name="临江社区委员工作室"))


def studio(member: Person) -> str:
    return reverse("studio", args=[member.pk])


def asked(visit: As, member: Person, by: Person, text: str = "路灯什么时候装？") -> StudioQuestion:
    form = {"key": str(uuid.uuid4()), "text": text}
    response = visit(by).post(reverse("studio_ask", args=[member.pk]), form)
    question = StudioQuestion.objects.latest("pk")
    assert response["Location"] == f"{studio(member)}#question-{question.pk}"
    return question


def text_of(visit: As, person: Person | None, url: str) -> str:
    return visit(person).get(url).content.decode()


def test_question_is_answered_in_the_open_and_noticed(visit: As, member: Person) -> None:
    resident = make_person(alias="张阿姨")
    question = asked(visit, member, resident)
    notice = Notice.objects.get(person=member)
    told = visit(member).get(reverse("notice", args=[notice.pk]))
    assert told["Location"] == (way := reverse("studio_question", args=[question.pk]))
    assert visit(member).get(way)["Location"] == f"{studio(member)}#question-{question.pk}"
    assert "发布答复" in text_of(visit, member, studio(member))
    answer = {"text": "下个月装。"}
    visit(member).post(reverse("studio_answer", args=[question.pk]), answer)
    for person in (None, resident, make_person()):
        page = text_of(visit, person, studio(member))
        assert "路灯什么时候装？" in page
        assert "下个月装。" in page
        assert "发布答复" not in page
    assert "委员答复了您的提问" in text_of(visit, resident, reverse("notices"))
    assert "下个月装。" in text_of(visit, resident, reverse("me"))


def test_empty_question_comes_back_with_a_sentence(visit: As, member: Person) -> None:
    url = reverse("studio_ask", args=[member.pk])
    response = visit(make_person()).post(url, {"key": str(uuid.uuid4()), "text": "  "})
    assert response.status_code == 422
    assert "请填写内容。" in response.content.decode()
    assert not StudioQuestion.objects.exists()


def test_stranger_is_led_to_sign_in(visit: As, member: Person) -> None:
    assert "登录后提问" in text_of(visit, None, studio(member))
    response = visit(None).post(reverse("studio_ask", args=[member.pk]), {"text": "问"})
    assert response["Location"].startswith(reverse("account_login"))


def test_nobody_but_members_has_a_studio(visit: As) -> None:
    for person in (make_person(), make_person(Role.STAFF)):
        assert visit(None).get(studio(person)).status_code == 404


def test_report_reaches_the_staff_who_hide(visit: As, member: Person) -> None:
    staff = make_person(Role.STAFF)
    question = asked(visit, member, make_person(), text="某某家的电话是多少？")
    report = reverse("studio_report", args=[question.pk])
    visit(make_person()).post(report, {"reason": "泄露隐私"})
    desk = reverse("studio_reports")
    assert "泄露隐私" in text_of(visit, staff, desk)
    hiding = {"reason": "涉及他人隐私", "next": desk}
    response = visit(staff).post(reverse("studio_hide", args=[question.pk]), hiding)
    assert response["Location"] == desk
    assert "没有等待处理的举报" in text_of(visit, staff, desk)
    assert "某某家的电话" not in text_of(visit, None, studio(member))
    assert visit(make_person()).post(report, {"reason": "还在吗"}).status_code == 404


def test_question_is_found_on_its_page_by_everyone(visit: As, member: Person) -> None:
    first = asked(visit, member, make_person())
    for n in range(PAGE):
        asked(visit, member, make_person(), text=f"问题 {n}？")
    way = reverse("studio_question", args=[first.pk])
    for who in (None, first.asked_by, member):
        assert visit(who).get(way)["Location"] == f"{studio(member)}?page=2#question-{first.pk}"
    for other in StudioQuestion.objects.exclude(pk=first.pk):
        answer_question(other, by=member, text="好。")
    assert visit(member).get(way)["Location"] == f"{studio(member)}#question-{first.pk}"
    answered = StudioQuestion.objects.exclude(pk=first.pk).earliest("pk")
    way = reverse("studio_question", args=[answered.pk])
    assert visit(member).get(way)["Location"] == f"{studio(member)}?page=2#question-{answered.pk}"
    assert visit(None).get(way)["Location"] == f"{studio(member)}#question-{answered.pk}"


def test_studio_shows_place_and_duties(visit: As, member: Person) -> None:
    make_duty_event(member, title="菜市场改造协商会")
    page = text_of(visit, None, studio(member))
    assert "临江社区委员工作室" in page
    assert "菜市场改造协商会" in page


def test_question_is_shown_as_plain_text(visit: As, member: Person) -> None:
    asked(visit, member, make_person(), text="<img src=x onerror=alert(1)>")
    page = text_of(visit, None, studio(member))
    assert "&lt;img src=x" in page
    assert "<img src=x" not in page


def test_list_and_studio_cost_the_same_for_more_rows(visit: As, member: Person) -> None:
    _same(visit, None, reverse("member_list"), lambda: make_person(Role.MEMBER))
    _same(visit, None, studio(member), lambda: asked(visit, member, make_person()))
    staff = make_person(Role.STAFF)

    def reported() -> None:
        question = asked(visit, member, make_person())
        url = reverse("studio_report", args=[question.pk])
        visit(make_person()).post(url, {"reason": "不妥"})

    _same(visit, staff, reverse("studio_reports"), reported)
