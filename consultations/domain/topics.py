"""Proposing a topic, and deciding on it."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from consultations.domain.calls import require_open
from consultations.domain.notices import tell_of_decision, tell_proposer
from consultations.domain.search import index_topic
from consultations.domain.topic_deeds import Words, note_deed, note_edit, words_of
from consultations.models import DeedKind, NoticeKind, Topic, TopicCall, TopicStatus
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
MOST_OPEN = 5
_DEED = {TopicStatus.ACCEPTED: DeedKind.ACCEPTED, TopicStatus.DECLINED: DeedKind.DECLINED}


def _background(html: str) -> str:
    if len(html) > MAX_BACKGROUND:
        sentence = _("背景材料太长：最多 %(most)s 字。") % {"most": MAX_BACKGROUND}
        raise Refusal(Code.TOO_LONG, sentence, field="background")
    return clean(html)


def _words(title: str, summary: str, background: str) -> Words:
    return Words(
        title=plain_line(title, max_length=MAX_TITLE, field="title"),
        summary=optional_line(summary, max_length=MAX_SUMMARY, field="summary"),
        background=_background(background),
    )


@transaction.atomic
def propose_topic(
    *,
    by: Person,
    title: str,
    summary: str = "",
    background: str = "",
    call: TopicCall | None = None,
    key: UUID | None = None,
) -> Topic:
    """Propose a topic. What someone who decides on topics enters is accepted with it.

    The same key again is the same topic.

    Raises:
        Refusal: `sign_in`, `empty`, `too_long`; `wrong_state` for a `call` that is over;
            `key_reused`; `too_many` where five of one's topics wait for a decision already.
    """
    require(by, Permission.TOPIC_PROPOSE)
    words = _words(title, summary, background)
    # One after the other a person: so that the key is looked up, and the rest counted, once.
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    if key is not None and (known := by.topics.filter(key=key).first()) is not None:
        if words_of(known) != words:
            sentence = _("这一页已经提交过了。要改，请在议题页上点“修改议题”。")
            raise Refusal(Code.KEY_REUSED, sentence)
        return known
    if call is not None:
        require_open(call)
    decides = allowed(by, Permission.TOPIC_MANAGE)
    if not decides:
        _require_room(by)
    topic = Topic.objects.create(
        title=words.title,
        summary=words.summary,
        background=words.background,
        status=TopicStatus.ACCEPTED if decides else TopicStatus.PROPOSED,
        proposed_by=by,
        call=call,
        key=key,
    )
    index_topic(topic)
    return topic


def _require_room(person: Person) -> None:
    waiting = person.topics.filter(status=TopicStatus.PROPOSED, hidden_reason="").count()
    if waiting >= MOST_OPEN:
        sentence = _("您有 %(n)s 个议题还在等结果，请先等一等；不想再提的可以撤回，再提新的。")
        raise Refusal(Code.TOO_MANY, sentence % {"n": waiting})


@transaction.atomic
def edit_topic(
    topic: Topic,
    *,
    by: Person,
    title: str,
    summary: str = "",
    background: str = "",
    reason: str = "",
    withheld: bool = False,
) -> Topic:
    """Rewrite a topic: its proposer while it is undecided, else those who decide on topics.

    Once others support it, its proposer may add to the background, but not change what they
    support. What stood there before is kept from then on, and always where another than the
    proposer writes, who is told; `withheld` keeps it from the public.

    Raises:
        Refusal: `forbidden`, `empty`, `too_long`; `wrong_state` for a topic that was merged or
            withdrawn, and for a proposer's other title or summary of a supported one.
    """
    lock_topic(topic)
    require_going_on(topic)
    own = topic.proposed_by_id == by.pk
    undecided = topic.status == TopicStatus.PROPOSED
    require(by, Permission.TOPIC_PROPOSE if own and undecided else Permission.TOPIC_MANAGE)
    former, words = words_of(topic), _words(title, summary, background)
    reason = optional_line(reason, max_length=MAX_REASON, field="reason")
    if words == former:
        return topic
    supported = topic.supports.exists()
    if supported and not allowed(by, Permission.TOPIC_MANAGE):
        _require_same_matter(former, words)
    topic.title, topic.summary, topic.background = words.title, words.summary, words.background
    topic.save(update_fields=["title", "summary", "background"])
    index_topic(topic)
    if not own or supported or not undecided:
        withheld = withheld or bool(topic.hidden_reason)
        note_edit(topic, former, by=by, reason=reason, withheld=withheld)
    tell_proposer(topic, NoticeKind.TOPIC_EDITED, by=by, reason=reason)
    return topic


def _require_same_matter(former: Words, words: Words) -> None:
    if (former.title, former.summary) != (words.title, words.summary):
        sentence = _("已经有人支持这个议题，题目和“为什么要商量”不能再改，背景材料还可以补充。")
        raise Refusal(Code.WRONG_STATE, sentence, field="title")


@transaction.atomic
def accept_topic(topic: Topic, *, by: Person, reason: str = "") -> Topic:
    """Take the topic up, also one that was declined before. Then consultations can be held on it.

    Raises:
        Refusal: `forbidden`, `too_long`; `wrong_state` if it is accepted already, merged,
            withdrawn or hidden.
    """
    require(by, Permission.TOPIC_MANAGE)
    reason = optional_line(reason, max_length=MAX_REASON, field="reason")
    return _decide(topic, TopicStatus.ACCEPTED, reason, by)


@transaction.atomic
def decline_topic(topic: Topic, *, by: Person, reason: str) -> Topic:
    """Decline the topic with a reason that its proposer reads.

    Raises:
        Refusal: `forbidden`, `empty`, `too_long`; `wrong_state` if it is declined already,
            merged or withdrawn, or a consultation is held on it.
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


def require_going_on(topic: Topic) -> None:
    """Pass, or raise `Refusal` `wrong_state` where the topic was merged or withdrawn."""
    if topic.status == TopicStatus.MERGED:
        raise Refusal(Code.WRONG_STATE, _("这个议题已经合并到别的议题。"))
    if topic.status == TopicStatus.WITHDRAWN:
        raise Refusal(Code.WRONG_STATE, _("提出人已经撤回这个议题。"))


def require_shown(topic: Topic) -> None:
    """Pass, or raise `Refusal` `wrong_state` where the topic is hidden."""
    if topic.hidden_reason:
        raise Refusal(Code.WRONG_STATE, _("这个议题已隐藏。要继续办理，请先恢复显示。"))


def _decide(topic: Topic, status: TopicStatus, reason: str, by: Person) -> Topic:
    lock_topic(topic)
    require_going_on(topic)
    if status == TopicStatus.ACCEPTED:
        require_shown(topic)
    if topic.status == status:
        sentence = _("这个议题已经是“%(status)s”。") % {"status": status.label}
        raise Refusal(Code.WRONG_STATE, sentence)
    topic.status = status
    topic.decision_reason = reason
    topic.save(update_fields=["status", "decision_reason"])
    note_deed(topic, _DEED[status], by=by, reason=reason)
    tell_of_decision(topic, by=by)
    return topic
