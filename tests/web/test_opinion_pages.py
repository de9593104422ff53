"""The page of one opinion and the record: walked to and fro, and what each reader is shown."""

import uuid

import pytest
import time_machine
from django.urls import reverse

from consultations.domain.check_ins import DeskArrival, check_in_at_desk
from consultations.domain.consultations import move_stage
from consultations.domain.corrections import correct_opinion
from consultations.domain.desk import enter_opinion
from consultations.domain.erasures import ask_erasure, confirm_erasure
from consultations.domain.merging import merge_opinions
from consultations.domain.opinions import hide_opinion
from consultations.models import (
    Consultation,
    OpinionKind,
    RoomHead,
    Stage,
    StanceValue,
)
from members.roles import Role, SeatRole
from tests.factories import (
    make_clause,
    make_consultation,
    make_dissent,
    make_minutes,
    make_opinion,
    make_person,
    make_stance,
    moderator_of,
    seated,
)
from tests.web.conftest import FRIDAY, As
from tests.web.reading import said, text

pytestmark = pytest.mark.django_db


def test_one_walks_from_the_clause_to_the_opinion_and_back(
    reviewed: Consultation, visit: As
) -> None:
    author = reviewed.opinions.get().author
    opinion = reverse("opinion", args=[reviewed.pk, 1])
    consultation = reverse("consultation", args=[reviewed.pk])
    public = text(visit(None).get(consultation))
    assert f'href="{opinion}"' in public
    assert 'id="clause-1"' in public
    page = text(visit(None).get(opinion))
    assert f'href="{consultation}#clause-1"' in page
    assert f'href="{reverse("minutes", args=[reviewed.pk])}#p3"' in page
    own = text(visit(author).get(reverse("me")))
    assert f'href="{opinion}"' in own
    assert f'href="{consultation}#clause-1"' in own
    assert f'href="{reverse("minutes", args=[reviewed.pk])}#p3"' in own


def test_opinion_page_before_the_outcome_is_public(visit: As) -> None:
    room = make_consultation(Stage.LIVE)
    opinion = make_opinion(room, text="先修路灯。")
    make_clause(room, opinion)
    address = reverse("opinion", args=[room.pk, 1])
    assert visit(None).get(address).status_code == 302
    page = said(visit(make_person()).get(address))
    assert "先修路灯。" in page
    assert "成果还没有公示" in page
    assert "写进了共识" not in page
    assert "写进了共识第 1 条" in said(visit(room.prepared_by).get(address))
    assert visit(make_person()).get(reverse("opinion", args=[room.pk, 9])).status_code == 404


def test_opinion_page_shows_what_the_desk_put_right(visit: As) -> None:
    room = make_consultation(Stage.LIVE)
    by = moderator_of(room)
    arrival = DeskArrival(key=uuid.uuid4(), name="王小明")
    entry = check_in_at_desk(room, arrival=arrival, by=by)
    fields = {"kind": OpinionKind.OPINION, "text": "赞成加装。", "key": uuid.uuid4()}
    enter_opinion(room, attendee=entry.key, by=by, **fields)
    correct_opinion(room, number=1, text="反对加装。", key=uuid.uuid4(), by=by)
    address = reverse("opinion", args=[room.pk, 1])
    page = said(visit(make_person()).get(address))
    assert "现场代录，更正过 1 次" in page
    assert f"{by.alias} 更正前：赞成加装。" in page
    hide_opinion(room, number=1, reason="说的是别处", by=by)
    assert "赞成加装。" not in said(visit(make_person()).get(address))


def test_merged_opinion_and_its_survivor_are_walked_both_ways(visit: As) -> None:
    room = make_consultation(Stage.LIVE)
    staff = room.prepared_by
    survivor, merged = make_opinion(room, text="先修路灯。"), make_opinion(room, text="路灯太暗。")
    author = merged.author
    for _ in range(9):
        make_stance(survivor)
    make_stance(merged, value=StanceValue.DISAGREE)
    moderator = seated(room, SeatRole.MODERATOR)
    merge_opinions(room, numbers=[merged.number], into=survivor.number, by=moderator)
    make_clause(room, survivor, "今年修好路灯。")
    make_dissent(room, survivor, "费用看法不一。")
    make_minutes(room, "<p>大家说到路灯（意见 1）。</p>")
    move_stage(room, to=Stage.SUMMARISING, by=staff)
    move_stage(room, to=Stage.REVIEW, by=staff)
    address, target = (reverse("opinion", args=[room.pk, n]) for n in (2, 1))
    page = visit(None).get(address)
    assert f'href="{target}"' in text(page)
    for words in ("已并入第 1 号", "写进了共识第 1 条", "登记为分歧第 1 条", "记在纪要里"):
        assert words in said(page)
    assert "都没有引用这一条" not in said(page)
    back = visit(None).get(target)
    assert f'href="{address}"' in text(back)
    assert f"{author.alias} · 居民 ：路灯太暗。" in said(back).replace("居民：", "居民 ：")
    public = visit(None).get(reverse("consultation", args=[room.pk]))
    assert f'href="{address}"' in text(public)
    assert "赞成 9" in said(public) and "赞成 10" not in said(public)
    assert "（赞成 0、不赞成 1、说不好 0）" in said(public)
    own = visit(author).get(reverse("me"))
    assert "写进了共识第 1 条" in said(own)
    assert f'href="{reverse("minutes", args=[room.pk])}#p1"' in text(own)


@time_machine.travel(FRIDAY)
def test_pages_name_an_erased_opinion_with_the_basis(reviewed: Consultation, visit: As) -> None:
    words = {"number": 1, "basis": "某某裁定", "reason": "本人申请"}
    waiting = ask_erasure(reviewed, by=make_person(Role.STAFF), **words)
    confirm_erasure(waiting, by=make_person(Role.STAFF))
    page = said(visit(None).get(reverse("consultation", args=[reviewed.pk])))
    assert "正文已依法删除，依据：某某裁定" in page
    opinion = said(visit(None).get(reverse("opinion", args=[reviewed.pk, 1])))
    assert "原处只留摘要。依据：某某裁定" in opinion
    assert "主持人隐藏" not in page + opinion


def test_record_shows_the_process_without_words_that_were_said(visit: As) -> None:
    room = make_consultation(Stage.LIVE)
    make_opinion(room, text="只在意见页上能读到。")
    make_dissent(room, room.opinions.get())
    address = reverse("record", args=[room.pk])
    assert visit(None).get(address).status_code == 302
    page = visit(make_person()).get(address)
    assert f'href="{reverse("opinion", args=[room.pk, 1])}">发表意见 1</a>' in text(page)
    assert "只在意见页上能读到" not in text(page)
    assert 'id="r2"' not in text(page)  # the dissent note is the moderators' yet
    assert visit(make_person()).get(reverse("record", args=[room.pk, 99])).status_code == 404


def test_record_leads_to_its_ends_and_to_a_number(visit: As) -> None:
    room = make_consultation(Stage.LIVE)
    author = seated(room)
    for _n in range(102):
        make_opinion(room, author)
    browser, head = visit(author), RoomHead.objects.get(consultation=room).seq
    assert head > 100
    first = text(browser.get(reverse("record", args=[room.pk])))
    newest = f"{reverse('record', args=[room.pk, head])}#r{head}"
    assert first.count(f'href="{newest}">最新') == 2
    assert "最早" not in first
    last = text(browser.get(newest.partition("#")[0]))
    assert f'id="r{head}"' in last
    assert last.count(f'href="{reverse("record", args=[room.pk, 1])}">最早') == 2
    asked = browser.get(reverse("record", args=[room.pk]), {"n": "57"})
    assert asked["Location"] == f"{reverse('record', args=[room.pk, 57])}#r57"
    for wrong in ("", "x", "-1", "９" * 12):
        assert browser.get(reverse("record", args=[room.pk]), {"n": wrong}).status_code == 200
    beyond = browser.get(reverse("record", args=[room.pk]), {"n": str(head + 1)}, follow=True)
    assert beyond.status_code == 404


def test_short_record_has_no_ways_to_nowhere(visit: As) -> None:
    room = make_consultation(Stage.LIVE)
    page = text(visit(seated(room)).get(reverse("record", args=[room.pk])))
    assert "最新" not in page and "到第几号" not in page
