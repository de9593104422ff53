"""签认: those who were there sign the minutes or object at a passage; objections are answered.

Both take place in review. Whoever objects has not signed: an objection takes back the person's
signature, and they may sign once it is answered.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from consultations.domain import clock
from consultations.domain.events import hold, record
from consultations.domain.notices import tell_of_answer, tell_of_objection
from consultations.domain.objection_window import is_open
from consultations.domain.passages import passages
from consultations.domain.review_parts import Objection, Signature
from consultations.domain.stages import Act, require_stage
from consultations.models import (
    MODERATORS,
    Consultation,
    Minutes,
    MinutesObjection,
    MinutesSignature,
    Verdict,
)
from hall.errors import Code, Refusal
from hall.plaintext import plain_line, plain_text
from members.access import require
from members.models import Person
from members.roles import Permission

MAX_TEXT = 500


@transaction.atomic
def sign_minutes(consultation: Consultation, *, person: Person, version: int) -> MinutesSignature:
    """Sign the current version, which the person read as `version`. Once more changes nothing.

    Logged for moderators as `minutes.signed {version}`.

    Raises:
        Refusal: `sign_in`, `forbidden` (also for who was not there), `wrong_stage`, `sealed`;
            `wrong_state` when another version is current, or while an objection of the person's
            own is not answered.
    """
    minutes = _begin(consultation, person, version)
    own = consultation.objections.filter(person=person, verdict="")
    if number := own.values_list("number", flat=True).first():
        sentence = _("您的第 %(number)s 号异议还没有答复，答复之后再签认。")
        raise Refusal(Code.WRONG_STATE, sentence % {"number": number})
    signature, new = MinutesSignature.objects.get_or_create(
        minutes=minutes, person=person, defaults={"identity": person.role, "at": clock.now()}
    )
    if new:
        body = {"version": version}
        record(consultation.pk, "minutes.signed", body, by=person, audience=MODERATORS)
    return signature


@transaction.atomic
def object_to_minutes(
    consultation: Consultation,
    *,
    person: Person,
    version: int,
    paragraph: int,
    text: str,
    passage: str = "",
) -> MinutesObjection:
    """Object to a paragraph of the current version, or to the words of it quoted in `passage`.

    Takes back the person's signature. The moderators and recorders are told. Logged for moderators
    as `minutes.objected {number, version, paragraph, passage, text}`.

    Raises:
        Refusal: as `sign_minutes`; `wrong_stage` once the window is over; `not_found` for a
            paragraph that is not there; `invalid` for words that do not stand in it; `empty`,
            `too_long`.
    """
    minutes = _begin(consultation, person, version)
    if consultation.objections_until is not None and not is_open(consultation):
        raise Refusal(Code.WRONG_STAGE, _("异议期已经结束。"))
    text = plain_line(text, max_length=MAX_TEXT, field="text")
    quoted = _quoted(minutes, paragraph, passage)
    objection = MinutesObjection.objects.create(
        consultation=consultation,
        number=consultation.objections.count() + 1,
        minutes=minutes,
        person=person,
        identity=person.role,
        paragraph=paragraph,
        passage=quoted,
        text=text,
        at=clock.now(),
    )
    MinutesSignature.objects.filter(minutes=minutes, person=person).delete()
    tell_of_objection(objection)
    body = {
        "number": objection.number,
        "version": version,
        "paragraph": paragraph,
        "passage": quoted,
        "text": text,
    }
    record(consultation.pk, "minutes.objected", body, by=person, audience=MODERATORS)
    return objection


@transaction.atomic
def answer_objection(
    consultation: Consultation, *, by: Person, number: int, verdict: Verdict, answer: str
) -> MinutesObjection:
    """Answer an objection, once. What is accepted keeps the minutes from being sealed as they are.

    Who objected is told. Logged for moderators as `minutes.answered {number, verdict, answer}`.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`, `not_found`, `empty`, `too_long`;
            `wrong_state` where it was answered before.
    """
    require(by, Permission.OUTCOME_WRITE, consultation)
    hold(consultation.pk)
    consultation.refresh_from_db(fields=["stage", "objections_until"])
    require_stage(consultation, Act.SETTLE)
    objection = consultation.objections.filter(number=number).first()
    if objection is None:
        raise Refusal(Code.NOT_FOUND, _("没有第 %(n)s 号异议。") % {"n": number})
    if objection.verdict:
        raise Refusal(Code.WRONG_STATE, _("第 %(n)s 号异议已经答复过了。") % {"n": number})
    objection.verdict = verdict
    objection.answer = plain_text(answer, max_length=MAX_TEXT, field="answer")
    objection.answered_by, objection.answered_at = by, clock.now()
    objection.save(update_fields=["verdict", "answer", "answered_by", "answered_at"])
    tell_of_answer(objection, by=by)
    body = {"number": number, "verdict": str(verdict), "answer": objection.answer}
    record(consultation.pk, "minutes.answered", body, by=by, audience=MODERATORS)
    return objection


def was_present(consultation: Consultation, person: Person) -> bool:
    """Whether the person came while the consultation was live. One query."""
    return consultation.seats.filter(person=person, first_seen_at__isnull=False).exists()


def _begin(consultation: Consultation, person: Person, version: int) -> Minutes:
    """The current minutes, with the room held, for an attendee who read them as `version`."""
    require(person, Permission.MINUTES_SIGN, consultation)
    hold(consultation.pk)
    consultation.refresh_from_db(fields=["stage", "objections_until"])
    require_stage(consultation, Act.SIGN)
    if not was_present(consultation, person):
        raise Refusal(Code.FORBIDDEN, _("只有到场的人可以签认纪要、提出异议。"))
    minutes = consultation.minutes.order_by("-version").first()
    if minutes is None or minutes.version != version:
        raise Refusal(Code.WRONG_STATE, _("纪要已有新的一版，请看过新内容再来。"))
    return minutes


def _quoted(minutes: Minutes, paragraph: int, passage: str) -> str:
    found = next((one for one in passages(minutes.body) if one.number == paragraph), None)
    if found is None:
        sentence = _("纪要里没有第 %(n)s 段。") % {"n": paragraph}
        raise Refusal(Code.NOT_FOUND, sentence, field="paragraph")
    words = " ".join(passage.split())
    if words and words not in found.text:
        raise Refusal(Code.INVALID, _("引用的话不在这一段里。"), field="passage")
    return words or found.text


def signatures_of(consultation: Consultation) -> tuple[Signature, ...]:
    """Who signed the current version, in their order. Two queries."""
    newest = consultation.minutes.order_by("-version").first()
    if newest is None:
        return ()
    rows = newest.signatures.select_related("person").order_by("at", "pk")
    return tuple(
        Signature(row.person.alias, row.identity, row.get_identity_display(), row.at)
        for row in rows
    )


def objections_to(consultation: Consultation) -> tuple[Objection, ...]:
    """All objections, to any version, by number. One query."""
    rows = consultation.objections.select_related("person", "minutes", "answered_by")
    return tuple(_objection(row) for row in rows.order_by("number"))


def _objection(row: MinutesObjection) -> Objection:
    return Objection(
        number=row.number,
        version=row.minutes.version,
        paragraph=row.paragraph,
        passage=row.passage,
        text=row.text,
        author=row.person.alias,
        identity=row.identity,
        identity_label=row.get_identity_display(),
        at=row.at,
        verdict=row.verdict,
        verdict_label=row.get_verdict_display() if row.verdict else "",
        answer=row.answer,
        answered_by=row.answered_by.alias if row.answered_by else "",
        answered_at=row.answered_at,
    )
