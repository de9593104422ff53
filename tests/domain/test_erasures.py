"""依法删除: two people, a tombstone, and a record that verifies as before."""

import json
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from consultations.archiving.chain import check_chain
from consultations.archiving.verify import Receipt, verify_archive, verify_archives
from consultations.domain.archives import seal
from consultations.domain.consultations import move_stage
from consultations.domain.editions import archive_file, newest_edition
from consultations.domain.erasures import (
    ask_erasure,
    confirm_erasure,
    decline_erasure,
    erased_in,
)
from consultations.domain.events import room_name
from consultations.domain.heads import heads_file, publish_head
from consultations.domain.log import chained_events
from consultations.domain.merging import merge_opinions
from consultations.domain.opinions import hide_opinion, restore_opinion
from consultations.domain.outcome_view import outcome
from consultations.domain.record_view import record_of
from consultations.domain.signing_off import answer_objection, object_to_minutes
from consultations.models import (
    Archive,
    Consultation,
    Erasure,
    ErasureState,
    ExportJob,
    MinutesObjection,
    Notice,
    NoticeKind,
    Opinion,
    OpinionCorrection,
    OpinionKind,
    OpinionState,
    RoomEvent,
    SearchEntry,
    Stage,
    Verdict,
)
from consultations.models.opinions import ERASED_AUTHOR
from hall.errors import Code, Refusal
from members.models import Person
from members.roles import HALL_TABLE, Permission, Role, SeatRole
from tests.factories import (
    bring_to_review,
    make_clause,
    make_consultation,
    make_minutes,
    make_opinion,
    make_person,
    moderator_of,
    seated,
)

pytestmark = pytest.mark.django_db
BASIS = "《个人信息保护法》第四十七条"
SECRET = "张三家住三号楼五零二，电话一三八零零零零。"


@pytest.fixture
def staff() -> tuple[Person, Person]:
    return make_person(Role.STAFF), make_person(Role.STAFF)


def asked(consultation: Consultation, number: int, by: Person) -> Erasure:
    return ask_erasure(consultation, number=number, basis=BASIS, reason="本人申请", by=by)


def erase(opinion: Opinion, staff: tuple[Person, Person], **options: Any) -> Erasure:
    first, second = staff
    waiting = asked(opinion.consultation, opinion.number, first)
    return confirm_erasure(waiting, by=second, **options)


def code_of(act: Any, *args: Any, **kwargs: Any) -> Code:
    with pytest.raises(Refusal) as refused:
        act(*args, **kwargs)
    return refused.value.code


def everything_stored() -> str:
    """All text in the database, table by table."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found.append(repr(cursor.fetchall()))
    return "\n".join(found)


@pytest.fixture
def committing(django_capture_on_commit_callbacks: Any) -> Any:
    """with committing(): what happens after commit happens at its end."""
    return partial(django_capture_on_commit_callbacks, execute=True)


@pytest.fixture
def said(live_room: Consultation) -> Opinion:
    """An opinion that was said, hidden and brought back: its text is in three events."""
    opinion = make_opinion(live_room, text=SECRET)
    moderator = moderator_of(live_room)
    hide_opinion(live_room, number=opinion.number, reason="先核实", by=moderator)
    restore_opinion(live_room, number=opinion.number, by=moderator)
    make_opinion(live_room)
    return opinion


@pytest.fixture
def sealed(said: Opinion, live_room: Consultation) -> Archive:
    publish_head(live_room.pk)
    bring_to_review(live_room)
    Consultation.objects.filter(pk=live_room.pk).update(stage=Stage.SUMMARISING)
    live_room.refresh_from_db()
    make_minutes(live_room, f"<p>有人提出：{SECRET}</p>")
    Consultation.objects.filter(pk=live_room.pk).update(stage=Stage.REVIEW)
    live_room.refresh_from_db()
    return seal(live_room, by=live_room.prepared_by)


def test_text_is_gone_from_an_open_room_and_the_log_verifies(
    said: Opinion, live_room: Consultation, staff: tuple[Person, Person]
) -> None:
    assert SECRET in everything_stored()
    made = {"kind": "minutes", "format": "docx", "state": "done"}
    now = live_room.starts_at
    ExportJob.objects.create(
        person=staff[0], consultation=live_room, created_at=now, touched_at=now, **made
    )
    erase(said, staff)
    assert not ExportJob.objects.exists()
    stored = everything_stored()
    assert SECRET not in stored
    assert SECRET[:12] not in stored
    said.refresh_from_db()
    assert (said.state, said.text, said.state_reason) == (OpinionState.ERASED, "", BASIS)
    walk = check_chain(chained_events(live_room.pk), room=room_name(live_room.pk))
    stones = [event for event in chained_events(live_room.pk) if event.erased]
    assert [event.type for event in stones] == [
        "opinion.posted",
        "opinion.hide_reason",
        "opinion.restored",
    ]
    assert {event.erased.basis for event in stones if event.erased} == {BASIS}
    last = RoomEvent.objects.get(consultation=live_room, seq=walk.count)
    assert (last.type, last.body) == ("opinion.erased", {"number": said.number, "basis": BASIS})
    assert not SearchEntry.objects.filter(kind="opinion", object_id=said.pk).exists()
    told = Notice.objects.get(person=said.author, kind=NoticeKind.ERASED)
    assert (told.number, told.reason) == (said.number, BASIS)


def test_erased_opinion_does_not_silence_those_merged_into_it(
    said: Opinion, live_room: Consultation, staff: tuple[Person, Person]
) -> None:
    merge_opinions(live_room, numbers=[2], into=said.number, by=moderator_of(live_room))
    erase(said, staff)
    assert Opinion.objects.get(consultation=live_room, number=2).merged_into is None
    told = live_room.events.order_by("-seq").values_list("type", flat=True)[:2]
    assert list(told) == ["opinion.erased", "opinion.unmerged"]


def test_archive_of_a_room_with_a_tombstone_verifies_in_both_forms(
    said: Opinion, live_room: Consultation, staff: tuple[Person, Person]
) -> None:
    publish_head(live_room.pk)
    erase(said, staff)
    bring_to_review(live_room)
    archive = seal(live_room, by=live_room.prepared_by)
    heads = [(head["content"], head["signature"]) for head in heads_file(live_room)["heads"]]
    for public in (False, True):
        file = archive_file(archive, public=public)
        report = verify_archive(file, trusted=[archive.key_id], heads=heads)
        assert report.ok, report.as_text()
        assert [basis for _seq, basis in report.erased] == [BASIS] * 3


def test_sealed_archive_gets_an_edition_without_the_text(
    sealed: Archive,
    said: Opinion,
    live_room: Consultation,
    staff: tuple[Person, Person],
    committing: Any,
) -> None:
    receipt = RoomEvent.objects.get(consultation=live_room, seq=said.posted_seq).digest
    before = {public: archive_file(sealed, public=public) for public in (False, True)}
    assert any(SECRET.encode() in contents(file) for file in before.values())
    with committing():
        erase(said, staff, documents=lambda found: {"a.txt": found.title.encode()})
    edition = newest_edition(sealed)
    assert edition.number == 2
    heads = [(head["content"], head["signature"]) for head in heads_file(live_room)["heads"]]
    for public in (False, True):
        file = archive_file(sealed, public=public)
        report = verify_archive(
            file,
            trusted=[sealed.key_id],
            heads=heads,
            receipts=[Receipt(said.posted_seq, receipt)],
        )
        assert report.ok, report.as_text()
        assert (report.head["edition"], report.head["chain_head"]) == (2, sealed.chain_head)
        assert SECRET.encode() not in contents(file)
        assert said.posted_seq in [seq for seq, _basis in report.erased]
        assert not before[public].exists()
    assert SECRET not in everything_stored()
    sealed.refresh_from_db()
    assert (sealed.digest, edition.digest) == (
        archive_digest(sealed, 1),
        verify_archive(archive_file(sealed)).head_digest,
    )
    assert [row.number for row in sealed.editions.all()] == [1, 2]
    assert erased_in(live_room)[0][:2] == (said.number, BASIS)
    assert not RoomEvent.objects.filter(consultation=live_room, type="opinion.erased").exists()


def contents(file: Path) -> bytes:
    with zipfile.ZipFile(file) as bag:
        return b"\n".join(bag.read(name) for name in bag.namelist())


def archive_digest(archive: Archive, number: int) -> str:
    return archive.editions.get(number=number).digest


def test_minutes_that_quote_it_say_that_it_is_gone(
    sealed: Archive, said: Opinion, live_room: Consultation, staff: tuple[Person, Person]
) -> None:
    erase(said, staff)
    bodies = list(live_room.minutes.order_by("version").values_list("body", flat=True))
    assert f"〔{said.number} 号意见已依法删除〕" in bodies[-1]
    assert all(SECRET[:-1] not in body for body in bodies)
    assert SECRET not in json.dumps(outcome(live_room).as_dict(), ensure_ascii=False)


@pytest.fixture
def objected(said: Opinion, live_room: Consultation) -> MinutesObjection:
    """Objections at the paragraph that quotes it: as a whole, answered, at a few words, elsewhere.

    Returns the first. The consultation is in review.
    """
    staff = live_room.prepared_by
    person = seated(live_room, first_seen_at=live_room.starts_at)
    make_opinion(live_room, text="同意")
    bring_to_review(live_room)
    move_stage(live_room, to=Stage.SUMMARISING, by=staff, reason="补写")
    line = f"<p>有人提出：{SECRET}（意见 {said.number}）</p>"
    version = make_minutes(live_room, f"{line}<p>大家同意。</p>").version
    move_stage(live_room, to=Stage.REVIEW, by=staff)
    words: list[dict[str, Any]] = [
        {"paragraph": 1, "text": f"“{SECRET}”不是我的原话。"},
        {"paragraph": 1, "text": "门牌不对。", "passage": f"有人提出：{SECRET[:9]}"},
        {"paragraph": 2, "text": "不是大家。"},
    ]
    for one in words:
        object_to_minutes(live_room, person=person, version=version, **one)
    for number in (1, 2, 3):
        answer = f"原话是：{SECRET}" if number == 1 else "已核对。"
        answer_objection(
            live_room, by=staff, number=number, verdict=Verdict.EXPLAINED, answer=answer
        )
    return live_room.objections.get(number=1)


def events_of_review(consultation: Consultation) -> list[tuple[str, bool]]:
    """Which events told objections and answers, and whether their bodies are gone."""
    types = ("minutes.objected", "minutes.answered")
    rows = consultation.events.filter(type__in=types).order_by("seq")
    return [(event.type.partition(".")[2], event.body is None) for event in rows]


ERASED_OF_REVIEW = [
    ("objected", True),
    ("objected", True),
    ("objected", False),
    ("answered", True),
    ("answered", False),
    ("answered", False),
]


def test_objections_that_quote_it_are_redacted_in_review(
    objected: MinutesObjection, said: Opinion, live_room: Consultation, staff: tuple[Person, Person]
) -> None:
    erase(said, staff)
    gone = f"〔{said.number} 号意见已依法删除〕"
    first, second, third = live_room.objections.order_by("number")
    assert (first.passage, first.text) == (
        f"有人提出：{gone}。（意见 {said.number}）",
        f"“{gone}。”不是我的原话。",
    )
    assert first.answer == f"原话是：{gone}。"
    assert (second.passage, second.text) == (f"有人提出：{gone}", "门牌不对。")
    assert (third.passage, third.text) == ("大家同意。", "不是大家。")
    stored = everything_stored()
    assert SECRET[:9] not in stored
    assert events_of_review(live_room) == ERASED_OF_REVIEW
    check_chain(chained_events(live_room.pk), room=room_name(live_room.pk))
    stones = [event for event in chained_events(live_room.pk) if event.erased]
    assert {event.erased.basis for event in stones if event.erased} == {BASIS}


def test_objections_that_quote_it_are_redacted_in_the_archive(
    objected: MinutesObjection,
    said: Opinion,
    live_room: Consultation,
    staff: tuple[Person, Person],
    committing: Any,
) -> None:
    Consultation.objects.filter(pk=live_room.pk).update(objections_until=None)
    archive = seal(live_room, by=live_room.prepared_by)
    assert SECRET.encode() in contents(archive_file(archive, public=True))
    with committing():
        erase(said, staff)
    assert events_of_review(live_room) == ERASED_OF_REVIEW
    for public in (False, True):
        file = archive_file(archive, public=public)
        report = verify_archive(file, trusted=[archive.key_id])
        assert report.ok, report.as_text()
        assert SECRET[:9].encode() not in contents(file)
    assert SECRET[:9] not in everything_stored()


def test_short_opinion_goes_and_leaves_the_minutes_whole(
    live_room: Consultation, staff: tuple[Person, Person]
) -> None:
    for text in ("同意", "。", "换管网"):
        make_opinion(live_room, text=text)
    bring_to_review(live_room)
    Consultation.objects.filter(pk=live_room.pk).update(stage=Stage.SUMMARISING)
    live_room.refresh_from_db()
    body = "<p>大家同意。</p><p>王大姐提出：同意。（意见 1，同意 3）</p><p>先：换管网。</p>"
    make_minutes(live_room, body)
    for opinion in live_room.opinions.order_by("number")[:3]:
        erase(opinion, staff)
    assert live_room.minutes.latest("version").body == body.replace(
        "：同意。", "：〔1 号意见已依法删除〕。"
    )


def test_same_words_of_somebody_else_stay_under_their_name(
    live_room: Consultation, staff: tuple[Person, Person]
) -> None:
    first = make_opinion(live_room, text=SECRET)
    make_opinion(live_room, text=f"我也说：{SECRET}")
    make_minutes(live_room, f"<p>{SECRET}（意见 1）</p><p>我也说：{SECRET}（意见 2）</p>")
    erase(first, staff)
    assert live_room.minutes.get().body == (
        f"<p>〔1 号意见已依法删除〕。（意见 1）</p><p>我也说：{SECRET}（意见 2）</p>"
    )


def test_text_from_before_a_correction_is_taken_out_of_the_minutes_too(
    live_room: Consultation, staff: tuple[Person, Person]
) -> None:
    opinion = make_opinion(live_room, text="三号楼的事以后再说。")
    OpinionCorrection.objects.create(
        opinion=opinion, earlier=SECRET, key="0" * 32, by=staff[0], at=live_room.starts_at
    )
    make_minutes(live_room, f"<p>有人提出：{SECRET}</p><p>三号楼的事以后再说。</p>")
    erase(opinion, staff)
    gone = "〔1 号意见已依法删除〕"
    assert live_room.minutes.get().body == f"<p>有人提出：{gone}。</p><p>{gone}。</p>"


def test_documents_are_told_the_basis(
    live_room: Consultation, staff: tuple[Person, Person]
) -> None:
    opinion = make_opinion(live_room, text=SECRET)
    make_clause(live_room, opinion)
    erase(opinion, staff)
    cited = outcome(live_room).clauses[0].evidence[0]
    said = record_of(live_room).speeches[0]
    for one in (cited, said):
        assert (one.text, one.author, one.erased) == ("", ERASED_AUTHOR, BASIS)
    hidden = make_opinion(live_room)
    hide_opinion(live_room, number=hidden.number, reason="先核实", by=moderator_of(live_room))
    assert (record_of(live_room).speeches[1].hidden, record_of(live_room).speeches[1].erased) == (
        True,
        "",
    )


def test_archives_before_and_after_stay_one_chain(
    sealed: Archive, said: Opinion, staff: tuple[Person, Person], committing: Any
) -> None:
    second_room = bring_to_review(make_consultation(Stage.LIVE))
    second = seal(second_room, by=second_room.prepared_by)
    with committing():
        erase(said, staff)
    third_room = bring_to_review(make_consultation(Stage.LIVE))
    third = seal(third_room, by=third_room.prepared_by)
    for public in (False, True):
        files = [archive_file(each, public=public) for each in (sealed, second, third)]
        reports = verify_archives(files, trusted=[sealed.key_id])
        assert all(report.ok for report in reports), [r.as_text() for r in reports]


def test_two_erasures_make_a_third_edition(
    sealed: Archive, live_room: Consultation, staff: tuple[Person, Person], committing: Any
) -> None:
    for opinion in live_room.opinions.order_by("number")[:2]:
        with committing():
            erase(opinion, staff)
    report = verify_archive(archive_file(sealed), trusted=[sealed.key_id])
    assert report.ok, report.as_text()
    assert (report.head["edition"], len(report.head["superseded"])) == (3, 2)


def test_who_asks_does_not_decide(said: Opinion, staff: tuple[Person, Person]) -> None:
    first, second = staff
    waiting = asked(said.consultation, said.number, first)
    assert code_of(confirm_erasure, waiting, by=first) == Code.FORBIDDEN
    assert code_of(asked, said.consultation, said.number, second) == Code.WRONG_STATE
    said.refresh_from_db()
    assert said.text == SECRET
    decline_erasure(waiting, by=first)
    assert code_of(confirm_erasure, waiting, by=second) == Code.WRONG_STATE
    again = asked(said.consultation, said.number, second)
    assert confirm_erasure(again, by=first).state == ErasureState.DONE
    assert code_of(decline_erasure, again, by=second) == Code.WRONG_STATE
    assert code_of(asked, said.consultation, said.number, first) == Code.WRONG_STATE


def test_one_person_cannot_be_both_in_the_database_either(
    said: Opinion, staff: tuple[Person, Person]
) -> None:
    waiting = asked(said.consultation, said.number, staff[0])
    rows = Erasure.objects.filter(pk=waiting.pk)
    for state in ("running", "done"):
        for by in (staff[0], None):
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.update(state=state, decided_by=by, decided_at=waiting.asked_at)


def test_erasing_is_for_the_roles_of_the_table(said: Opinion) -> None:
    waiting = asked(said.consultation, said.number, make_person(Role.STAFF))
    people = [make_person(r) for r in Role if Permission.OPINION_ERASE not in HALL_TABLE[r]]
    people += [seated(said.consultation, role) for role in SeatRole]
    for person in people:
        assert code_of(asked, said.consultation, 2, person) == Code.FORBIDDEN
        assert code_of(confirm_erasure, waiting, by=person) == Code.FORBIDDEN
        assert code_of(decline_erasure, waiting, by=person) == Code.FORBIDDEN


@pytest.mark.parametrize("field", ["basis", "reason"])
def test_basis_and_reason_are_needed(
    said: Opinion, staff: tuple[Person, Person], field: str
) -> None:
    words = {"basis": BASIS, "reason": "本人申请", field: "  "}
    with pytest.raises(Refusal) as refused:
        ask_erasure(said.consultation, number=said.number, by=staff[0], **words)
    assert (refused.value.code, refused.value.field) == (Code.EMPTY, field)


def test_what_was_erased_cannot_be_moderated_or_answered(
    said: Opinion, live_room: Consultation, staff: tuple[Person, Person]
) -> None:
    erase(said, staff)
    moderator = moderator_of(live_room)
    number = said.number
    assert code_of(hide_opinion, live_room, number=number, reason="x", by=moderator) == (
        Code.NOT_FOUND
    )
    assert code_of(restore_opinion, live_room, number=number, by=moderator) == Code.NOT_FOUND
    assert (
        code_of(make_opinion, live_room, kind=OpinionKind.REPLY, reply_to=number) == Code.NOT_FOUND
    )


def test_edition_that_cannot_be_written_erases_nothing(
    sealed: Archive, said: Opinion, staff: tuple[Person, Person], settings: Any
) -> None:
    folder = Path(settings.HALL_ARCHIVES)
    files = sorted(folder.iterdir())

    def no_documents(_found: Any) -> dict[str, bytes]:
        raise Refusal(Code.BUSY)

    assert code_of(erase, said, staff, documents=no_documents) == Code.BUSY
    assert sorted(folder.iterdir()) == files
    said.refresh_from_db()
    waiting = Erasure.objects.get()
    assert (said.text, waiting.state) == (SECRET, ErasureState.ASKED)


def test_command_asks_and_confirms(
    sealed: Archive,
    said: Opinion,
    staff: tuple[Person, Person],
    capsys: pytest.CaptureFixture[str],
) -> None:
    room, number = str(said.consultation_id), str(said.number)
    words = ["--basis", BASIS, "--reason", "本人申请"]
    by, other = (str(person.pk) for person in staff)
    with pytest.raises(SystemExit):
        call_command("erase_opinion", room, number, *words, "--by", by, "--confirm", by)
    assert "不能是同一个人" in capsys.readouterr().err
    call_command("erase_opinion", room, number, *words, "--by", by, "--confirm", other)
    assert capsys.readouterr().out == f"老旧小区改造协商会 {number} 号意见：已删除\n"
    with pytest.raises(SystemExit):
        call_command("erase_opinion", room, number, *words, "--by", by)
    assert "已经删除" in capsys.readouterr().err
