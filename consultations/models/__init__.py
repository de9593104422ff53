"""The nouns of consultation, slim: one file a concept. What changes them lives in `domain`."""

from consultations.models.archives import Archive
from consultations.models.consultations import (
    Admission,
    AgendaItem,
    AgendaKind,
    Consultation,
    Kind,
    Seat,
    Stage,
    StageChange,
)
from consultations.models.events import EVERYONE, MODERATORS, RoomEvent, RoomHead, only
from consultations.models.maps import OpinionMapState
from consultations.models.opinions import (
    Opinion,
    OpinionKind,
    OpinionState,
    Origin,
    Stance,
    StanceValue,
)
from consultations.models.outcomes import ConsensusClause, DissentNote, Minutes
from consultations.models.search import SearchEntry, SearchKind
from consultations.models.topics import Criterion, Topic, TopicScore, TopicStatus, TopicSupport
from consultations.models.workplan import WorkItem, WorkPlan, WorkSection

__all__ = [
    "EVERYONE",
    "MODERATORS",
    "Admission",
    "AgendaItem",
    "AgendaKind",
    "Archive",
    "ConsensusClause",
    "Consultation",
    "Criterion",
    "DissentNote",
    "Kind",
    "Minutes",
    "Opinion",
    "OpinionKind",
    "OpinionMapState",
    "OpinionState",
    "Origin",
    "RoomEvent",
    "RoomHead",
    "SearchEntry",
    "SearchKind",
    "Seat",
    "Stage",
    "StageChange",
    "Stance",
    "StanceValue",
    "Topic",
    "TopicScore",
    "TopicStatus",
    "TopicSupport",
    "WorkItem",
    "WorkPlan",
    "WorkSection",
    "only",
]
