"""Taking a topic out of sight, bringing it back, and the proposer's way to take it back."""

from django.db import transaction
from django.utils.translation import gettext as _

from consultations.domain.notices import tell_of_withdrawal, tell_proposer
from consultations.domain.search import index_topic
from consultations.domain.topic_deeds import note_deed
from consultations.domain.topics import MAX_REASON, lock_topic
from consultations.models import DeedKind, NoticeKind, Topic, TopicStatus
from hall.errors import Code, Refusal
from hall.plaintext import plain_line
from members.access import require
from members.models import Person
from members.roles import Permission


@transaction.atomic
def hide_topic(topic: Topic, *, by: Person, reason: str) -> Topic:
    """Take a topic out of lists, search and strangers' sight; its proposer is told the reason.

    Raises:
        Refusal: `forbidden`, `empty`, `too_long`; `wrong_state` where it is hidden or withdrawn
            already, or a consultation is held on it, which would then be about nothing.
    """
    require(by, Permission.TOPIC_MANAGE)
    if not reason.strip():
        raise Refusal(Code.EMPTY, _("请写明隐藏的理由。"), field="reason")
    reason = plain_line(reason, max_length=MAX_REASON, field="reason")
    lock_topic(topic)
    if not topic.is_public:
        raise Refusal(Code.WRONG_STATE, _("这个议题已经不公开了。"))
    if topic.consultations.exists():
        sentence = _("这个议题已经安排了协商会，不能隐藏。可以修改文字，原文可以不公开。")
        raise Refusal(Code.WRONG_STATE, sentence)
    topic.hidden_reason = reason
    topic.save(update_fields=["hidden_reason"])
    index_topic(topic)
    note_deed(topic, DeedKind.HIDDEN, by=by, reason=reason)
    tell_proposer(topic, NoticeKind.TOPIC_HIDDEN, by=by, reason=reason)
    return topic


@transaction.atomic
def restore_topic(topic: Topic, *, by: Person) -> Topic:
    """Let everyone read a topic again that was hidden; its proposer is told.

    Raises:
        Refusal: `forbidden`; `wrong_state` where it is not hidden.
    """
    require(by, Permission.TOPIC_MANAGE)
    lock_topic(topic)
    if not topic.hidden_reason:
        raise Refusal(Code.WRONG_STATE, _("这个议题没有隐藏。"))
    topic.hidden_reason = ""
    topic.save(update_fields=["hidden_reason"])
    index_topic(topic)
    note_deed(topic, DeedKind.RESTORED, by=by)
    if topic.is_public:
        tell_proposer(topic, NoticeKind.TOPIC_RESTORED, by=by)
    return topic


@transaction.atomic
def withdraw_topic(topic: Topic, *, by: Person) -> Topic:
    """Take one's own topic back while it is undecided; those who support it are told.

    It is gone for everyone but its proposer and those who decide on topics, for good.

    Raises:
        Refusal: `sign_in`, `forbidden` for all but its proposer; `wrong_state` once it is decided,
            or while it goes on for topics of others that were merged into it.
    """
    require(by, Permission.TOPIC_PROPOSE)
    lock_topic(topic)
    if topic.proposed_by_id != by.pk:
        raise Refusal(Code.FORBIDDEN)
    if topic.status != TopicStatus.PROPOSED:
        sentence = _("这个议题已经是“%(status)s”，不能撤回。")
        raise Refusal(Code.WRONG_STATE, sentence % {"status": topic.get_status_display()})
    if topic.merged.exists():
        raise Refusal(Code.WRONG_STATE, _("别人的议题并入了这一个，不能撤回。请联系工作人员。"))
    topic.status = TopicStatus.WITHDRAWN
    topic.save(update_fields=["status"])
    index_topic(topic)
    note_deed(topic, DeedKind.WITHDRAWN, by=by)
    tell_of_withdrawal(topic)
    return topic


@transaction.atomic
def withhold_words(topic: Topic, deed_id: int, *, by: Person) -> None:
    """Keep from the public what the topic said before this edit, where that was overlooked then.

    Raises:
        Refusal: `forbidden`; `not_found` for what is no edit of this topic.
    """
    require(by, Permission.TOPIC_MANAGE)
    edits = topic.deeds.filter(pk=deed_id, kind=DeedKind.EDITED)
    if not edits.update(withheld=True):
        raise Refusal(Code.NOT_FOUND)
