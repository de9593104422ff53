"""What pages read, one function a page; each in a constant number of queries.

They decide what a visitor may know of, and raise `Refusal` `not_found` for the rest. Nothing
here writes.
"""

from consultations.domain.outcome_view import outcome
from consultations.domain.queries.archives import archive_page, find_archive
from consultations.domain.queries.calendar import CalendarEntry, calendar_entry
from consultations.domain.queries.calls import (
    CallLine,
    call_line,
    calls,
    closed_calls,
    find_call,
)
from consultations.domain.queries.consultation import consultation_page, find_consultation
from consultations.domain.queries.desks import (
    outcome_desk,
    preparation_desk,
    seat_desk,
    work_item_choices,
)
from consultations.domain.queries.front import consultations, front_page
from consultations.domain.queries.notices import (
    find_notice,
    newest_unread,
    notice_lines,
    notices,
    unread_notices,
)
from consultations.domain.queries.own_opinions import own_opinion_lines, own_opinions
from consultations.domain.queries.person import my_page
from consultations.domain.queries.plans import find_item, item_page, plan_page, plans
from consultations.domain.queries.search import search
from consultations.domain.queries.studios import (
    find_member,
    find_question,
    members,
    own_questions,
    question_lines,
    questions,
    questions_before,
    reported_questions,
    studio,
)
from consultations.domain.queries.topic_lines import (
    BY_SCORE,
    BY_SUPPORT,
    HIDDEN,
    TopicFilter,
    TopicLine,
    listed_topics,
    own_topics,
)
from consultations.domain.queries.topics import TopicRef, find_topic, topic_page

__all__ = [
    "BY_SCORE",
    "BY_SUPPORT",
    "HIDDEN",
    "CalendarEntry",
    "CallLine",
    "TopicFilter",
    "TopicLine",
    "TopicRef",
    "archive_page",
    "calendar_entry",
    "call_line",
    "calls",
    "closed_calls",
    "consultation_page",
    "consultations",
    "find_archive",
    "find_call",
    "find_consultation",
    "find_item",
    "find_member",
    "find_notice",
    "find_question",
    "find_topic",
    "front_page",
    "item_page",
    "listed_topics",
    "members",
    "my_page",
    "newest_unread",
    "notice_lines",
    "notices",
    "outcome",
    "outcome_desk",
    "own_opinion_lines",
    "own_opinions",
    "own_questions",
    "own_topics",
    "plan_page",
    "plans",
    "preparation_desk",
    "question_lines",
    "questions",
    "questions_before",
    "reported_questions",
    "search",
    "seat_desk",
    "studio",
    "topic_page",
    "unread_notices",
    "work_item_choices",
]
