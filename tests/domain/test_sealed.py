"""The database itself refuses to change what is sealed: tried with raw SQL, table by table."""

from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from consultations.domain.archives import seal
from consultations.domain.heads import publish_head
from consultations.models import (
    AnswerRequest,
    CheckIn,
    ClauseConfirmation,
    Confirmed,
    Consultation,
    HandCount,
    HowCheckedIn,
    MinutesObjection,
    MinutesSignature,
    ModeratorNote,
    Mute,
    OpinionCorrection,
    PostingRules,
    SpeakingList,
    SpeakingTurn,
    Stage,
    Verdict,
)
from tests.factories import (
    bring_to_review,
    make_ballot,
    make_consultation,
    make_department,
    make_dissent,
    make_vote,
    seated,
)

pytestmark = pytest.mark.django_db

OWNED = sorted(
    table
    for migration in (
        "0002_sealed",
        "0004_ballots",
        "0008_reviews",
        "0009_venue",
        "0010_floor",
        "0011_moderation",
        "0012_vault",
    )
    for table in import_module(f"consultations.migrations.{migration}")._OWNED
)
KEPT = {  # tables of the app whose rows belong to no consultation, or can be computed anew
    "consultations_erasure",  # asked for and decided after the seal; guarded by itself
    "consultations_exportjob",
    "consultations_notice",
    "consultations_numberseries",
    "consultations_opinionmapstate",
    "consultations_papernumber",  # given after the seal as well; guarded by itself
    "consultations_papertemplate",
    "consultations_questionreport",
    "consultations_screen",  # ends by itself, and may be ended after the seal
    "consultations_searchentry",
    "consultations_studioquestion",
    "consultations_topiccall",
    "consultations_topicdeed",
    "consultations_workplan",
    "consultations_worksection",
    "consultations_workitem",
    "consultations_topic",
    "consultations_topicscore",
    "consultations_topicsupport",
}
BY_BALLOT = "ballot_id IN (SELECT id FROM consultations_ballot WHERE consultation_id = %s)"
BY_CLAUSE = "clause_id IN (SELECT id FROM consultations_consensusclause WHERE consultation_id = %s)"
BY_MINUTES = "minutes_id IN (SELECT id FROM consultations_minutes WHERE consultation_id = %s)"
BY_OPINION = "opinion_id IN (SELECT id FROM consultations_opinion WHERE consultation_id = %s)"


@pytest.fixture
def sealed() -> Consultation:
    """A sealed consultation with at least one row in every table that belongs to it."""
    room = make_consultation(Stage.LIVE)
    make_vote(make_ballot(room), None, 1)
    publish_head(room.pk)
    bring_to_review(room)
    keep_of_venue(room)
    keep_of_floor(room)
    keep_of_review(room)
    keep_of_posting(room)
    Consultation.objects.filter(pk=room.pk).update(stage=Stage.SUMMARISING)
    make_dissent(room, room.opinions.get())
    Consultation.objects.filter(pk=room.pk).update(stage=Stage.REVIEW)
    room.refresh_from_db()
    seal(room, by=room.prepared_by)
    return room


def keep_of_venue(room: Consultation) -> None:
    """A row in each table of what is kept of the place of a session."""
    by, at = room.prepared_by, room.starts_at
    entered = {"by": by, "at": at, "key": uuid4()}
    CheckIn.objects.create(consultation=room, person=by, how=HowCheckedIn.DESK, **entered)
    OpinionCorrection.objects.create(opinion=room.opinions.get(), earlier="先改下水。", **entered)
    HandCount.objects.create(ballot=room.ballots.get(), people=1, counts=[1, 0, 0], **entered)


def keep_of_review(room: Consultation) -> None:
    """A row in each table of what is said of an outcome before the seal."""
    by, at = room.prepared_by, room.starts_at
    minutes = room.minutes.get()
    said = {"person": by, "identity": by.role, "at": at}
    ClauseConfirmation.objects.create(clause=room.clauses.get(), value=Confirmed.AGREE, **said)
    MinutesSignature.objects.create(minutes=minutes, **said)
    MinutesObjection.objects.create(
        consultation=room,
        number=1,
        minutes=minutes,
        paragraph=1,
        passage="正文",
        text="不对。",
        verdict=Verdict.EXPLAINED,
        **said,
    )


def keep_of_posting(room: Consultation) -> None:
    """A row in each table of what is kept of how people may post."""
    PostingRules.objects.create(consultation=room, slow_seconds=30)
    Mute.objects.create(
        consultation=room, person=room.prepared_by, until=room.ends_at, reason="请稍等"
    )


def keep_of_floor(room: Consultation) -> None:
    """A row in each table of what is kept of who spoke, who was asked, and what was noted."""
    by, at = room.prepared_by, room.starts_at
    SpeakingList.objects.create(consultation=room)
    SpeakingTurn.objects.create(
        consultation=room, number=1, person=by, identity=by.role, raised_at=at
    )
    AnswerRequest.objects.create(
        consultation=room,
        number=1,
        opinion=room.opinions.get(),
        department=make_department(),
        asked_by=by,
        asked_at=at,
    )
    ModeratorNote.objects.create(
        consultation=room, number=1, text="先请排水公司说。", author=by, written_at=at
    )


def run(statement: str, parameters: tuple[Any, ...] = ()) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [
            column.name for column in connection.introspection.get_table_description(cursor, table)
        ]


def row_count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {table}")
        return int(cursor.fetchone()[0])


def test_every_table_of_a_consultation_is_guarded() -> None:
    tables: set[str] = set()
    for model in apps.get_app_config("consultations").get_models():
        fields: list[models.ManyToManyField[Any, Any]] = list(model._meta.local_many_to_many)
        tables |= {model._meta.db_table, *(field.m2m_db_table() for field in fields)}
    always = {f"consultations_{name}" for name in ("consultation", "archive", "archiveedition")}
    guarded = {*OWNED, *always}
    assert tables - KEPT == guarded


@pytest.mark.parametrize("table", [*OWNED, "consultations_consultation"])
def test_sealed_rows_refuse_update_and_delete(sealed: Consultation, table: str) -> None:
    before = row_count(table)
    column = next(name for name in columns(table) if name.endswith("_id") or name == "stage")
    assert before > 0
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
        with pytest.raises(IntegrityError, match="the consultation is sealed"):
            run(statement)
    assert row_count(table) == before


@pytest.mark.parametrize("table", OWNED)
def test_sealed_consultations_take_in_nothing_more(sealed: Consultation, table: str) -> None:
    names = [connection.ops.quote_name(name) for name in columns(table)]
    values = ["900000" if name == '"id"' else name for name in names]
    with pytest.raises(IntegrityError, match="the consultation is sealed"):
        run(f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table}")


@pytest.mark.parametrize(
    "deed", ["UPDATE consultations_archive SET number = 9", "DELETE FROM consultations_archive"]
)
def test_archives_are_never_changed(sealed: Consultation, deed: str) -> None:
    with pytest.raises(IntegrityError, match="archives are never changed"):
        run(deed)


def test_rows_do_not_move_into_a_sealed_consultation(sealed: Consultation) -> None:
    other = make_consultation(Stage.LIVE)
    seated(other)
    with pytest.raises(IntegrityError, match="the consultation is sealed"):
        run(
            "UPDATE consultations_seat SET consultation_id = %s WHERE consultation_id = %s",
            (sealed.pk, other.pk),
        )


@pytest.mark.parametrize("table", [*OWNED, "consultations_consultation"])
def test_other_consultations_stay_open(sealed: Consultation, table: str) -> None:
    other = make_consultation(Stage.LIVE)
    make_vote(make_ballot(other), None, 1)
    publish_head(other.pk)
    bring_to_review(other)
    keep_of_venue(other)
    keep_of_review(other)
    keep_of_floor(other)
    keep_of_posting(other)
    Consultation.objects.filter(pk=other.pk).update(stage=Stage.SUMMARISING)
    make_dissent(other, other.opinions.get())
    where = {
        "consultations_consultation": "id = %s",
        "consultations_stance": BY_OPINION,
        "consultations_ballotoption": BY_BALLOT,
        "consultations_ballotvote": BY_BALLOT,
        "consultations_handcount": BY_BALLOT,
        "consultations_opinioncorrection": BY_OPINION,
        "consultations_consensusclause_evidence": BY_OPINION,
        "consultations_dissentnote_evidence": BY_OPINION,
        "consultations_clauseconfirmation": BY_CLAUSE,
        "consultations_minutessignature": BY_MINUTES,
    }.get(table, "consultation_id = %s")
    column = columns(table)[0]
    changed = run(f"UPDATE {table} SET {column} = {column} WHERE {where}", (other.pk,))
    assert changed > 0
