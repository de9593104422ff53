"""Attendees sign the minutes or object at a passage; nothing is sealed past them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from consultations.domain.archives import seal
from consultations.domain.consultations import move_stage
from consultations.domain.minutes import save_minutes
from consultations.domain.outcome_view import outcome
from consultations.domain.signing_off import answer_objection, object_to_minutes, sign_minutes
from consultations.models import (
    Archive,
    Consultation,
    MinutesObjection,
    MinutesSignature,
    Notice,
    NoticeKind,
    RoomEvent,
    Stage,
    Verdict,
)
from hall.errors import Code, Refusal
from members.models import Person
from members.roles import Role, SeatRole
from tests.factories import (
    STARTS_AT,
    bring_to_review,
    make_consultation,
    make_minutes,
    make_person,
    seated,
)

pytestmark = pytest.mark.django_db

BODY = "<h3>纪要</h3><p>会议开始。</p><ul><li>意见一：先换管网。</li><li>意见二。</li></ul>"
FRIDAY = datetime(2026, 2, 13, 3, 0, tzinfo=UTC)  # five working days end on 27 February


@pytest.fixture
def room(settings: Any) -> Consultation:
    """In review since Friday 13 February 2026, with two attendees beside the moderator."""
    settings.HALL_OBJECTION_DAYS = 5
    made = make_consultation(Stage.LIVE)
    for alias, role, hall_role in (
        ("主持人", SeatRole.MODERATOR, Role.MEMBER),
        ("张师傅", SeatRole.PARTICIPANT, Role.RESIDENT),
        ("周委员", SeatRole.PARTICIPANT, Role.MEMBER),
    ):
        seated(made, role, hall_role, alias=alias, first_seen_at=STARTS_AT)
    with time_machine.travel(FRIDAY, tick=False):
        bring_to_review(made)
        move_stage(made, to=Stage.SUMMARISING, by=made.prepared_by, reason="补写")
        make_minutes(made, BODY)
        move_stage(made, to=Stage.REVIEW, by=made.prepared_by)
    made.refresh_from_db()
    return made


def of(room: Consultation, alias: str) -> Person:
    return room.seats.get(person__alias=alias).person


def refused(act: Any, *args: Any, **kwargs: Any) -> tuple[Code, str]:
    with pytest.raises(Refusal) as refusal:
        act(*args, **kwargs)
    return refusal.value.code, refusal.value.message


def sign_all(room: Consultation) -> None:
    for alias in ("主持人", "张师傅", "周委员"):
        sign_minutes(room, person=of(room, alias), version=2)


def objected(room: Consultation, **words: Any) -> MinutesObjection:
    words = {"version": 2, "paragraph": 4, "text": "我说的不是这个。", **words}
    return object_to_minutes(room, person=of(room, "张师傅"), **words)


def test_window_ends_after_five_working_days(room: Consultation) -> None:
    assert room.objections_until == date(2026, 2, 27)
    published = RoomEvent.objects.filter(type="outcome.published").latest("seq")
    assert (published.body or {})["objections_until"] == "2026-02-27"


@pytest.mark.parametrize(("days", "until"), [(1, date(2026, 2, 14)), (0, None)])
def test_window_is_as_long_as_the_consultation_says(
    settings: Any, days: int, until: date | None
) -> None:
    settings.HALL_OBJECTION_DAYS = 5
    made = make_consultation(Stage.LIVE, objection_days=days)
    with time_machine.travel(FRIDAY, tick=False):
        bring_to_review(made)
    made.refresh_from_db()
    assert made.objections_until == until


def test_review_waits_for_the_year_to_be_arranged(settings: Any) -> None:
    settings.HALL_OBJECTION_DAYS = 5
    made = make_consultation(Stage.LIVE)
    with time_machine.travel(datetime(2033, 3, 1, 3, tzinfo=UTC), tick=False):
        code, said = refused(bring_to_review, made)
    assert code == Code.WRONG_STATE
    assert "还没有 2033 年的放假安排" in said
    made.refresh_from_db()
    assert (made.stage, made.objections_until) == (Stage.SUMMARISING, None)


@time_machine.travel(FRIDAY, tick=False)
def test_signing_is_kept_and_logged_once(room: Consultation) -> None:
    person = of(room, "张师傅")
    for _ in range(2):
        sign_minutes(room, person=person, version=2)
    signed = outcome(room).signatures
    assert [(one.name, one.identity_label, one.at) for one in signed] == [
        ("张师傅", "居民", FRIDAY)
    ]
    events = RoomEvent.objects.filter(type="minutes.signed")
    assert [(one.by, one.audience, one.body) for one in events] == [
        (person, "moderators", {"version": 2})
    ]


@time_machine.travel(FRIDAY, tick=False)
def test_only_those_who_were_there_sign_and_object(room: Consultation) -> None:
    absent = seated(room)
    observer = seated(room, SeatRole.OBSERVER, first_seen_at=STARTS_AT)
    for person in (absent, observer, room.prepared_by, make_person()):
        assert refused(sign_minutes, room, person=person, version=2)[0] == Code.FORBIDDEN
        code, _said = refused(
            object_to_minutes, room, person=person, version=2, paragraph=2, text="不对"
        )
        assert code == Code.FORBIDDEN
    assert not MinutesSignature.objects.exists()


@time_machine.travel(FRIDAY, tick=False)
def test_another_version_is_not_signed_by_mistake(room: Consultation) -> None:
    assert refused(sign_minutes, room, person=of(room, "张师傅"), version=1)[0] == Code.WRONG_STATE


@time_machine.travel(FRIDAY, tick=False)
def test_new_version_is_signed_anew(room: Consultation) -> None:
    sign_all(room)
    move_stage(room, to=Stage.SUMMARISING, by=room.prepared_by, reason="再改")
    save_minutes(room, by=room.prepared_by, body="<p>新的一版。</p>")
    assert outcome(room).signatures == ()
    assert MinutesSignature.objects.count() == 3


@time_machine.travel(FRIDAY, tick=False)
def test_objection_quotes_the_passage_and_takes_the_signature_back(room: Consultation) -> None:
    person = of(room, "张师傅")
    sign_minutes(room, person=person, version=2)
    objection = objected(room, paragraph=3, passage=" 先换管网")
    assert (objection.number, objection.paragraph, objection.passage) == (1, 3, "先换管网")
    assert not MinutesSignature.objects.exists()
    event = RoomEvent.objects.latest("seq")
    assert (event.type, event.audience, event.body) == (
        "minutes.objected",
        "moderators",
        {
            "number": 1,
            "version": 2,
            "paragraph": 3,
            "passage": "先换管网",
            "text": "我说的不是这个。",
        },
    )
    told = Notice.objects.filter(kind=NoticeKind.OBJECTED).values_list("person__alias", flat=True)
    assert list(told) == ["主持人"]
    assert refused(sign_minutes, room, person=person, version=2)[0] == Code.WRONG_STATE


@time_machine.travel(FRIDAY, tick=False)
@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"paragraph": 99}, Code.NOT_FOUND),
        ({"paragraph": 0}, Code.NOT_FOUND),
        ({"passage": "没有这句话"}, Code.INVALID),
        ({"text": " "}, Code.EMPTY),
        ({"text": "长" * 501}, Code.TOO_LONG),
        ({"version": 1}, Code.WRONG_STATE),
    ],
)
def test_wrong_objections_are_refused(
    room: Consultation, words: dict[str, Any], code: Code
) -> None:
    assert refused(objected, room, **words)[0] == code
    assert not MinutesObjection.objects.exists()


@time_machine.travel(FRIDAY, tick=False)
def test_whole_paragraph_is_quoted_where_no_words_are(room: Consultation) -> None:
    assert objected(room).passage == "意见二。"


def test_objections_are_taken_until_the_last_days_end(room: Consultation) -> None:
    with time_machine.travel(datetime(2026, 2, 27, 15, 59, tzinfo=UTC), tick=False):  # 23:59
        objected(room)
    with time_machine.travel(datetime(2026, 2, 27, 16, 1, tzinfo=UTC), tick=False):  # 00:01
        assert refused(objected, room)[0] == Code.WRONG_STAGE


@time_machine.travel(FRIDAY, tick=False)
def test_answer_is_given_once_and_told(room: Consultation) -> None:
    objected(room)
    moderator = of(room, "主持人")
    answer_objection(room, by=moderator, number=1, verdict=Verdict.EXPLAINED, answer="已核对录音。")
    found = outcome(room).objections[0]
    assert (found.verdict_label, found.answer, found.answered_by, found.answered_at) == (
        "说明理由，不改",
        "已核对录音。",
        "主持人",
        FRIDAY,
    )
    told = Notice.objects.filter(kind=NoticeKind.OBJECTION_ANSWER)
    assert list(told.values_list("person__alias", flat=True)) == ["张师傅"]
    event = RoomEvent.objects.latest("seq")
    assert (event.type, event.body) == (
        "minutes.answered",
        {"number": 1, "verdict": "explained", "answer": "已核对录音。"},
    )
    again: dict[str, Any] = {"by": moderator, "verdict": Verdict.ACCEPTED, "answer": "改口"}
    assert refused(answer_objection, room, number=1, **again)[0] == Code.WRONG_STATE
    assert refused(answer_objection, room, number=2, **again)[0] == Code.NOT_FOUND
    sign_minutes(room, person=of(room, "张师傅"), version=2)


@time_machine.travel(FRIDAY, tick=False)
def test_only_those_who_write_the_outcome_answer(room: Consultation) -> None:
    objected(room)
    words: dict[str, Any] = {"number": 1, "verdict": Verdict.EXPLAINED, "answer": "不改。"}
    code, _said = refused(answer_objection, room, by=of(room, "周委员"), **words)
    assert code == Code.FORBIDDEN
    code, _said = refused(
        answer_objection, room, by=room.prepared_by, number=1, verdict=Verdict.EXPLAINED, answer=" "
    )
    assert code == Code.EMPTY


def test_seal_waits_for_the_window(room: Consultation) -> None:
    with time_machine.travel(datetime(2026, 2, 27, 9, tzinfo=UTC), tick=False):
        code, said = refused(seal, room, by=room.prepared_by)
    assert code == Code.WRONG_STATE
    assert said == "异议期到 2月27日 为止；到场的人全部签认后可以提前，还差 3 人。"
    with time_machine.travel(datetime(2026, 2, 28, 1, tzinfo=UTC), tick=False):
        assert seal(room, by=room.prepared_by).number == 1


@time_machine.travel(FRIDAY, tick=False)
def test_seal_may_come_early_once_all_attendees_have_signed(room: Consultation) -> None:
    sign_minutes(room, person=of(room, "主持人"), version=2)
    sign_minutes(room, person=of(room, "张师傅"), version=2)
    assert "还差 1 人" in refused(seal, room, by=room.prepared_by)[1]
    sign_minutes(room, person=of(room, "周委员"), version=2)
    assert seal(room, by=room.prepared_by).number == 1
    kept = Archive.objects.get().outcome
    assert [one["name"] for one in kept["signatures"]] == ["主持人", "张师傅", "周委员"]
    assert kept["objections_until"] == "2026-02-27"


@time_machine.travel(FRIDAY, tick=False)
def test_seal_does_not_come_early_over_those_who_cannot_sign_in(room: Consultation) -> None:
    """Whoever came without a phone has the whole window: their word comes by the staff."""
    for name in ("主持人", "张师傅"):
        sign_minutes(room, person=of(room, name), version=2)
    Person.objects.filter(pk=of(room, "周委员").pk).update(is_active=False)
    said = refused(seal, room, by=room.prepared_by)[1]
    assert "有 1 人没有账号，不能在网上签认，所以不能提前" in said


@time_machine.travel(FRIDAY, tick=False)
def test_nobody_there_is_not_everybody_signed(settings: Any) -> None:
    settings.HALL_OBJECTION_DAYS = 5
    made = bring_to_review(make_consultation(Stage.LIVE))
    assert refused(seal, made, by=made.prepared_by)[0] == Code.WRONG_STATE


def test_seal_waits_for_the_answer_to_an_objection(room: Consultation) -> None:
    with time_machine.travel(FRIDAY, tick=False):
        objected(room)
    with time_machine.travel(datetime(2026, 3, 9, 1, tzinfo=UTC), tick=False):
        assert refused(seal, room, by=room.prepared_by)[1] == "第 1 号异议还没有答复。"
        answer_objection(
            room, by=room.prepared_by, number=1, verdict=Verdict.EXPLAINED, answer="不改。"
        )
        seal(room, by=room.prepared_by)
    assert Archive.objects.get().outcome["objections"][0]["answer"] == "不改。"


def test_accepted_objection_keeps_this_version_from_the_seal(room: Consultation) -> None:
    staff = room.prepared_by
    with time_machine.travel(FRIDAY, tick=False):
        objected(room)
    with time_machine.travel(datetime(2026, 3, 9, 1, tzinfo=UTC), tick=False):
        answer_objection(room, by=staff, number=1, verdict=Verdict.ACCEPTED, answer="照改。")
        assert "已采纳，纪要还没有改" in refused(seal, room, by=staff)[1]
        move_stage(room, to=Stage.SUMMARISING, by=staff, reason="第 1 号异议")
        save_minutes(room, by=staff, body="<p>改过的纪要。</p>")
        move_stage(room, to=Stage.REVIEW, by=staff)
    room.refresh_from_db()
    assert room.objections_until == date(2026, 3, 16)
    with time_machine.travel(datetime(2026, 3, 17, 1, tzinfo=UTC), tick=False):
        seal(room, by=staff)
    assert outcome(room).objections[0].version == 2


def test_those_who_have_a_say_are_asked_to_confirm(room: Consultation) -> None:
    told = Notice.objects.filter(kind=NoticeKind.TO_CONFIRM, consultation=room)
    assert {"主持人", "张师傅", "周委员"} <= set(told.values_list("person__alias", flat=True))
