"""The record in words: every event is one plain sentence, told to those whom it is for."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from consultations.domain.erasures import ask_erasure, confirm_erasure
from consultations.domain.hands import raise_hand
from consultations.domain.holding import approve_opinions, return_opinions
from consultations.domain.moderator_notes import write_note
from consultations.domain.posting_rules import RulesDraft, set_posting
from consultations.domain.queries.opinion import opinion_page
from consultations.domain.queries.record import RecordLine, record_page
from consultations.domain.record_words import WORDS, Names, words_of
from consultations.domain.seats import assign_seat, enter_room
from consultations.domain.speeches import call_speaker
from consultations.live.described import EVENTS
from consultations.models import Consultation, OpinionKind
from members.models import Person
from members.roles import Role, SeatRole
from tests.factories import make_opinion, make_person, moderator_of, seated

pytestmark = pytest.mark.django_db

NAMES = Names(
    kinds={1: "question", 2: "suggestion", 8: "reply"},
    hands={5: "王大姐"},
    requests={4: (1, "县水务局")},
)
WANG = {"id": 7, "name": "王大姐", "identity": "resident", "belongs_to": ""}
SAID = {
    **{"number": 2, "kind": "suggestion", "text": "先换水泵", "author": WANG},
    **{"reply_to": None, "agenda_item": None, "origin": "online"},
}
ORDER: list[int] = []
PLAN = {"title": "会", "question": "？", "kind": "community", "starts_at": "", "ends_at": ""}
ASKED = {"kind": "yes_no", "secrecy": "open", "results": "live", "quorum": 0, "max_choices": 1}
SENTENCES: dict[str, list[tuple[dict[str, Any], str]]] = {
    "opinion.posted": [
        (SAID, "发表建议 2"),
        ({**SAID, "number": 8, "kind": "reply", "reply_to": 1}, "发表回复 8，回复提问 1"),
        ({**SAID, "origin": "desk", "entered_by": "小陈"}, "发表建议 2，由小陈现场代录"),
    ],
    "opinion.held": [(SAID, "发表建议 2，等待审核")],
    "opinion.approved": [({**SAID, "posted_at": ""}, "发表建议 2，经林委员审核后公开")],
    "opinion.returned": [({"number": 2, "reason": "广告"}, "退回建议 2：广告")],
    "opinion.reconsidered": [({"number": 2}, "不再退回建议 2，重新等待审核")],
    "opinion.merged": [({"number": 2, "into": 3, "author": WANG}, "把建议 2 并入意见 3")],
    "opinion.unmerged": [({"number": 2, "into": 3}, "把建议 2 从意见 3 中拆出")],
    "opinion.hidden": [({"number": 1}, "隐藏提问 1")],
    "opinion.hide_reason": [
        ({"number": 1, "reason": "有误", "text": "原话"}, "隐藏提问 1 的理由：有误")
    ],
    "opinion.restored": [({"number": 1, "text": "原话"}, "恢复显示提问 1")],
    "opinion.erased": [({"number": 1, "basis": "裁定"}, "依法删除提问 1 的正文，依据：裁定")],
    "opinion.corrected": [
        (
            {"number": 2, "text": "新", "earlier": "旧", "corrected_by": "小陈"},
            "更正现场代录的建议 2",
        )
    ],
    "opinion.pinned": [
        ({"number": 2, "pinned": True}, "把建议 2 置顶"),
        ({"number": 2, "pinned": False}, "取消建议 2 的置顶"),
    ],
    "opinion.answered": [
        ({"number": 1, "answered": True}, "把提问 1 标为已答复"),
        ({"number": 1, "answered": False}, "把提问 1 改回未答复"),
    ],
    "posting.set": [
        (
            {"holds_residents": True, "slow_seconds": 30, "closed": False},
            "发言规则：居民发言先审后发、每人至少间隔 30 秒、可以发言",
        ),
        (
            {"holds_residents": False, "slow_seconds": 0, "closed": True},
            "发言规则：发言直接公开、不限间隔、暂不能发言",
        ),
    ],
    "person.muted": [
        (
            {"person": WANG, "until": "2026-05-12T01:30:00.000000Z", "reason": "吵闹"},
            "请王大姐暂停发言到 09:30：吵闹",
        )
    ],
    "person.unmuted": [({"person": WANG}, "让王大姐恢复发言")],
    "seat.taken": [({"person": WANG, "role": "participant"}, "安排王大姐入席（参与人）")],
    "seat.removed": [({"person": WANG}, "撤销王大姐的席位")],
    "agenda.moved": [
        ({"ended": 1, "started": 2, "since": "", "untouched": []}, "议程第 2 项开始"),
        ({"ended": 2, "started": None, "since": None, "untouched": []}, "议程第 2 项结束"),
    ],
    "agenda.extended": [({"position": 2, "minutes": 20}, "把议程第 2 项的时间改为 20 分钟")],
    "hand.raised": [
        ({"number": 5, "person": WANG, "order": ORDER}, "王大姐举手"),
    ],
    "hand.subject": [
        ({"number": 5, "subject": "水管", "held": False}, "留着王大姐想说的事"),
    ],
    "hand.subject_hidden": [({"number": 5}, "王大姐想说的事不再公开")],
    "hand.lowered": [
        ({"number": 5, "how": "lowered", "order": ORDER}, "王大姐把手放下"),
        ({"number": 5, "how": "skipped", "order": ORDER}, "跳过王大姐"),
    ],
    "hand.moved": [
        ({"number": 5, "to": 2, "order": ORDER}, "把王大姐排到第 2 位"),
        ({"number": 5, "to": None, "order": ORDER}, "让王大姐回到原来的次序"),
    ],
    "hand.returned": [({"number": 5, "person": WANG, "order": ORDER}, "让王大姐回到举手名单")],
    "hands.cleared": [({"count": 3}, "清空举手名单，共 3 人")],
    "speech.begun": [({"number": 5, "limit": 180, "order": ORDER}, "请王大姐发言，3 分钟")],
    "speech.timed": [({"number": 6, "limit": 300}, "把举手 6 号的发言时间改为 5 分钟")],
    "speech.ended": [
        ({"number": 5, "how": "spoke", "seconds": 200}, "王大姐发言结束，用时 3 分 20 秒"),
        ({"number": 5, "how": "skipped", "seconds": 0}, "王大姐没有发言，跳过"),
    ],
    "speaking.set": [
        ({"open": True, "minutes": 3}, "可以举手，每人发言 3 分钟"),
        ({"open": False, "minutes": 3}, "暂停举手，每人发言 3 分钟"),
    ],
    "screen.invited": [({"number": 2}, "为大屏 2 发出投屏码")],
    "screen.opened": [({"number": 2}, "接通大屏 2")],
    "screen.ended": [({"number": 2}, "断开大屏 2")],
    "answer.asked": [
        (
            {"number": 4, "opinion": 1, "department": {"id": 1, "name": "县水务局"}},
            "请县水务局答复提问 1",
        )
    ],
    "answer.withdrawn": [({"number": 4}, "不再请县水务局答复提问 1")],
    "answer.given": [({"number": 4, "answer": 8}, "县水务局以回复 8 答复了提问 1")],
    "note.written": [
        ({"number": 2, "text": "留意时间", "about": 1, "author": "林委员"}, "写下主持人便签 2")
    ],
    "note.removed": [
        ({"number": 2, "removed": True}, "删去主持人便签 2"),
        ({"number": 2, "removed": False}, "恢复主持人便签 2"),
    ],
    "stage.moved": [
        ({"from": "announced", "to": "live", "reason": ""}, "进入“协商进行中”"),
        ({"from": "live", "to": "cancelled", "reason": "停电"}, "进入“已取消”：停电"),
    ],
    "consultation.changed": [({**PLAN, "venue": "", "agenda": []}, "修改安排")],
    "ballot.opened": [
        (
            {**{"number": 1, "question": "同意吗？", "options": []}, **ASKED}
            | {"opened_at": "", "closes_at": None},
            "表决 1 开始：同意吗？",
        )
    ],
    "ballot.hands_counted": [
        (
            {"number": 1, "people": 9, "counts": None, "corrected": False, "counted_by": "小陈"},
            "清点表决 1 的现场举手：9 人",
        ),
        (
            {"number": 1, "people": 8, "counts": None, "corrected": True, "counted_by": "小陈"},
            "重新清点表决 1 的现场举手：8 人",
        ),
    ],
    "attendee.checked_in": [
        (
            {"key": "", "person": WANG, "how": "scan", "votes_by_hand": False},
            "王大姐现场签到（扫码），用手机表决",
        ),
        (
            {"key": "", "person": WANG, "how": "desk", "votes_by_hand": True},
            "王大姐现场签到（签到台），举手表决",
        ),
    ],
    "attendee.withdrawn": [({"key": "", "person": WANG}, "撤销王大姐的现场签到")],
    "ballot.closed": [
        (
            {"number": 1, "how": "time", "result": {"voted": 12}},
            "表决 1 结束（时间到），12 人投票",
        )
    ],
    "ballot.voided": [({"number": 1, "reason": "选项写错了"}, "表决 1 作废，不计结果：选项写错了")],
    "stances.closed": [({"tallies": [{}, {}], "votes_digest": ""}, "表态结束，2 条意见的结果封存")],
    "clause.written": [
        ({"position": 1, "text": "先换", "evidence": [1, 2]}, "写下共识第 1 条，依据提问 1、建议 2")
    ],
    "clause.few_accepted": [({"position": 1}, "确认共识第 1 条虽表态人数较少，仍列为共识")],
    "clause.removed": [({"position": 1}, "删去共识第 1 条")],
    "clause.moved": [({"position": 1, "to": 3}, "把共识第 1 条移到第 3 条")],
    "dissent.written": [
        ({"position": 1, "text": "不一", "evidence": [2]}, "登记分歧第 1 条，依据建议 2")
    ],
    "dissent.removed": [({"position": 1}, "删去分歧第 1 条")],
    "dissent.moved": [({"position": 2, "to": 1}, "把分歧第 2 条移到第 1 条")],
    "minutes.saved": [({"version": 2}, "保存纪要第 2 版")],
    "outcome.published": [
        (
            {"clauses": [{}], "dissent": [], "minutes_version": 2, "objections_until": None},
            "公示共识 1 条、分歧 0 条和纪要第 2 版",
        ),
        (
            {
                **{"clauses": [{}], "dissent": [], "minutes_version": 2},
                "objections_until": "2026-02-27",
            },
            "公示共识 1 条、分歧 0 条和纪要第 2 版，异议期到2月27日",
        ),
    ],
    "clauses.confirmed": [
        (
            {
                "answers": [
                    {"position": 1, "value": "agree", "reason": ""},
                    {"position": 2, "value": "against", "reason": "太贵"},
                ]
            },
            "确认共识：第 1 条同意、第 2 条反对",
        )
    ],
    "minutes.signed": [({"version": 2}, "签认纪要第 2 版")],
    "minutes.objected": [
        (
            {"number": 3, "version": 2, "paragraph": 4, "passage": "原文", "text": "不对"},
            "对纪要第 2 版第 4 段提出异议 3",
        )
    ],
    "minutes.answered": [
        ({"number": 3, "verdict": "explained", "answer": "因为"}, "答复异议 3：说明理由，不改")
    ],
}
CASES = [
    pytest.param(kind, body, words, id=f"{kind}-{at}")
    for kind, cases in SENTENCES.items()
    for at, (body, words) in enumerate(cases)
]


def test_every_event_of_the_protocol_has_its_sentence() -> None:
    assert set(SENTENCES) == set(EVENTS) == {kind.rstrip("!") for kind in WORDS}


@pytest.mark.parametrize(("kind", "body", "words"), CASES)
def test_event_is_one_plain_sentence(kind: str, body: dict[str, Any], words: str) -> None:
    assert set(EVENTS[kind].fields) <= set(body)
    assert words_of(kind, body, by="林委员", names=NAMES) == words
    assert not re.search(r"[a-z_]{3,}|%", words)


def lines_for(visitor: Person | AnonymousUser, room: Consultation) -> tuple[RecordLine, ...]:
    return record_page(visitor, room.pk, 1).lines


def told(visitor: Person | AnonymousUser, room: Consultation) -> list[tuple[str, str, bool]]:
    return [(line.words, line.by, line.private) for line in lines_for(visitor, room)]


@pytest.fixture
def held(live_room: Consultation) -> Person:
    """A resident whose first opinion was let through, the second returned, the third waits."""
    author = seated(live_room, alias="王大姐")
    moderator = moderator_of(live_room)
    Person.objects.filter(pk=moderator.pk).update(alias="林委员")
    draft = RulesDraft(holds_residents=True)
    set_posting(live_room, draft=draft, by=moderator)
    for text in ("一", "二", "三"):
        make_opinion(live_room, author, text=text, kind=OpinionKind.SUGGESTION)
    moderator.refresh_from_db()
    approve_opinions(live_room, numbers=[1], by=moderator)
    return_opinions(live_room, numbers=[2], reason="广告", by=moderator)
    return author


RULES = "发言规则：居民发言先审后发、不限间隔、可以发言"
PUBLIC = [
    (RULES, "林委员", False),
    ("发表建议 1，经林委员审核后公开", "王大姐", False),
]
HELD = [(f"发表建议 {number}，等待审核", "王大姐", True) for number in (1, 2, 3)]
RETURNED = ("退回建议 2：广告", "林委员", True)


def test_what_was_held_and_let_through_reads_as_its_authors_post(
    held: Person, live_room: Consultation
) -> None:
    assert told(make_person(), live_room) == PUBLIC


def test_author_and_moderators_read_what_is_for_them(held: Person, live_room: Consultation) -> None:
    theirs = [PUBLIC[0], *HELD, PUBLIC[1], RETURNED]
    assert told(held, live_room) == theirs
    assert told(moderator_of(live_room), live_room) == theirs
    assert told(seated(live_room), live_room) == PUBLIC


def test_moderators_acts_are_for_moderators(live_room: Consultation) -> None:
    moderator = moderator_of(live_room)
    write_note(live_room, text="留意时间", about=None, by=moderator)
    assert told(moderator, live_room) == [("写下主持人便签 1", moderator.alias, True)]
    assert told(make_person(), live_room) == []


def test_page_of_an_opinion_links_to_the_event_that_all_may_read(
    held: Person, live_room: Consultation
) -> None:
    for visitor in (make_person(), held, moderator_of(live_room)):
        seq = opinion_page(visitor, live_room.pk, 1).seq
        assert seq in [line.seq for line in lines_for(visitor, live_room)]
        assert live_room.events.get(seq=seq).type == "opinion.approved"
    for number in (2, 3):
        seq = opinion_page(held, live_room.pk, number).seq
        assert seq in [line.seq for line in lines_for(held, live_room)]
    opinion = make_opinion(live_room, seated(live_room, SeatRole.MODERATOR, Role.MEMBER))
    assert opinion_page(held, live_room.pk, opinion.number).seq == opinion.posted_seq


def test_erased_opinion_leaves_its_name_without_an_author(
    held: Person, live_room: Consultation
) -> None:
    words = {"number": 1, "basis": "某某裁定", "reason": "本人申请"}
    waiting = ask_erasure(live_room, by=make_person(Role.STAFF), **words)
    confirm_erasure(waiting, by=(second := make_person(Role.STAFF)))
    assert told(make_person(), live_room) == [
        PUBLIC[0],
        ("建议 1 的记录，正文已依法删除", "", False),
        ("依法删除建议 1 的正文，依据：某某裁定", second.alias, False),
    ]
    seq = opinion_page(make_person(), live_room.pk, 1).seq
    assert live_room.events.get(seq=seq).type == "opinion.approved"


def test_seat_is_taken_or_given(live_room: Consultation) -> None:
    staff, guest = live_room.prepared_by, make_person(alias="周委员")
    assign_seat(live_room, person=guest, role=SeatRole.RECORDER, by=staff)
    enter_room(live_room, make_person(alias="王大姐"))
    assert told(make_person(), live_room) == [
        ("安排周委员入席（记录员）", staff.alias, False),
        ("王大姐入席（参与人）", "", False),
    ]


def test_floor_is_told_by_names_and_nobody_is_named_twice(live_room: Consultation) -> None:
    moderator = moderator_of(live_room)
    raise_hand(live_room, person=seated(live_room, alias="王大姐"), subject="水管")
    call_speaker(live_room, number=1, by=moderator)
    assert told(make_person(), live_room) == [
        ("王大姐举手", "", False),
        ("王大姐写下想说的事", "", False),
        ("请王大姐发言，3 分钟", moderator.alias, False),
    ]


def test_page_asks_no_more_of_a_longer_record(
    held: Person, live_room: Consultation, django_assert_max_num_queries: Any
) -> None:
    moderator = moderator_of(live_room)
    for _ in range(3):
        raise_hand(live_room, person=seated(live_room), subject="")
        make_opinion(live_room, moderator)
    with django_assert_max_num_queries(9):
        assert len(record_page(moderator, live_room.pk, 1).lines) == 12
