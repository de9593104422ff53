"""The process of a consultation as its log has it: what was done when, without what was said."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.domain.queries.consultation import PUBLISHED, find_consultation
from consultations.models import EVERYONE, Consultation, OpinionKind, RoomEvent, Stage
from hall.errors import Code, Refusal
from members.access import Visitor, require
from members.roles import Permission

PAGE = 100
_KNOWN = {
    "opinion.posted": gettext_lazy("发表%(kind)s %(n)s"),
    "opinion.hidden": gettext_lazy("隐藏意见 %(n)s"),
    "opinion.erased": gettext_lazy("依法删除意见 %(n)s 的正文"),
    "opinion.restored": gettext_lazy("恢复意见 %(n)s"),
    "opinion.pinned": gettext_lazy("意见 %(n)s 置顶有变"),
    "opinion.answered": gettext_lazy("意见 %(n)s 的答复有变"),
    "seat.taken": gettext_lazy("%(name)s 入席"),
    "seat.removed": gettext_lazy("%(name)s 离席"),
    "stage.moved": gettext_lazy("进入“%(stage)s”"),
    "consultation.changed": gettext_lazy("修改安排"),
    "ballot.opened": gettext_lazy("表决 %(n)s 开始"),
    "ballot.closed": gettext_lazy("表决 %(n)s 结束"),
    "stances.closed": gettext_lazy("表态结束，结果封存"),
    "outcome.published": gettext_lazy("共识、分歧和纪要开始公示"),
}


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One event. `number` is the opinion that it is about, 0 for none."""

    seq: int
    at: datetime
    by: str
    words: str
    number: int


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A page of the log; `earlier` and `later` are the numbers to go on from, 0 for none."""

    consultation: Consultation
    lines: tuple[RecordLine, ...]
    earlier: int
    later: int


def record_page(visitor: Visitor, consultation_id: int, seq: int) -> RecordPage:
    """The hundred events among which `seq` is, those for moderators alone left out. Four queries.

    Raises:
        Refusal: `not_found`, `sign_in`, `forbidden`, as for the room until the outcome is public.
    """
    found = find_consultation(visitor, consultation_id)
    if found.stage not in PUBLISHED:
        require(visitor, Permission.ROOM_ENTER, found)
    events = RoomEvent.objects.filter(consultation=found)
    head = events.order_by("-seq").values_list("seq", flat=True).first() or 0
    if not 1 <= seq <= max(head, 1):
        raise Refusal(Code.NOT_FOUND)
    first = (seq - 1) // PAGE * PAGE + 1
    shown = events.filter(seq__gte=first, seq__lt=first + PAGE, audience=EVERYONE)
    lines = tuple(
        _line(event) for event in shown.select_related("by", "erasure__opinion").order_by("seq")
    )
    later = first + PAGE if first + PAGE <= head else 0
    return RecordPage(found, lines, max(first - PAGE, 0), later)


def _line(event: RoomEvent) -> RecordLine:
    if event.erasure is not None:
        number = event.erasure.opinion.number
        words = _("意见 %(n)s 的记录，正文已依法删除") % {"n": number}
        return RecordLine(event.seq, event.at, "", words, number)
    body: dict[str, Any] = event.body or {}
    number = body.get("number", 0) if event.type.startswith("opinion.") else 0
    by = event.by.alias if event.by else ""
    return RecordLine(event.seq, event.at, by, _words(event.type, body), number)


def _words(kind: str, body: dict[str, Any]) -> str:
    if kind == "agenda.moved":
        if body["started"] is None:
            return _("议程第 %(n)s 项结束") % {"n": body["ended"]}
        return _("议程第 %(n)s 项开始") % {"n": body["started"]}
    words = _KNOWN.get(kind, gettext_lazy("会场操作（%(kind)s）"))
    return str(words) % {
        "kind": OpinionKind(body["kind"]).label if kind == "opinion.posted" else kind,
        "n": body.get("number", ""),
        "stage": Stage(body["to"]).label if kind == "stage.moved" else "",
        "name": body["person"]["name"] if kind in {"seat.taken", "seat.removed"} else "",
    }
