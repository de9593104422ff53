"""The desk's pages: for those who keep it; the code at the entrance, for whoever comes."""

import uuid

import pytest
import time_machine
from django.urls import reverse

from consultations.domain import check_ins
from consultations.domain.check_ins import DeskArrival, check_in_token
from consultations.domain.outcome_view import outcome
from consultations.exports.dossier import make_dossier
from consultations.models import CheckIn, Consultation, Stage
from tests.factories import make_person, seated
from tests.web.conftest import As, Hall

pytestmark = pytest.mark.django_db


def entrance(room: Consultation, name: str = "check_in", token: str = "") -> str:
    return reverse(name, args=[room.pk, token or check_in_token(room.pk)])


def test_stranger_at_the_entrance_signs_in_first(hall: Hall, visit: As) -> None:
    url = entrance(hall.by_stage[Stage.LIVE])
    answer = visit(None).get(url)
    assert answer["Location"].startswith(reverse("account_login"))
    assert url in answer["Location"]


def test_looking_checks_nobody_in_and_one_tap_does(hall: Hall, visit: As) -> None:
    room, person = hall.by_stage[Stage.LIVE], make_person()
    phone = visit(person)
    assert "我到了，签到" in phone.get(entrance(room)).content.decode()
    assert not CheckIn.objects.exists()
    phone.post(entrance(room, "check_in_now"))
    assert CheckIn.objects.get().person == person
    page = phone.get(entrance(room)).content.decode()
    assert "您已于" in page
    assert "我到了，签到" not in page


def test_another_code_is_no_entrance(hall: Hall, visit: As) -> None:
    room, person = hall.by_stage[Stage.LIVE], make_person()
    other = check_in_token(hall.by_stage[Stage.COLLECTING].pk)
    assert visit(person).get(entrance(room, token=other)).status_code == 404
    assert visit(person).post(entrance(room, "check_in_now", other)).status_code == 404
    assert not CheckIn.objects.exists()


def test_entrance_is_closed_when_the_session_is_over(hall: Hall, visit: As) -> None:
    room = hall.by_stage[Stage.SUMMARISING]
    phone = visit(make_person())
    assert "现在不能签到" in phone.get(entrance(room)).content.decode()
    phone.post(entrance(room, "check_in_now"))
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize("who", ["staff", "admin", "moderator"])
def test_list_has_names_for_those_who_keep_the_desk(hall: Hall, visit: As, who: str) -> None:
    room = hall.by_stage[Stage.LIVE]
    arrival = DeskArrival(key=uuid.uuid4(), name="张三丰", alias="老张")
    entry = check_ins.check_in_at_desk(room, arrival=arrival, by=hall["staff"])
    check_ins.withdraw_check_in(room, attendee=entry.key, by=hall["staff"])
    page = visit(hall[who]).get(reverse("desk_attendance", args=[room.pk])).content.decode()
    assert "张三丰" in page
    assert "老张" in page
    assert f"{hall['staff'].alias} 于" in page
    code = visit(hall[who]).get(reverse("check_in_qr", args=[room.pk]))
    assert code["Content-Type"] == "image/svg+xml"


@pytest.mark.parametrize("name", ["desk", "desk_poster", "desk_attendance", "check_in_qr"])
def test_desk_is_not_for_others(hall: Hall, visit: As, name: str) -> None:
    room = hall.by_stage[Stage.LIVE]
    url = reverse(name, args=[room.pk])
    for person in (hall["resident"], seated(room)):
        assert visit(person).get(url).status_code == 403


def test_poster_leads_to_the_entrance_and_says_what_to_do(hall: Hall, visit: As) -> None:
    room = hall.by_stage[Stage.LIVE]
    page = visit(hall["staff"]).get(reverse("desk_poster", args=[room.pk])).content.decode()
    assert f'src="{reverse("check_in_qr", args=[room.pk])}"' in page
    for words in (room.title, room.question, "到场请扫码签到"):
        assert words in page
    desk = visit(hall["staff"]).get(reverse("desk", args=[room.pk])).content.decode()
    assert reverse("desk_poster", args=[room.pk]) in desk


def test_desk_is_closed_after_the_discussion_and_its_list_is_not(hall: Hall, visit: As) -> None:
    pk = hall.by_stage[Stage.REVIEW].pk
    page = visit(hall["staff"]).get(reverse("desk", args=[pk])).content.decode()
    assert "<hall-desk" not in page
    assert reverse("desk_attendance", args=[pk]) in page


def test_consultation_page_leads_to_desk_and_screen(hall: Hall, visit: As) -> None:
    room = hall.by_stage[Stage.LIVE]
    ways = [reverse(name, args=[room.pk]) for name in ("desk", "screens")]
    url = reverse("consultation", args=[room.pk])
    for who, sees in (("moderator", True), ("staff", True), ("resident", False)):
        page = visit(hall[who]).get(url).content.decode()
        assert [f'href="{way}"' in page for way in ways] == [sees, sees], who


def test_documents_tell_who_was_there_in_which_way(hall: Hall) -> None:
    room = hall.by_stage[Stage.LIVE]
    seated(room, first_seen_at=room.opened_at)
    for name in ("王一", "李二"):
        arrival = DeskArrival(key=uuid.uuid4(), name=name)
        check_ins.check_in_at_desk(room, arrival=arrival, by=hall["staff"])
    there = outcome(room).attendance
    assert (there.total, there.on_site) == (3, 2)
    sentence = make_dossier(outcome(room)).attendance[0]
    assert "实际出席3人（现场2人、线上1人）" in sentence


def test_what_is_printed_bears_its_date(hall: Hall, visit: As) -> None:
    room, office = hall.by_stage[Stage.LIVE], visit(hall["staff"])
    check_ins.check_in_by_scan(room, person=make_person(), token=check_in_token(room.pk))
    with time_machine.travel(room.starts_at, tick=False):
        for name in ("desk_attendance", "desk_poster"):
            page = office.get(reverse(name, args=[room.pk])).content.decode()
            assert "2026年5月12日（周二）" in page
            assert "今天" not in page
            assert "data-print" in page
