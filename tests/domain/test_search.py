"""The search index: cut into pairs, kept by the verbs, read by one code on both databases."""

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from consultations.domain import queries
from consultations.domain.archives import seal
from consultations.domain.consultations import create_consultation, edit_consultation, move_stage
from consultations.domain.erasures import ask_erasure, confirm_erasure
from consultations.domain.holding import approve_opinions, return_opinions
from consultations.domain.opinions import hide_opinion, post_opinion, restore_opinion
from consultations.domain.outcomes import write_dissent
from consultations.domain.posting_rules import RulesDraft, set_posting
from consultations.domain.queries.search import Found
from consultations.domain.search import index_consultation, reindex
from consultations.domain.search_words import excerpt, index_words, marked, terms_of
from consultations.domain.topics import edit_topic, propose_topic
from consultations.domain.workplan import import_workplan
from consultations.intake.workplan import read_workplan
from consultations.models import Consultation, OpinionKind, SearchEntry, Stage, StageChange
from hall.errors import Refusal
from members.models import Person
from members.roles import Role, SeatRole
from tests.factories import (
    AGENDA,
    STARTS_AT,
    bring_to_review,
    make_clause,
    make_consultation,
    make_item,
    make_minutes,
    make_opinion,
    make_person,
    make_seat,
    make_topic,
    seated,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def resident() -> Person:
    return make_person()


def words(pieces: Any) -> str:
    return "".join(piece.text for piece in pieces)


def found(query: str, visitor: Any) -> list[tuple[str, str]]:
    hits = queries.search(visitor, query)
    return [(hit.kind, words(hit.title) or words(hit.excerpt)) for hit in hits[0 : len(hits)]]


def say(room: Consultation, text: str) -> int:
    return make_opinion(room, text=text).number


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ("积水", True),
        ("水", True),
        ("排", True),  # the last character of a run
        ("路口积水", True),
        ("口水", False),  # both characters are there, not side by side
        ("水积", False),
        ("5G", True),
        ("５ｇ", True),  # full width
        ("wifi", True),
        ("WI", True),
        ("ifi", False),  # a word is found from its beginning
        ("5G 积水", True),
        ("5g基站", True),
        ("积水 电梯", False),
        ("路口，积水！", True),
        ("𠮷", True),  # beyond the basic plane
        ("𠮷祥", True),
    ],
)
def test_what_finds_a_sentence(live_room: Consultation, query: str, finds: bool) -> None:
    text = "𠮷祥路口积水难排。5G基站旁的WiFi也断了"
    say(live_room, text)
    say(live_room, "另说一件事")
    author = live_room.opinions.get(number=1).author
    assert found(query, author) == ([("opinion", text)] if finds else [])


@pytest.mark.parametrize("query", ["", "  ", "，。！", '"', "*", "\\", "'", "_", "%", "()", "~"])
def test_nothing_to_look_for_finds_nothing(resident: Person, query: str) -> None:
    make_indexed_topic("任何议题", resident)
    result = queries.search(resident, query)
    assert len(result) == 0
    assert list(result[0:20]) == []


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_question(text: str) -> None:
    result = Found(make_stranger(), text)
    assert len(result) == 0


def make_stranger() -> AnonymousUser:
    return AnonymousUser()


@pytest.mark.parametrize(
    "query", ["水 OR 电", "NOT 水", 'title_words : "水"', "水 NEAR(电)", "'水' | '电'", "水:*"]
)
def test_operators_are_words_like_others(resident: Person, query: str) -> None:
    make_indexed_topic("水电改造", resident)
    assert found(query, resident) in ([], [("topic", "水电改造")])


def make_indexed_topic(title: str, by: Person, summary: str = "", background: str = "") -> Any:
    return propose_topic(by=by, title=title, summary=summary, background=background)


def test_title_first_then_the_newest(resident: Person) -> None:
    make_indexed_topic("旧的标题里有停车", resident)
    make_indexed_topic("别的事", resident, summary="里面提到停车")
    make_indexed_topic("新的标题里有停车", resident)
    titles = [title for _kind, title in found("停车", resident)]
    assert titles == ["新的标题里有停车", "旧的标题里有停车", "别的事"]


def test_topic_is_found_by_its_background_and_follows_its_changes(resident: Person) -> None:
    background = "<p>早市<strong>占道</strong>经营</p><p>城管&amp;街道</p>"
    topic = make_indexed_topic("农贸市场", resident, background=background)
    assert found("街道", resident) == [("topic", "农贸市场")]
    assert found("strong", resident) == []
    edit_topic(topic, by=resident, title="夜市")
    assert found("街道", resident) == found("农贸", resident) == []
    assert found("夜市", resident) == [("topic", "夜市")]
    assert SearchEntry.objects.count() == 1


def test_hidden_opinion_is_not_found_until_it_is_restored(live_room: Consultation) -> None:
    moderator = live_room.seats.get(role=SeatRole.MODERATOR).person
    number = say(live_room, "这里积水三尺")
    hide_opinion(live_room, number=number, reason="与议题无关", by=moderator)
    for visitor in (moderator, live_room.opinions.get().author, make_person(Role.ADMIN)):
        assert found("积水", visitor) == []
    restore_opinion(live_room, number=number, by=moderator)
    assert found("积水", moderator) == [("opinion", "这里积水三尺")]


def test_refused_post_leaves_nothing_behind(live_room: Consultation) -> None:
    stranger = make_person()
    with pytest.raises(Refusal):
        post_opinion(
            live_room, author=stranger, key=uuid.uuid4(), kind=OpinionKind.OPINION, text="积水"
        )
    assert not SearchEntry.objects.exists()


def test_resent_post_is_found_once(live_room: Consultation) -> None:
    author, key = seated(live_room), uuid.uuid4()
    for _time in range(2):
        post_opinion(live_room, author=author, key=key, kind=OpinionKind.OPINION, text="积水")
    assert found("积水", author) == [("opinion", "积水")]


def test_draft_is_never_found(resident: Person) -> None:
    staff = make_person(Role.STAFF)
    made = {
        "title": "地下管网协商会",
        "question": "先修哪一段？",
        "kind": "community",
        "starts_at": STARTS_AT,
        "ends_at": STARTS_AT.replace(hour=5),
        "work_items": [make_item()],
        "agenda": AGENDA,
    }
    room = create_consultation(make_topic(), by=staff, **made)
    make_seat(room, make_person(Role.MEMBER), SeatRole.MODERATOR)
    for visitor in (staff, resident):
        assert found("管网", visitor) == []
    move_stage(room, to=Stage.ANNOUNCED, by=staff)
    assert found("管网", resident) == [("consultation", "地下管网协商会")]
    changed = {**made, "title": "雨水管道协商会", "admission": "open", "venue": ""}
    edit_consultation(room, by=staff, **changed)
    assert found("管网", resident) == []
    assert found("管道", resident) == [("consultation", "雨水管道协商会")]
    move_stage(room, to=Stage.DRAFT, by=staff, reason="再准备")
    for visitor in (staff, resident):
        assert found("管道", visitor) == []


def test_consultation_is_found_with_the_day_on_which_it_is_held(live_room: Consultation) -> None:
    index_consultation(live_room)
    hits = queries.search(seated(live_room), live_room.title, "consultation")
    assert [hit.at for hit in hits[0:1]] == [live_room.starts_at]
    assert live_room.starts_at != live_room.created_at


def test_entry_of_a_draft_is_not_shown_even_if_there_is_one(resident: Person) -> None:
    room = make_consultation(Stage.LIVE)
    say(room, "积水")
    Consultation.objects.filter(pk=room.pk).update(stage=Stage.DRAFT)
    assert found("积水", resident) == []


def test_outcome_is_found_while_it_is_published(live_room: Consultation, resident: Person) -> None:
    staff = live_room.prepared_by
    opinion = make_opinion(live_room)
    move_stage(live_room, to=Stage.SUMMARISING, by=staff)
    make_clause(live_room, opinion, "优先疏通窨井。")
    write_dissent(live_room, by=staff, text="窨井归谁管，看法不一。", evidence=[opinion.number])
    make_minutes(live_room)
    assert found("窨井", resident) == []
    move_stage(live_room, to=Stage.REVIEW, by=staff)
    expected = {("clause", "优先疏通窨井。"), ("dissent", "窨井归谁管，看法不一。")}
    assert set(found("窨井", resident)) == expected
    move_stage(live_room, to=Stage.SUMMARISING, by=staff, reason="补充")
    assert found("窨井", resident) == []
    move_stage(live_room, to=Stage.REVIEW, by=staff)
    seal(live_room, by=staff)
    assert set(found("窨井", resident)) == expected
    assert {hit.where.state for hit in queries.search(resident, "窨井")[0:2]} == {"sealed"}


def test_stranger_finds_opinions_once_the_outcome_is_published(live_room: Consultation) -> None:
    expected = [("opinion", "先把下水管道换了。")]
    staff = live_room.prepared_by
    opinion = make_opinion(live_room)
    for stage in (Stage.LIVE, Stage.SUMMARISING):
        if stage != live_room.stage:
            move_stage(live_room, to=stage, by=staff)
        assert found("下水", make_stranger()) == []
        assert found("下水", make_person()) == expected
    make_clause(live_room, opinion)
    make_minutes(live_room)
    move_stage(live_room, to=Stage.REVIEW, by=staff)
    assert found("下水", make_stranger()) == expected
    seal(live_room, by=staff)
    assert found("下水", make_stranger()) == expected


def test_minutes_are_found_while_they_are_published(live_room: Consultation) -> None:
    staff = live_room.prepared_by
    opinion = make_opinion(live_room)
    move_stage(live_room, to=Stage.SUMMARISING, by=staff)
    make_clause(live_room, opinion)
    make_minutes(live_room, "<p>初稿说到涵洞。</p>")
    body = "<h3>协商情况</h3><ul><li>　</li></ul><p>会上<strong>议定</strong>清淤。</p><p>完</p>"
    make_minutes(live_room, body)
    assert found("清淤", staff) == found("清淤", make_stranger()) == []
    move_stage(live_room, to=Stage.REVIEW, by=staff)
    assert found("清淤", make_stranger()) == [("minutes", "会上议定清淤。")]
    assert found("议定清淤", make_stranger()) == [("minutes", "会上议定清淤。")]
    assert found("涵洞", staff) == found("strong", staff) == []  # an earlier version, a tag
    assert queries.search(make_stranger(), "清淤")[0].line == 3  # as paragraphs are numbered
    move_stage(live_room, to=Stage.SUMMARISING, by=staff, reason="补充")
    assert found("清淤", staff) == []
    move_stage(live_room, to=Stage.REVIEW, by=staff)
    seal(live_room, by=staff)
    assert found("清淤", make_stranger()) == [("minutes", "会上议定清淤。")]


def test_long_minutes_are_found_by_their_beginning(live_room: Consultation) -> None:
    """PostgreSQL refuses a text of more than a megabyte of words, and counts 16,383 places."""
    staff = live_room.prepared_by
    opinion = make_opinion(live_room)
    move_stage(live_room, to=Stage.SUMMARISING, by=staff)
    make_clause(live_room, opinion)
    various = "".join(chr(0x4E00 + n % 20_900) for n in range(0, 80_000 * 7, 7))
    make_minutes(live_room, f"<p>{various[:15_980]}清淤涵洞</p><p>{various}</p>")
    move_stage(live_room, to=Stage.REVIEW, by=staff)
    assert [kind for kind, _text in found("清淤涵洞", staff)] == ["minutes"]


def test_held_and_returned_opinions_are_not_found(live_room: Consultation) -> None:
    moderator = live_room.seats.get(role=SeatRole.MODERATOR).person
    set_posting(live_room, draft=RulesDraft(holds_residents=True), by=moderator)
    author = seated(live_room)
    for text in ("第一处积水", "第二处积水", "第三处积水"):
        make_opinion(live_room, author, text=text)
    return_opinions(live_room, numbers=[2], reason="重复", by=moderator)
    visitors = (author, moderator, make_person(Role.ADMIN))
    assert [found("积水", visitor) for visitor in visitors] == [[], [], []]
    approve_opinions(live_room, numbers=[3], by=moderator)
    reindex()
    assert found("积水", author) == [("opinion", "第三处积水")]


def test_erased_words_are_found_nowhere(live_room: Consultation) -> None:
    asks, decides = live_room.prepared_by, make_person(Role.STAFF)
    said = make_opinion(live_room, text="住在涵洞边的张三常年偷排污水。")
    other = make_opinion(live_room, text="雨天积水。")
    move_stage(live_room, to=Stage.SUMMARISING, by=asks)
    make_clause(live_room, other)
    make_minutes(live_room, "<p>意见 1：住在涵洞边的张三常年偷排污水。</p><p>会后清淤。</p>")
    move_stage(live_room, to=Stage.REVIEW, by=asks)
    seal(live_room, by=asks)
    assert {kind for kind, _text in found("涵洞", asks)} == {"opinion", "minutes"}
    waiting = ask_erasure(live_room, number=said.number, basis="裁定", reason="名誉", by=asks)
    confirm_erasure(waiting, by=decides)
    assert found("涵洞", asks) == found("张三", make_stranger()) == []
    assert found("清淤", make_stranger()) == [("minutes", "会后清淤。")]
    reindex()
    assert found("涵洞", asks) == []


def test_plan_is_found_by_title_requirements_and_sections(resident: Person) -> None:
    text = (
        "清河县政协2026年工作要点\n\n总体要求是守正创新，久久为功。\n\n"
        "一、协商议政\n\n1.开展水库移民调研。\n\n二、民主监督\n\n2.监督茶产业。\n"
    )
    import_workplan(read_workplan(text.encode(), filename="a.txt"), by=None)
    assert found("清河县", resident) == [("plan", "清河县政协2026年工作要点")]
    assert found("守正创新", make_stranger()) == [("plan", "清河县政协2026年工作要点")]
    assert found("民主监督", resident) == [("section", "民主监督")]
    hits = queries.search(resident, "监督")
    where = {(hit.kind, hit.number, hit.where.within) for hit in hits[0 : len(hits)]}
    plan = "清河县政协2026年工作要点"
    assert where == {("section", 2, plan), ("item", 2, plan)}
    again = text.replace("二、民主监督\n\n2.监督", "2.看看").replace("守正创新", "求真务实")
    import_workplan(read_workplan(again.encode(), filename="a.txt"), by=None)
    assert found("民主监督", resident) == found("守正", resident) == []
    assert [kind for kind, _title in found("求真务实", resident)] == ["plan"]


def test_plan_items_follow_the_import(resident: Person) -> None:
    head = "清河县政协2026年工作要点\n\n一、协商议政\n\n"
    first = head + "1.开展水库移民调研。走访库区。\n\n2.开展茶产业协商。\n"
    import_workplan(read_workplan(first.encode(), filename="a.txt"), by=None)
    assert [kind for kind, _title in found("水库", resident)] == ["item"]
    second = head + "1.开展茶产业协商。\n"
    import_workplan(read_workplan(second.encode(), filename="a.txt"), by=None, dry_run=True)
    assert len(found("水库", resident)) == 1
    import_workplan(read_workplan(second.encode(), filename="a.txt"), by=None)
    assert found("水库", resident) == []
    assert len(found("茶产业", resident)) == 1


def test_reindex_writes_what_the_verbs_wrote(resident: Person, capsys: Any) -> None:
    make_indexed_topic("停车难", resident)
    room = bring_to_review(make_consultation(Stage.LIVE))
    seal(room, by=room.prepared_by)
    other = make_consultation(Stage.LIVE)
    moderator = seated(other, SeatRole.MODERATOR, Role.MEMBER)
    hide_opinion(other, number=say(other, "广告"), reason="广告", by=moderator)
    say(other, "修路")
    make_consultation(Stage.DRAFT)
    reindex()
    rows = SearchEntry.objects.order_by("kind", "object_id")
    fields = ("kind", "object_id", "number", "title", "text", "title_words", "text_words", "at")
    first = list(rows.values_list(*fields))
    SearchEntry.objects.filter(kind="opinion").delete()
    call_command("reindex")
    assert list(rows.values_list(*fields)) == first
    assert str(len(first)) in capsys.readouterr().out
    assert found("广告", moderator) == []
    assert found("修路", moderator) == [("opinion", "修路")]


def test_number_of_queries_is_the_same_for_one_hit_and_for_thirty(
    live_room: Consultation,
) -> None:
    author = seated(live_room)

    def cost() -> int:
        with CaptureQueriesContext(connection) as made:
            result = queries.search(author, "积水")
            assert result[0:20]
        return len(made)

    make_opinion(live_room, author, text="积水")
    one = cost()
    for _n in range(29):
        make_opinion(live_room, author, text="积水")
    assert cost() == one == 2


def test_the_database_uses_its_index(live_room: Consultation) -> None:
    result = queries.search(seated(live_room), "积水")
    say(live_room, "积水")
    with CaptureQueriesContext(connection) as made:
        result[0:1]
    statement = made[0]["sql"]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
        else:
            # Two rows are read fastest by any way: leave the index on words as the only one.
            for way in ("seqscan", "indexscan", "nestloop"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
            cursor.execute(f"EXPLAIN {statement}")
        plan = "\n".join(str(row) for row in cursor.fetchall())
    assert "VIRTUAL TABLE INDEX" in plan or "consultations_searchindex" in plan


def test_stage_changes_do_not_multiply_entries(live_room: Consultation) -> None:
    bring_to_review(live_room)
    assert StageChange.objects.count() == 2
    kinds = list(SearchEntry.objects.values_list("kind", flat=True).order_by("kind"))
    assert kinds == ["clause", "consultation", "minutes", "opinion"]


def test_words_of_a_run() -> None:
    assert index_words("水") == "z06c34"
    assert index_words("下水，Wi-Fi") == "z04e0b06c34 z06c34 wwi wfi"


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("下水管道", "水管", "下[水管]道"),
        ("Wi-Fi ＷＩＦＩ", "wifi", "Wi-Fi [ＷＩＦＩ]"),
        ("<b>水</b>", "水", "<b>[水]</b>"),
        ("水水水", "水", "[水][水][水]"),
        ("bus abus", "bus", "[bus] abus"),
        ("没有", "水", "没有"),
        ("ﬁre", "fire", "[ﬁre]"),
    ],
)
def test_marks(text: str, query: str, shown: str) -> None:
    pieces = marked(text, terms_of(query))
    assert "".join(f"[{p.text}]" if p.found else p.text for p in pieces) == shown


@given(st.text(max_size=300), st.text(max_size=12))
def test_marking_never_changes_a_text(text: str, query: str) -> None:
    assert words(marked(text, terms_of(query))) == text


def test_excerpt_is_around_the_match() -> None:
    pieces = excerpt("前" * 300 + "积水" + "后" * 300, terms_of("积水"))
    assert len(words(pieces)) == 122
    assert [piece.text for piece in pieces if piece.found] == ["积水"]
    assert words(pieces).startswith("…") and words(pieces).endswith("…")


def test_erased_words_are_not_left_in_the_index_itself(live_room: Consultation) -> None:
    asks = live_room.prepared_by
    said = make_opinion(live_room, text="住在龘村的人")
    make_opinion(live_room, text="另说一件事")

    def is_kept() -> bool:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("SELECT block FROM consultations_searchindex_data")
            else:
                cursor.execute("SELECT words::text::bytea FROM consultations_searchentry")
            return any(b"9f98" in bytes(block) for (block,) in cursor.fetchall())

    reindex()  # as an older part of the index has it
    assert is_kept()
    waiting = ask_erasure(live_room, number=said.number, basis="裁定", reason="名誉", by=asks)
    confirm_erasure(waiting, by=make_person(Role.STAFF))
    assert not is_kept()
