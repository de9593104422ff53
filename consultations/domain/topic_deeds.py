"""What was done with a topic, by whom, when and why: written by each of its verbs."""

from dataclasses import dataclass

from consultations.domain import clock
from consultations.models import DeedKind, Topic, TopicDeed
from members.models import Person


@dataclass(frozen=True, slots=True)
class Words:
    """What a topic says, as it stands or as it is to stand; `background` is clean rich text."""

    title: str
    summary: str
    background: str


def words_of(topic: Topic) -> Words:
    return Words(topic.title, topic.summary, topic.background)


def note_deed(topic: Topic, kind: DeedKind, *, by: Person, reason: str = "") -> None:
    """Keep that `by` did this with the topic; within the verb's transaction."""
    TopicDeed.objects.create(**_of(topic, kind, by, reason))


def note_edit(
    topic: Topic, former: Words, *, by: Person, reason: str = "", withheld: bool = False
) -> None:
    """Keep that `by` put the topic into other words, and what it said before."""
    TopicDeed.objects.create(
        **_of(topic, DeedKind.EDITED, by, reason),
        former_title=former.title,
        former_summary=former.summary,
        former_background=former.background,
        withheld=withheld,
    )


def _of(topic: Topic, kind: DeedKind, by: Person, reason: str) -> dict[str, object]:
    return {
        "topic": topic,
        "kind": kind,
        "by": by,
        "identity": by.role,
        "at": clock.now(),
        "reason": reason,
    }
