"""The nouns of consultation, slim: one file a concept. What changes them lives in `domain`."""

from consultations.models.answers import AnswerRequest
from consultations.models.archives import Archive, ArchiveEdition
from consultations.models.ballots import (
    Ballot,
    BallotKind,
    BallotOption,
    BallotVote,
    HowClosed,
    ResultsShown,
    Secrecy,
)
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
from consultations.models.documents import (
    ExportJob,
    ExportState,
    NumberSeries,
    PaperKind,
    PaperNumber,
    PaperTemplate,
    TemplateState,
)
from consultations.models.erasures import Erasure, ErasureState
from consultations.models.events import EVERYONE, MODERATORS, RoomEvent, RoomHead, only
from consultations.models.heads import LiveHead
from consultations.models.maps import OpinionMapState
from consultations.models.moderation import MAX_SLOW_SECONDS, Mute, PostingRules
from consultations.models.notes import ModeratorNote
from consultations.models.notices import Notice, NoticeKind
from consultations.models.opinions import (
    UNPUBLISHED,
    Opinion,
    OpinionKind,
    OpinionState,
    Origin,
    Stance,
    StanceValue,
)
from consultations.models.outcomes import ConsensusClause, DissentNote, Minutes
from consultations.models.reviews import (
    ClauseConfirmation,
    Confirmed,
    MinutesObjection,
    MinutesSignature,
    Verdict,
)
from consultations.models.search import SearchEntry, SearchKind
from consultations.models.speaking import SpeakingList, SpeakingTurn, TurnState
from consultations.models.studio import QuestionReport, StudioQuestion
from consultations.models.topics import (
    Criterion,
    DeedKind,
    Topic,
    TopicCall,
    TopicDeed,
    TopicScore,
    TopicStatus,
    TopicSupport,
)
from consultations.models.venue import (
    CheckIn,
    HandCount,
    HowCheckedIn,
    OpinionCorrection,
    Screen,
)
from consultations.models.workplan import WorkItem, WorkPlan, WorkSection

__all__ = [
    "EVERYONE",
    "MAX_SLOW_SECONDS",
    "MODERATORS",
    "UNPUBLISHED",
    "Admission",
    "AgendaItem",
    "AgendaKind",
    "AnswerRequest",
    "Archive",
    "ArchiveEdition",
    "Ballot",
    "BallotKind",
    "BallotOption",
    "BallotVote",
    "CheckIn",
    "ClauseConfirmation",
    "Confirmed",
    "ConsensusClause",
    "Consultation",
    "Criterion",
    "DeedKind",
    "DissentNote",
    "Erasure",
    "ErasureState",
    "ExportJob",
    "ExportState",
    "HandCount",
    "HowCheckedIn",
    "HowClosed",
    "Kind",
    "LiveHead",
    "Minutes",
    "MinutesObjection",
    "MinutesSignature",
    "ModeratorNote",
    "Mute",
    "Notice",
    "NoticeKind",
    "NumberSeries",
    "Opinion",
    "OpinionCorrection",
    "OpinionKind",
    "OpinionMapState",
    "OpinionState",
    "Origin",
    "PaperKind",
    "PaperNumber",
    "PaperTemplate",
    "PostingRules",
    "QuestionReport",
    "ResultsShown",
    "RoomEvent",
    "RoomHead",
    "Screen",
    "SearchEntry",
    "SearchKind",
    "Seat",
    "Secrecy",
    "SpeakingList",
    "SpeakingTurn",
    "Stage",
    "StageChange",
    "Stance",
    "StanceValue",
    "StudioQuestion",
    "TemplateState",
    "Topic",
    "TopicCall",
    "TopicDeed",
    "TopicScore",
    "TopicStatus",
    "TopicSupport",
    "TurnState",
    "Verdict",
    "WorkItem",
    "WorkPlan",
    "WorkSection",
    "only",
]
