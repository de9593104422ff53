"""Proposing a topic, and deciding on it."""

from django.db import transaction
from django.utils.translation import gettext as _

from consultations.domain.calls import require_open
from consultations.domain.notices import tell_of_decision
from consultations.domain.search import index_topic
from consultations.models import Topic, TopicCall, TopicStatus
from hall.errors import Code, Refusal
from hall.plaintext import optional_line, plain_line
from hall.richtext import clean
from members.access import allowed, require
from members.models import Person
from members.roles import Permission

MAX_TITLE = 80
MAX_SUMMARY = 200
MAX_BACKGROUND = 20_000
MAX_REASON = 300


def _background(html: str) -> str:
    if len(html) > MAX_BACKGROUND:
        sentence = _("背景材料太长：最多 %(most)s 字。") % {"most": MAX_BACKGROUND}
        raise Refusal(Code.TOO_LONG, sentence, field="background")
    return clean(html)


@transaction.atomic
def propose_topic(
    *,
    by: Person,
    title: str,
    summary: str = "",
    background: str = "",
    call: TopicCall | None = None,
) -> Topic:
    """Propose a topic. What someone who decides on topics enters is accepted with it.

    Raises:
        Refusal: `sign_in`, `empty`, `too_long`; `wrong_state` for a `call` that is over.
    """
    require(by, Permission.TOPIC_PROPOSE)
    if call is not None:
        require_open(call)
    decides = allowed(by, Permission.TOPIC_MANAGE)
    topic = Topic.objects.create(
        title=plain_line(title, max_length=MAX_TITLE, field="title"),
        summary=optional_line(summary, max_length=MAX_SUMMARY, field="summary"),
        background=_background(background),
        status=TopicStatus.ACCEPTED if decides else TopicStatus.PROPOSED,
        proposed_by=by,
        call=call,
    )
    index_topic(topic)
    return topic


@transaction.atomic
def edit_topic(
    topic: Topic, *, by: Person, title: str, summary: str = "", background: str = ""
) -> Topic:
    """Rewrite a topic: its proposer while it is undecided, else those who decide on topics.

    Raises:
        Refusal: `forbidden`, `empty`, `too_long`; `wrong_state` for a merged topic.
    """
    lock_topic(topic)
    require_unmerged(topic)
    own = topic.proposed_by_id == by.pk and topic.status == TopicStatus.PROPOSED
    require(by, Permission.TOPIC_PROPOSE if own else Permission.TOPIC_MANAGE)
    topic.title = plain_line(title, max_length=MAX_TITLE, field="title")
    topic.summary = optional_line(summary, max_length=MAX_SUMMARY, field="summary")
    topic.background = _background(background)
    topic.save(update_fields=["title", "summary", "background"])
    index_topic(topic)
    return topic


@transaction.atomic
def accept_topic(topic: Topic, *, by: Person, reason: str = "") -> Topic:
    """Take the topic up, also one that was declined before. Then consultations can be held on it.

    Raises:
        Refusal: `forbidden`, `too_long`; `wrong_state` if it is accepted already or
            merged.
    """
    require(by, Permission.TOPIC_MANAGE)
    reason = optional_line(reason, max_length=MAX_REASON, field="reason")
    return _decide(topic, TopicStatus.ACCEPTED, reason, by)


@transaction.atomic
def decline_topic(topic: Topic, *, by: Person, reason: str) -> Topic:
    """Decline the topic with a reason that its proposer reads.

    Raises:
        Refusal: `forbidden`, `empty`, `too_long`; `wrong_state` if it is declined already,
            merged, or a consultation is held on it.
    """
    require(by, Permission.TOPIC_MANAGE)
    if not reason.strip():
        raise Refusal(Code.EMPTY, _("请写明不采纳的理由。"), field="reason")
    reason = plain_line(reason, max_length=MAX_REASON, field="reason")
    if topic.consultations.exists():
        raise Refusal(Code.WRONG_STATE, _("这个议题已经安排了协商会，不能再改为不采纳。"))
    return _decide(topic, TopicStatus.DECLINED, reason, by)


def lock_topic(topic: Topic) -> None:
    """Read the topic anew, and let no other verb on it come between until commit."""
    # NO KEY: a row that merely refers to the topic may still come in.
    topic.refresh_from_db(from_queryset=Topic.objects.select_for_update(no_key=True))


def require_unmerged(topic: Topic) -> None:
    """Pass, or raise `Refusal` `wrong_state` where another topic goes on in its stead."""
    if topic.status == TopicStatus.MERGED:
        raise Refusal(Code.WRONG_STATE, _("这个议题已经合并到别的议题。"))


def _decide(topic: Topic, status: TopicStatus, reason: str, by: Person) -> Topic:
    lock_topic(topic)
    require_unmerged(topic)
    if topic.status == status:
        sentence = _("这个议题已经是“%(status)s”。") % {"status": status.label}
        raise Refusal(Code.WRONG_STATE, sentence)
    topic.status = status
    topic.decision_reason = reason
    topic.save(update_fields=["status", "decision_reason"])
    tell_of_decision(topic, by=by)
    return topic
