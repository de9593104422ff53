"""Roles, permissions, and the one table that joins them."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a person is in the whole hall. It is also the identity that counts are split by."""

    RESIDENT = "resident", _("居民")
    MEMBER = "member", _("政协委员")
    STAFF = "staff", _("机关工作人员")
    DEPARTMENT = "department", _("承办单位")
    ADMIN = "admin", _("系统管理员")


class SeatRole(TextChoices):
    """What a person is in one consultation."""

    MODERATOR = "moderator", _("主持人")
    RECORDER = "recorder", _("记录员")
    PARTICIPANT = "participant", _("参与人")
    DEPARTMENT = "department", _("承办单位代表")
    OBSERVER = "observer", _("旁听")


class Permission(StrEnum):
    """Everything that is asked for by name. A verb requires exactly one of these."""

    PEOPLE_MANAGE = "people.manage"
    PLAN_IMPORT = "plan.import"
    CALENDAR_UPDATE = "calendar.update"
    TOPIC_PROPOSE = "topic.propose"
    TOPIC_MANAGE = "topic.manage"
    CONSULTATION_PREPARE = "consultation.prepare"
    CONSULTATION_SEE_DRAFT = "consultation.see_draft"
    CONSULTATION_OPEN = "consultation.open"
    CONSULTATION_CANCEL = "consultation.cancel"
    CONSULTATION_SEAL = "consultation.seal"
    STUDIO_ASK = "studio.ask"
    STUDIO_ANSWER = "studio.answer"
    STUDIO_MODERATE = "studio.moderate"
    ROOM_ENTER = "room.enter"
    OPINION_POST = "opinion.post"
    OPINION_ANSWER = "opinion.answer"
    OPINION_MODERATE = "opinion.moderate"
    OPINION_ERASE = "opinion.erase"
    HAND_RAISE = "hand.raise"
    FLOOR_GIVE = "floor.give"
    STANCE_TAKE = "stance.take"
    AGENDA_MOVE = "agenda.move"
    BALLOT_OPEN = "ballot.open"
    BALLOT_VOTE = "ballot.vote"
    OUTCOME_WRITE = "outcome.write"
    OUTCOME_EXPORT = "outcome.export"
    TEMPLATE_CHANGE = "template.change"
    SCREEN_OPEN = "screen.open"
    DESK_KEEP = "desk.keep"
    CLAUSE_CONFIRM = "clause.confirm"
    MINUTES_SIGN = "minutes.sign"


P = Permission

_ANYONE = frozenset({P.TOPIC_PROPOSE, P.ROOM_ENTER, P.STUDIO_ASK})
_STAFF = _ANYONE | {
    P.PLAN_IMPORT,
    P.CALENDAR_UPDATE,
    P.TOPIC_MANAGE,
    P.STUDIO_MODERATE,
    P.CONSULTATION_PREPARE,
    P.CONSULTATION_SEE_DRAFT,
    P.CONSULTATION_OPEN,
    P.CONSULTATION_CANCEL,
    P.CONSULTATION_SEAL,
    P.OPINION_ERASE,
    P.OUTCOME_WRITE,
    P.OUTCOME_EXPORT,
    P.TEMPLATE_CHANGE,
    P.SCREEN_OPEN,
    P.DESK_KEEP,
}

HALL_TABLE: dict[Role, frozenset[Permission]] = {
    Role.RESIDENT: _ANYONE,
    Role.MEMBER: _ANYONE | {P.STUDIO_ANSWER},
    Role.DEPARTMENT: _ANYONE,
    Role.STAFF: _STAFF,
    Role.ADMIN: _STAFF | {P.PEOPLE_MANAGE},
}

_SPEAK = frozenset(
    {P.OPINION_POST, P.STANCE_TAKE, P.BALLOT_VOTE, P.HAND_RAISE, P.CLAUSE_CONFIRM, P.MINUTES_SIGN}
)

SEAT_TABLE: dict[SeatRole, frozenset[Permission]] = {
    SeatRole.MODERATOR: _SPEAK
    | {
        P.CONSULTATION_SEE_DRAFT,
        P.CONSULTATION_OPEN,
        P.OPINION_ANSWER,
        P.OPINION_MODERATE,
        P.FLOOR_GIVE,
        P.AGENDA_MOVE,
        P.BALLOT_OPEN,
        P.OUTCOME_WRITE,
        P.OUTCOME_EXPORT,
        P.SCREEN_OPEN,
        P.DESK_KEEP,
    },
    SeatRole.RECORDER: _SPEAK
    | {
        P.CONSULTATION_SEE_DRAFT,
        P.OPINION_ANSWER,
        P.OUTCOME_WRITE,
        P.OUTCOME_EXPORT,
        P.SCREEN_OPEN,
        P.DESK_KEEP,
    },
    SeatRole.PARTICIPANT: _SPEAK,
    SeatRole.DEPARTMENT: _SPEAK | {P.OPINION_ANSWER},
    SeatRole.OBSERVER: frozenset(),
}

VOTING_SEATS = frozenset(role for role, may in SEAT_TABLE.items() if P.BALLOT_VOTE in may)
