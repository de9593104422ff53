"""委员工作室: asking a member in the open, answering, and keeping it decent."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from consultations.domain import clock
from consultations.domain.notices import tell_of_question
from consultations.models import NoticeKind, QuestionReport, StudioQuestion
from hall.errors import Code, Refusal
from hall.plaintext import plain_line, plain_text
from members.access import require
from members.models import Person
from members.roles import Permission, Role

MAX_QUESTION = 500
MAX_ANSWER = 2000
MAX_REASON = 200
MOST_WAITING = 5


@transaction.atomic
def ask_member(member: Person, *, by: Person, key: UUID, text: str) -> StudioQuestion:
    """Ask a member a question; the member is told. The same key again is the same question.

    Raises:
        Refusal: `sign_in`, `empty`, `too_long`; `invalid` for oneself or for who is no member;
            `key_reused`; `too_many` where five of one's questions wait for this member already.
    """
    require(by, Permission.STUDIO_ASK)
    if member.role != Role.MEMBER or not member.is_active:
        raise Refusal(Code.INVALID, _("只能向政协委员提问。"))
    if member.pk == by.pk:
        raise Refusal(Code.INVALID, _("不能向自己提问。"))
    text = plain_text(text, max_length=MAX_QUESTION)
    mine = StudioQuestion.objects.filter(asked_by=by)
    if (known := mine.filter(key=key).first()) is not None:
        if (known.member_id, known.text) != (member.pk, text):
            raise Refusal(Code.KEY_REUSED)
        return known
    waiting = mine.filter(member=member, answered_at=None, hidden_reason="").count()
    if waiting >= MOST_WAITING:
        sentence = _("您有 %(n)s 个问题还在等这位委员答复，请先等一等。")
        raise Refusal(Code.TOO_MANY, sentence % {"n": waiting})
    question = StudioQuestion.objects.create(
        member=member, asked_by=by, key=key, text=text, asked_at=clock.now()
    )
    tell_of_question(question, NoticeKind.ASKED, person_id=member.pk)
    return question


@transaction.atomic
def answer_question(question: StudioQuestion, *, by: Person, text: str) -> StudioQuestion:
    """Answer a question, or put one's answer in better words. Who asked is told the first time.

    Raises:
        Refusal: `forbidden` for all but the member who was asked; `empty`, `too_long`;
            `wrong_state` while the question is hidden.
    """
    require(by, Permission.STUDIO_ANSWER)
    question = _locked(question)
    if question.member_id != by.pk:
        raise Refusal(Code.FORBIDDEN)
    if question.hidden_reason:
        raise Refusal(Code.WRONG_STATE)
    first = question.answered_at is None
    question.answer = plain_text(text, max_length=MAX_ANSWER)
    question.answered_at = clock.now()
    question.save(update_fields=["answer", "answered_at"])
    if first:
        tell_of_question(question, NoticeKind.REPLIED, person_id=question.asked_by_id)
    return question


def report_question(question: StudioQuestion, *, by: Person, reason: str) -> bool:
    """Tell the staff that a question or its answer should not stand there; False where one has.

    Raises:
        Refusal: `sign_in`, `empty`, `too_long`.
    """
    require(by, Permission.STUDIO_ASK)
    reason = plain_line(reason, max_length=MAX_REASON, field="reason")
    try:
        with transaction.atomic():
            QuestionReport.objects.create(
                question=question, by=by, reason=reason, reported_at=clock.now()
            )
    except IntegrityError:
        return False
    return True


@transaction.atomic
def hide_question(question: StudioQuestion, *, by: Person, reason: str) -> StudioQuestion:
    """Take a question and its answer out of sight, with a reason for who asked; settles reports.

    Raises:
        Refusal: `forbidden`, `empty`, `too_long`; `wrong_state` where it is hidden already.
    """
    require(by, Permission.STUDIO_MODERATE)
    question = _locked(question)
    if question.hidden_reason:
        raise Refusal(Code.WRONG_STATE)
    question.hidden_reason = plain_line(reason, max_length=MAX_REASON, field="reason")
    question.save(update_fields=["hidden_reason"])
    _settle(question)
    reason = question.hidden_reason
    tell_of_question(question, NoticeKind.UNASKED, person_id=question.asked_by_id, reason=reason)
    return question


@transaction.atomic
def keep_question(question: StudioQuestion, *, by: Person) -> StudioQuestion:
    """Let a question stand, again where it was hidden; settles reports. Refusal `forbidden`."""
    require(by, Permission.STUDIO_MODERATE)
    question = _locked(question)
    question.hidden_reason = ""
    question.save(update_fields=["hidden_reason"])
    _settle(question)
    return question


def _settle(question: StudioQuestion) -> None:
    question.reports.filter(settled_at=None).update(settled_at=clock.now())


def _locked(question: StudioQuestion) -> StudioQuestion:
    return StudioQuestion.objects.select_for_update().get(pk=question.pk)
