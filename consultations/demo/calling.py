"""What the demo's staff have asked topics for, and what came of it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from consultations.domain import clock
from consultations.domain.calls import open_call
from consultations.domain.topic_calls import support_topic
from consultations.domain.topics import decline_topic, propose_topic
from consultations.models import Topic, TopicCall
from members.models import Person

_PROPOSED_AFTER = timedelta(days=3)
_DECIDED_AFTER = timedelta(days=20)


def call_for_topics(entries: list[dict[str, Any]], people: Mapping[str, Person]) -> None:
    """Open the calls, and propose what the entries say for each of them."""
    for entry in entries:
        opened_at = timezone.now() - timedelta(days=entry.get("since", 0))
        staff = people[entry["by"]]
        closes_on = timezone.localdate() + timedelta(days=entry["days"])
        with clock.at(opened_at):
            call = open_call(
                by=staff, title=entry["title"], text=entry["text"], closes_on=closes_on
            )
        for topic in entry.get("topics", ()):
            with clock.at(opened_at + _PROPOSED_AFTER):
                proposed = _propose(topic, call, people)
            if reason := topic.get("declined"):
                with clock.at(opened_at + _DECIDED_AFTER):
                    decline_topic(proposed, by=staff, reason=reason)


def _propose(entry: Mapping[str, Any], call: TopicCall, people: Mapping[str, Person]) -> Topic:
    topic = propose_topic(
        by=people[entry["by"]], title=entry["title"], summary=entry["summary"], call=call
    )
    Topic.objects.filter(pk=topic.pk).update(created_at=clock.now())
    for supporter in entry["supported"]:
        support_topic(topic, by=people[supporter])
    return topic
