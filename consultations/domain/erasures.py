"""依法删除: taking one opinion's text out of the record, and out of an archive that is sealed.

Someone asks, someone else decides. What is erased leaves a tombstone: the event stays in its
place with its digest and the basis, so that chain, tree, receipts and published heads still
verify. A sealed consultation gets a new edition of its archive; the database lets this one change
through while it runs, and no other (see migration 0012).
"""

from dataclasses import replace
from datetime import datetime
from functools import partial

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.domain import clock
from consultations.domain.archives import Documents, archive_files
from consultations.domain.editions import (
    Written,
    keep_edition,
    newest_edition,
    withdraw_earlier_files,
    write_edition,
)
from consultations.domain.events import advance, hold, record
from consultations.domain.merging import release_merged
from consultations.domain.notices import tell_author, tell_of_erasure
from consultations.domain.opinions import opinion_by_number
from consultations.domain.outcome_view import outcome
from consultations.domain.redaction import quotable, redact_minutes, redact_objections
from consultations.domain.search import forget_erased
from consultations.domain.speaking_list import SUBJECT
from consultations.domain.subjects import subject_of
from consultations.models import (
    Archive,
    Consultation,
    Erasure,
    ErasureState,
    ExportJob,
    NoticeKind,
    OpinionCorrection,
    OpinionState,
    RoomEvent,
    Stage,
)
from hall.errors import Code, Refusal
from hall.plaintext import plain_line
from hall.words import own_language
from members.access import require
from members.models import Person
from members.roles import Permission

MAX_BASIS = 120
MAX_REASON = 200


@transaction.atomic
def ask_erasure(
    consultation: Consultation, *, number: int, basis: str, reason: str, by: Person
) -> Erasure:
    """Ask that the text of opinion `number` be erased; someone else decides, and is told of it.

    `basis` is the law or decision that demands it, and becomes public; `reason` is for the files.

    Raises:
        Refusal: `forbidden`, `not_found`, `empty`, `too_long`; `wrong_state` where it was erased
            or has been asked for.
    """
    require(by, Permission.OPINION_ERASE, consultation)
    basis = plain_line(basis, max_length=MAX_BASIS, field="basis")
    reason = plain_line(reason, max_length=MAX_REASON, field="reason")
    hold(consultation.pk)
    opinion = opinion_by_number(consultation, number)
    if Erasure.objects.filter(opinion=opinion).exclude(state=ErasureState.DECLINED).exists():
        raise Refusal(Code.WRONG_STATE, _("这条意见已经删除，或正等待复核。"))
    asked = Erasure.objects.create(
        consultation=consultation,
        opinion=opinion,
        basis=basis,
        reason=reason,
        asked_by=by,
        asked_at=clock.now(),
    )
    tell_of_erasure(asked)
    return asked


@transaction.atomic
def decline_erasure(erasure: Erasure, *, by: Person) -> Erasure:
    """Decide against it; whoever asked may take it back in the same way.

    Raises:
        Refusal: `forbidden`; `wrong_state` once decided.
    """
    found = _undecided(erasure, by)
    _decide(found, ErasureState.DECLINED, by)
    return found


@own_language()
def confirm_erasure(erasure: Erasure, *, by: Person, documents: Documents | None = None) -> Erasure:
    """Erase: by someone other than who asked. It cannot be taken back.

    The text is gone from the opinion, its corrections, every event that told it, the search, and
    from minutes, objections to them and subjects of hands that quote it word for word. Where the
    log is open, `opinion.erased` tells everyone, after `opinion.unmerged` of what was merged into
    it; where it is sealed, a new edition of the archive is written with `documents` made anew, and
    the files of the earlier editions are taken away. All or nothing. Clauses that people wrote
    themselves stay as they are.

    Raises:
        Refusal: `forbidden`, also for who asked; `wrong_state` once decided, or where the log does
            not verify; `busy` where the new edition cannot be written.
    """
    with transaction.atomic():
        found = _undecided(erasure, by)
        if found.asked_by_id == by.pk:
            sentence = gettext_lazy("提出删除的人不能自己复核，请另一位工作人员确认。")
            raise Refusal(Code.FORBIDDEN, sentence)
        consultation = found.consultation
        hold(consultation.pk)
        consultation.refresh_from_db(fields=["stage"])
        _decide(found, ErasureState.RUNNING, by)
        _erase(found)
        written = None
        try:
            if consultation.stage == Stage.SEALED:
                written = _renew_archive(found, by, documents)
            else:
                _tell_room(found, by)
            tell_author(found.opinion, NoticeKind.ERASED, by=by, reason=found.basis)
            found.state = ErasureState.DONE
            found.save(update_fields=["state"])
        except BaseException:
            if written is not None:
                written.unlink()
            raise
    return found


def erased_in(consultation: Consultation) -> tuple[tuple[int, str, datetime], ...]:
    """Opinions of the consultation whose text was erased: number, basis, when. One query."""
    done = Erasure.objects.filter(consultation=consultation, state=ErasureState.DONE)
    rows = done.order_by("opinion__number").values_list("opinion__number", "basis", "decided_at")
    return tuple((number, basis, at) for number, basis, at in rows if at is not None)


def erasures_of(consultation: Consultation) -> list[Erasure]:
    """All that was asked for, the latest first, with its people. One query."""
    rows = consultation.erasures.select_related("opinion", "asked_by", "decided_by")
    return list(rows.order_by("-asked_at", "-pk"))


def _undecided(erasure: Erasure, by: Person) -> Erasure:
    require(by, Permission.OPINION_ERASE, erasure.consultation)
    found = (
        Erasure.objects.select_for_update(of=("self",))
        .select_related("consultation", "opinion")
        .get(pk=erasure.pk)
    )
    if found.state != ErasureState.ASKED:
        raise Refusal(Code.WRONG_STATE, gettext_lazy("这项删除已经有了决定。"))
    return found


def _decide(erasure: Erasure, state: ErasureState, by: Person) -> None:
    erasure.state, erasure.decided_by, erasure.decided_at = state, by, clock.now()
    erasure.save(update_fields=["state", "decided_by", "decided_at"])


def _erase(erasure: Erasure) -> None:
    opinion = erasure.opinion
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # What is freed is overwritten, and cannot be read from the file either.
            cursor.execute("PRAGMA secure_delete = ON")
    _redact_quotations(erasure)
    _redact_subjects(erasure)
    told = RoomEvent.objects.filter(
        consultation=erasure.consultation,
        type__startswith="opinion.",
        body__number=opinion.number,
        body__has_key="text",
    )
    _leave_tombstones(told, erasure)
    OpinionCorrection.objects.filter(opinion=opinion).update(earlier="")
    opinion.text, opinion.state = "", OpinionState.ERASED
    opinion.state_reason, opinion.pinned_at = erasure.basis, None
    opinion.save(update_fields=["text", "state", "state_reason", "pinned_at"])
    forget_erased(opinion)
    # Documents made before are out of reach at once, and swept from the disk within hours.
    of_it = Q(consultation=erasure.consultation)
    of_its_plans = Q(plan__sections__items__consultations=erasure.consultation)
    ExportJob.objects.filter(of_it | of_its_plans).delete()


def _redact_quotations(erasure: Erasure) -> None:
    """Take the text out of minutes and objections that quote it, and out of the events of these."""
    consultation, found = erasure.consultation, quotable(erasure.opinion)
    changed = redact_objections(consultation, found)
    redact_minutes(consultation.minutes.all(), found)
    told = {
        "minutes.objected": {*changed["passage"], *changed["text"]},
        "minutes.answered": set(changed["answer"]),
    }
    for kind, numbers in told.items():
        events = RoomEvent.objects.filter(consultation=consultation, type=kind)
        _leave_tombstones(events.filter(body__number__in=sorted(numbers)), erasure)


def _redact_subjects(erasure: Erasure) -> None:
    """Take it out of what people wrote with their hands, and out of the events of these."""
    consultation, found = erasure.consultation, quotable(erasure.opinion)
    own = erasure.opinion.author_id
    numbers = []
    for turn in consultation.turns.exclude(subject="", held_subject=None).order_by("number"):
        said = subject_of(turn)
        if not found.spans_in(said, about=turn.person_id == own):
            continue
        turn.subject = ""
        turn.held_subject = ""
        turn.save(update_fields=["subject", "held_subject"])
        numbers.append(turn.number)
        if consultation.stage != Stage.SEALED:
            body = {"number": turn.number}
            record(consultation.pk, "hand.subject_hidden", body, by=erasure.decided_by)
    told = RoomEvent.objects.filter(consultation=consultation, type=SUBJECT)
    _leave_tombstones(told.filter(body__number__in=numbers), erasure)


def _leave_tombstones(events: QuerySet[RoomEvent], erasure: Erasure) -> None:
    events.update(body=None, salt="", erasure=erasure)


def _tell_room(erasure: Erasure, by: Person) -> None:
    turn = advance(erasure.consultation_id)
    turn = release_merged(erasure.consultation, erasure.opinion, by=by, turn=turn)
    body = {"number": erasure.opinion.number, "basis": erasure.basis}
    record(erasure.consultation_id, "opinion.erased", body, by=by, turn=turn)


def _renew_archive(erasure: Erasure, by: Person, documents: Documents | None) -> Written:
    consultation = erasure.consultation
    archive = Archive.objects.select_related("previous").get(consultation=consultation)
    # As it was when it was sealed: an archive does not know of itself.
    found = replace(outcome(consultation), archive=None)
    at = clock.now()
    written = write_edition(
        consultation,
        archive_files(found, documents),
        number=archive.number,
        previous=archive.previous.digest if archive.previous else None,
        at=at,
        former=newest_edition(archive),
    )
    try:
        Archive.objects.filter(pk=archive.pk).update(outcome=found.as_dict())
        keep_edition(archive, written, at=at, by=by)
    except BaseException:
        written.unlink()
        raise
    transaction.on_commit(partial(withdraw_earlier_files, archive))
    return written
