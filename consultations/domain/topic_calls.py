"""议题征集: supporting a topic, weighing it, and letting one topic go on for several."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from consultations.domain import clock
from consultations.domain.notices import tell_of_decision
from consultations.domain.search import index_topic
from consultations.domain.topic_deeds import note_deed
from consultations.domain.topics import MAX_REASON, lock_topic, require_going_on, require_shown
from consultations.models import Criterion, DeedKind, Topic, TopicScore, TopicStatus, TopicSupport
from hall.errors import Code, Refusal
from hall.plaintext import optional_line, plain_line
from members.access import require
from members.models import Person
from members.roles import Permission

MAX_NOTE = 200
LOWEST, HIGHEST = 1, 5


@dataclass(frozen=True, slots=True)
class ScoreDraft:
    """From 1 to 5, and why; the note may be empty."""

    value: int
    note: str = ""


@transaction.atomic
def support_topic(topic: Topic, *, by: Person) -> bool:
    """Support a topic that is still open; False where the person does already.

    Raises:
        Refusal: `sign_in`; `wrong_state` once it is decided or hidden; `invalid` for its own
            proposer.
    """
    require(by, Permission.TOPIC_PROPOSE)
    lock_topic(topic)
    _require_open(topic)
    if topic.proposed_by_id == by.pk:
        raise Refusal(Code.INVALID, _("自己提出的议题不用再支持。"))
    _support, created = TopicSupport.objects.get_or_create(
        topic=topic, person=by, defaults={"given_at": clock.now()}
    )
    return created


@transaction.atomic
def withdraw_support(topic: Topic, *, by: Person) -> bool:
    """Take support back while the topic is open; False where there was none.

    Raises:
        Refusal: `sign_in`; `wrong_state` once it is decided.
    """
    require(by, Permission.TOPIC_PROPOSE)
    lock_topic(topic)
    _require_open(topic)
    deleted, _rows = TopicSupport.objects.filter(topic=topic, person=by).delete()
    return bool(deleted)


@transaction.atomic
def score_topic(topic: Topic, *, by: Person, scores: Mapping[Criterion, ScoreDraft]) -> None:
    """Give the topic one's scores by all three criteria, in place of those given before.

    Raises:
        Refusal: `forbidden`; `invalid` for a score beyond 1 to 5 or a criterion left out, with
            the criterion as its field; `too_long`; `wrong_state` for a topic that was
            merged or withdrawn.
    """
    require(by, Permission.TOPIC_MANAGE)
    lock_topic(topic)
    require_going_on(topic)
    for criterion in Criterion:
        draft = scores.get(criterion)
        if draft is None or not LOWEST <= draft.value <= HIGHEST:
            raise Refusal(Code.INVALID, _("请打 1 到 5 分。"), field=criterion.value)
        note = optional_line(draft.note, max_length=MAX_NOTE, field=f"{criterion.value}_note")
        TopicScore.objects.update_or_create(
            topic=topic,
            by=by,
            criterion=criterion,
            defaults={"value": draft.value, "note": note, "scored_at": clock.now()},
        )


@transaction.atomic
def merge_topic(topic: Topic, *, into: Topic, by: Person, reason: str) -> Topic:
    """Let `into` go on for `topic`, with a reason that the proposer reads; returns `topic`.

    Its supporters, its proposer among them, support `into` from now on, each counted once; what
    had been merged into it before moves along. It is no longer found by search.

    Raises:
        Refusal: `forbidden`, `empty`, `too_long`; `invalid` into itself; `wrong_state` where
            either is merged, withdrawn or hidden, `into` is declined, or a consultation is held on
            `topic`.
    """
    require(by, Permission.TOPIC_MANAGE)
    if not reason.strip():
        raise Refusal(Code.EMPTY, _("请写明合并的理由。"), field="reason")
    reason = plain_line(reason, max_length=MAX_REASON, field="reason")
    if topic.pk == into.pk:
        raise Refusal(Code.INVALID, _("议题不能并入它自己。"), field="into")
    for each in sorted((topic, into), key=lambda one: one.pk):
        lock_topic(each)
        require_shown(each)
    require_going_on(topic)
    if into.status not in {TopicStatus.PROPOSED, TopicStatus.ACCEPTED}:
        sentence = _("“%(title)s”没有在征集，也没有被采纳，不能并入。")
        raise Refusal(Code.WRONG_STATE, sentence % {"title": into.title}, field="into")
    if topic.consultations.exists():
        raise Refusal(Code.WRONG_STATE, _("这个议题已经安排了协商会，不能再并入别的议题。"))
    _carry_over(topic, into)
    topic.status = TopicStatus.MERGED
    topic.merged_into = into
    topic.decision_reason = reason
    topic.save(update_fields=["status", "merged_into", "decision_reason"])
    Topic.objects.filter(merged_into=topic).update(merged_into=into)
    index_topic(topic)
    note_deed(topic, DeedKind.MERGED, by=by, reason=reason)
    tell_of_decision(topic, by=by)
    return topic


def _carry_over(topic: Topic, into: Topic) -> None:
    now = clock.now()
    given = dict(topic.supports.values_list("person_id", "given_at"))
    given.setdefault(topic.proposed_by_id, now)
    given.pop(into.proposed_by_id, None)
    TopicSupport.objects.bulk_create(
        [
            TopicSupport(topic=into, person_id=person, given_at=at)
            for person, at in sorted(given.items())
        ],
        ignore_conflicts=True,
    )


def _require_open(topic: Topic) -> None:
    require_shown(topic)
    if topic.status != TopicStatus.PROPOSED:
        sentence = _("这个议题已经是“%(status)s”，征集结束了。")
        raise Refusal(Code.WRONG_STATE, sentence % {"status": topic.get_status_display()})
