import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from consultations.domain.agenda import move_agenda
from consultations.domain.answers import ask_department, give_answer
from consultations.domain.ballots import void_ballot
from consultations.domain.consultations import move_stage
from consultations.domain.hands import raise_hand
from consultations.domain.minutes import save_minutes
from consultations.domain.minutes_draft import MAIN_OPINIONS, draft_minutes
from consultations.domain.minutes_sources import MOST_CITED
from consultations.domain.opinions import hide_opinion
from consultations.domain.outcomes import register_dissent
from consultations.domain.passages import CITED, passages
from consultations.domain.seats import assign_seat, enter_room
from consultations.domain.speeches import call_speaker, end_speech
from consultations.models import (
    Consultation,
    Minutes,
    OpinionKind,
    RoomEvent,
    Stage,
    StanceValue,
)
from hall.errors import Code, Refusal
from hall.richtext import clean
from members.roles import Role, SeatRole
from tests.factories import (
    STARTS_AT,
    make_ballot,
    make_clause,
    make_consultation,
    make_department,
    make_dissent,
    make_item,
    make_opinion,
    make_person,
    make_plan,
    make_section,
    make_stance,
    make_topic,
    make_vote,
    moderator_of,
    seated,
)

pytestmark = pytest.mark.django_db


def refusal(consultation: Consultation, **words: Any) -> tuple[Code, str]:
    with pytest.raises(Refusal) as refused:
        save_minutes(consultation, by=consultation.prepared_by, **words)
    return refused.value.code, refused.value.message


def test_save_minutes_keeps_every_version_clean(live_room: Consultation) -> None:
    staff = live_room.prepared_by
    save_minutes(live_room, by=staff, body="<p>一</p>", version=0)
    save_minutes(live_room, by=staff, body='<p onclick="x()">二</p><script>y</script>', version=1)
    assert list(Minutes.objects.order_by("version").values_list("version", "body")) == [
        (1, "<p>一</p>"),
        (2, "<p>二</p>y"),
    ]
    events = RoomEvent.objects.values_list("type", "audience", "body")
    assert list(events) == [
        ("minutes.saved", "moderators", {"version": 1}),
        ("minutes.saved", "moderators", {"version": 2}),
    ]


def test_save_minutes_unchanged_saves_nothing(live_room: Consultation) -> None:
    staff = live_room.prepared_by
    first = save_minutes(live_room, by=staff, body="<p>一</p>")
    for version in (1, 0):
        assert save_minutes(live_room, by=staff, body=" <p>一</p> ", version=version) == first
    assert RoomEvent.objects.count() == 1


def test_save_minutes_does_not_pass_over_another_version(live_room: Consultation) -> None:
    save_minutes(live_room, by=live_room.prepared_by, body="<p>一</p>")
    assert refusal(live_room, body="<p>二</p>", version=0) == (
        Code.WRONG_STATE,
        "纪要已被别人保存为第 1 版，请看过新内容再改。",
    )


def test_save_minutes_refuses_nothing_and_too_much(live_room: Consultation) -> None:
    assert refusal(live_room, body="<script></script>")[0] == Code.EMPTY
    assert refusal(live_room, body="长" * 100_001)[0] == Code.TOO_LONG


@pytest.mark.parametrize("stage", [Stage.COLLECTING, Stage.REVIEW, Stage.SEALED])
def test_save_minutes_needs_an_open_stage(stage: Stage) -> None:
    consultation = make_consultation(stage)
    expected = Code.SEALED if stage == Stage.SEALED else Code.WRONG_STAGE
    assert refusal(consultation, body="<p>一</p>")[0] == expected


def test_draft_minutes_tells_the_whole_session() -> None:
    plan = make_plan(title="清河县政协2026年工作要点")
    item = make_item(make_section(plan), number=7, title="推进“有事好商量”进小区")
    with time_machine.travel(STARTS_AT, tick=False) as clock:
        room = make_consultation(
            title="老旧小区改造协商会",
            question="最急着改什么？",
            venue="城关镇文化站",
            topic=make_topic(title="老旧小区改造先改什么"),
            work_items=[item],
        )
        moderator = make_person(Role.MEMBER, alias="林委员")
        assign_seat(room, person=moderator, role=SeatRole.MODERATOR, by=room.prepared_by)
        move_stage(room, to=Stage.ANNOUNCED, by=room.prepared_by)
        move_stage(room, to=Stage.LIVE, by=moderator)
        wang, zhao = (make_person(alias=alias) for alias in ("王大姐", "<赵>"))
        for person in (wang, zhao):
            enter_room(room, person)
        move_agenda(room, to=1, by=moderator)
        clock.shift(timedelta(minutes=10))
        move_agenda(room, to=3, by=moderator)
        make_opinion(room, wang, text="先换下水管。")
        make_opinion(room, zhao, text="加装电梯\n要大家商量", kind=OpinionKind.SUGGESTION)
        make_opinion(room, zhao, text="加微信领红包")
        hide_opinion(room, number=3, reason="广告", by=moderator)
        first = room.opinions.get(number=1)
        second = room.opinions.get(number=2)
        make_stance(first, wang)
        make_stance(first, zhao)
        make_stance(second, wang, StanceValue.DISAGREE)
        make_clause(room, first, "优先更换地下管网。")
        make_dissent(room, second, "电梯费用分摊看法不一。")
        clock.shift(timedelta(minutes=80))
        move_stage(room, to=Stage.SUMMARISING, by=moderator)
    assert draft_minutes(room) == (
        "<h3>老旧小区改造协商会协商纪要</h3>"
        "<h4>一、会议基本情况</h4>"
        "<p><strong>议题：</strong>老旧小区改造先改什么（记录 2）</p>"
        "<p><strong>协商事项：</strong>最急着改什么？（记录 2）</p>"
        "<p><strong>形式：</strong>有事好商量（记录 2）</p>"
        "<p><strong>时间：</strong>2026年5月12日 09:00至10:30（记录 3、记录 18）</p>"
        "<p><strong>地点：</strong>线上协商议事厅、城关镇文化站（记录 2）</p>"
        "<p><strong>主持人：</strong>林委员（记录 1）</p>"
        "<p><strong>出席：</strong>共 2 人，其中居民 2 人（记录 4、记录 5）。</p>"
        "<p><strong>对应工作要点：</strong>"
        "《清河县政协2026年工作要点》第 7 条“推进‘有事好商量’进小区”</p>"
        "<h4>二、议程进行情况</h4><ol>"
        "<li>情况通报（09:00至09:10，记录 6、记录 7）</li>"
        "<li>提问解答（未进行）</li>"
        "<li>发言讨论（09:10至10:30，记录 7、记录 16）</li>"
        "<li>表态（未进行）</li></ol>"
        "<h4>三、主要意见</h4>"
        "<p>共有 2 人发表意见 2 条（意见 1 条、建议 1 条；居民 2 条），收到表态 3 次（记录 17）。"
        "主要意见如下：</p><ul>"
        "<li>王大姐（居民）提出：先换下水管。（意见 1，赞成 2、不赞成 0、说不好 0）</li>"
        "<li>&lt;赵&gt;（居民）提出：加装电梯 要大家商量。"
        "（建议 2，赞成 0、不赞成 1、说不好 0）</li></ul>"
        "<h4>四、形成的共识</h4>"
        "<ol><li>优先更换地下管网。（依据：意见 1，赞成 2、不赞成 0、说不好 0）</li></ol>"
        "<h4>五、存在的分歧</h4>"
        "<ol><li>电梯费用分摊看法不一。（依据：建议 2，赞成 0、不赞成 1、说不好 0）</li></ol>"
    )


def test_draft_minutes_names_a_source_in_every_line() -> None:
    room = make_consultation()
    moderator, recorder = make_person(Role.MEMBER), make_person(Role.STAFF)
    assign_seat(room, person=moderator, role=SeatRole.MODERATOR, by=room.prepared_by)
    assign_seat(room, person=recorder, role=SeatRole.RECORDER, by=room.prepared_by)
    move_stage(room, to=Stage.ANNOUNCED, by=room.prepared_by)
    move_stage(room, to=Stage.LIVE, by=moderator)
    people = [make_person() for _ in range(MOST_CITED + 1)]
    for person in people:
        enter_room(room, person)
    move_agenda(room, to=3, by=moderator)
    opinion = make_opinion(room, people[0])
    ask_department(room, number=1, department=make_department().pk, by=moderator)
    make_stance(opinion, people[1])
    raise_hand(room, person=people[2], subject="")
    call_speaker(room, number=1, by=moderator)
    make_clause(room, opinion)
    make_vote(make_ballot(room), people[3], 1)
    move_stage(room, to=Stage.SUMMARISING, by=moderator)
    lines = [
        one.text
        for one in passages(draft_minutes(room))
        if one.tag not in {"h3", "h4"} and "未进行" not in one.text and " 票" not in one.text
    ]
    assert len(lines) == 17
    unsourced = [
        line
        for line in lines
        if not re.search(r"记录 \d|《.+》第 \d+ 条", line) and not CITED.search(line)
    ]
    assert unsourced == []
    entered = room.events.filter(type="seat.taken").order_by("seq").values_list("seq", flat=True)
    first, second, came, *_rest, last = entered
    seats = {line.partition("：")[0]: line for line in lines}
    assert f"（记录 {first}）" in seats["主持人"]
    assert f"（记录 {second}）" in seats["记录"]
    assert seats["出席"].endswith(f"（记录 {came} 至记录 {last}）。")


def test_draft_minutes_of_an_empty_room_is_clean_and_brief(live_room: Consultation) -> None:
    draft = draft_minutes(live_room)
    assert clean(draft) == draft
    assert "<h4>三、形成的共识</h4><p>本次协商尚未写入共识条款。</p>" in draft
    assert "主要意见" not in draft


def test_draft_minutes_names_those_that_most_weighed(live_room: Consultation) -> None:
    opinions = [make_opinion(live_room, text=f"意见甲{at}") for at in range(MAIN_OPINIONS + 2)]
    make_opinion(live_room, kind=OpinionKind.REPLY, reply_to=1, text="回复乙")
    make_stance(opinions[-1], seated(live_room))
    draft = draft_minutes(live_room)
    named = [at for at in range(MAIN_OPINIONS + 2) if f"意见甲{at}。" in draft]
    assert named == [*range(MAIN_OPINIONS - 1), MAIN_OPINIONS + 1]
    assert "回复乙" not in draft


def test_save_minutes_needs_permission(live_room: Consultation) -> None:
    with pytest.raises(Refusal) as refused:
        save_minutes(live_room, by=make_person(), body="<p>一</p>")
    assert refused.value.code == Code.FORBIDDEN


def test_draft_minutes_puts_no_stop_after_a_question(live_room: Consultation) -> None:
    make_opinion(live_room, kind=OpinionKind.QUESTION, text="什么时候动工？")
    assert "提出：什么时候动工？（提问 1，" in draft_minutes(live_room)


def test_draft_minutes_tells_a_void_ballot_without_votes(live_room: Consultation) -> None:
    make_vote(make_ballot(live_room), None, 1)
    event = void_ballot(live_room, number=1, reason="题目写错了。", by=moderator_of(live_room))
    draft = draft_minutes(live_room)
    assert f"记录 {event.seq}" in draft
    assert "是否同意分两期改造？已作废。理由：题目写错了。</p>" in draft
    assert "人投票" not in draft


def test_draft_minutes_tells_who_had_the_floor(live_room: Consultation) -> None:
    moderator = moderator_of(live_room)
    with time_machine.travel(STARTS_AT, tick=False) as clock:
        for alias, subject in (("王大姐", "下水 <管>"), ("钱师傅", "")):
            raise_hand(live_room, person=seated(live_room, alias=alias), subject=subject)
        call_speaker(live_room, number=1, by=moderator)
        clock.shift(timedelta(seconds=200))
        call_speaker(live_room, number=2, by=moderator)
        clock.shift(timedelta(seconds=60))
        end_speech(live_room, number=2, by=moderator)
    assert (
        "<h4>二、现场发言</h4><p>共有 2 人发言 2 次（记录 4、记录 6）：</p><ol>"
        "<li>王大姐（居民），关于“下水 &lt;管&gt;”（09:00 起，3 分 20 秒，记录 4）</li>"
        "<li>钱师傅（居民）（09:03 起，1 分，记录 6）</li></ol>"
    ) in draft_minutes(live_room).replace("<h4>三、", "<h4>二、")


def test_draft_minutes_tells_what_departments_answered(live_room: Consultation) -> None:
    moderator, bureau = moderator_of(live_room), make_department(name="县水务局")
    officer = seated(live_room, SeatRole.DEPARTMENT, Role.DEPARTMENT, department=bureau)
    make_opinion(live_room, kind=OpinionKind.QUESTION, text="什么时候动工？")
    make_opinion(live_room, kind=OpinionKind.SUGGESTION, text="先换水泵")
    for number in (1, 2):
        ask_department(live_room, number=number, department=bureau.pk, by=moderator)
    give_answer(live_room, number=1, by=officer, key=uuid4(), text="十月\n动工")
    given = live_room.events.get(type="answer.given").seq
    asked = live_room.events.filter(type="answer.asked").latest("seq").seq
    assert (
        "部门答复</h4><ul>"
        f"<li>提问 1：什么时候动工？县水务局答复（回复 3）：十月 动工。（记录 {given}）</li>"
        f"<li>建议 2：先换水泵。县水务局尚未答复。（记录 {asked}）</li></ul>"
    ) in draft_minutes(live_room)
    hide_opinion(live_room, number=3, reason="有误", by=moderator)
    assert "县水务局答复（回复 3）：（未公开）" in draft_minutes(live_room)


def test_draft_minutes_tells_a_tally_once_and_none_where_there_is_none(
    live_room: Consultation,
) -> None:
    for text in ("夜间开放。", "何时动工？"):
        make_opinion(live_room, text=text)
    opinion = live_room.opinions.get(number=1)
    make_stance(opinion)
    move_stage(live_room, to=Stage.SUMMARISING, by=live_room.prepared_by)
    register_dissent(live_room, by=live_room.prepared_by, text="夜间开放", evidence=[1])
    draft = draft_minutes(live_room)
    assert "何时动工？（意见 2，无人表态）" in draft
    assert "意见 1 赞成 1 人、不赞成 0 人、说不好 0 人。（依据：意见 1）" in draft
