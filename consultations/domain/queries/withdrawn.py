"""What was public once and was taken back: what is told to whoever has kept its address."""

from dataclasses import dataclass
from datetime import datetime

from consultations.models import Consultation, DeedKind, Stage, Topic, TopicStatus


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """When it was taken back; `reason` is the one that everyone may read, "" without one."""

    at: datetime
    reason: str


def withdrawn_consultation(consultation_id: int) -> Withdrawal | None:
    """The withdrawal of its announcement, while it is prepared anew; None of what never was
    announced. Nothing of what it has become since is told. Two queries at most."""
    found = Consultation.objects.filter(pk=consultation_id, stage=Stage.DRAFT).first()
    back = found.stage_changes.order_by("at", "pk").last() if found else None
    return Withdrawal(back.at, back.reason) if back else None


def withdrawn_topic(topic_id: int) -> Withdrawal | None:
    """That its proposer has taken it back. Of what staff have hidden nothing is told: None. Two
    queries at most."""
    found = Topic.objects.filter(
        pk=topic_id, status=TopicStatus.WITHDRAWN, hidden_reason=""
    ).first()
    deed = found.deeds.filter(kind=DeedKind.WITHDRAWN).last() if found else None
    return Withdrawal(deed.at, "") if deed else None
