"""征集: staff ask for topics on one matter until a day; what is proposed for it names it."""

from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.domain import clock
from consultations.models import TopicCall
from hall.errors import Code, Refusal
from hall.plaintext import plain_line, plain_text
from members.access import require
from members.models import Person
from members.roles import Permission

MAX_TITLE = 80
MAX_TEXT = 1000


@transaction.atomic
def open_call(*, by: Person, title: str, text: str, closes_on: date) -> TopicCall:
    """Call for topics from now on, until the end of `closes_on`.

    Raises:
        Refusal: `forbidden`, `empty`, `too_long`; `invalid` for a day that has passed.
    """
    require(by, Permission.TOPIC_MANAGE)
    if closes_on < today():
        raise Refusal(Code.INVALID, _("截止日期不能早于今天。"), field="closes_on")
    return TopicCall.objects.create(
        title=plain_line(title, max_length=MAX_TITLE, field="title"),
        text=plain_text(text, max_length=MAX_TEXT, field="text"),
        closes_on=closes_on,
        opened_by=by,
        opened_at=clock.now(),
    )


@transaction.atomic
def close_call(call: TopicCall, *, by: Person) -> TopicCall:
    """End a call before its day. What was proposed for it stays.

    Raises:
        Refusal: `forbidden`; `wrong_state` where it is over.
    """
    require(by, Permission.TOPIC_MANAGE)
    call.refresh_from_db(from_queryset=TopicCall.objects.select_for_update(no_key=True))
    require_open(call)
    call.closed_at = clock.now()
    call.closed_by = by
    call.save(update_fields=["closed_at", "closed_by"])
    return call


def require_open(call: TopicCall) -> None:
    """Pass, or raise `Refusal` `wrong_state` where the call is over."""
    if call.closed_at is not None or call.closes_on < today():
        raise Refusal(Code.WRONG_STATE, _("这次征集已经截止，可以不对应征集直接提出。"))


def open_calls() -> QuerySet[TopicCall]:
    """The calls that are open today, the one that closes first at the head."""
    is_open = Q(closed_at__isnull=True, closes_on__gte=today())
    return TopicCall.objects.filter(is_open).order_by("closes_on", "id")


def past_calls() -> QuerySet[TopicCall]:
    """The calls that are over, the one that closed last at the head."""
    is_over = Q(closed_at__isnull=False) | Q(closes_on__lt=today())
    return TopicCall.objects.filter(is_over).order_by("-closes_on", "-id")


def today() -> date:
    return timezone.localdate(clock.now())
