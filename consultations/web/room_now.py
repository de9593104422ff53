"""What the room's page says without a script: how long there still is, and what can be done now.

The same sentences as the live room's (static/js/room/time.js and can.js), of what a form can do.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.domain import clock
from consultations.domain.floor import Silence
from consultations.models import OpinionKind, Stage

_KINDS: dict[OpinionKind, Promise] = {
    OpinionKind.OPINION: gettext_lazy("提意见"),
    OpinionKind.SUGGESTION: gettext_lazy("提建议"),
    OpinionKind.QUESTION: gettext_lazy("提问题"),
}
_CLOSED: dict[Stage, Promise] = {
    Stage.ANNOUNCED: gettext_lazy("协商还没有开始，请先了解情况，到时再来。"),
    Stage.SUMMARISING: gettext_lazy("发言已经结束，主持人正在梳理共识。"),
    Stage.REVIEW: gettext_lazy("发言已经结束，协商成果正在公示确认。"),
    Stage.SEALED: gettext_lazy("本场已经归档，可以查看，不再发言。"),
    Stage.CANCELLED: gettext_lazy("本场已经取消。"),
}
_HOUR = 60
_TWO_DAYS = 48 * _HOUR


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """A sentence, empty where nothing runs out; `over` where it has run out already."""

    text: str = ""
    over: bool = False


def length(lasting: timedelta) -> str:
    """ "12 分钟", "3 小时 20 分钟" or "2 天"; never less than a minute."""
    minutes = max(1, round(lasting / timedelta(minutes=1)))
    if minutes < _HOUR:
        return _("{n} 分钟").format(n=minutes)
    if minutes < _TWO_DAYS:
        hours, rest = divmod(minutes, _HOUR)
        words = _("{n} 小时").format(n=hours)
        return f"{words} {_('{n} 分钟').format(n=rest)}" if rest else words
    return _("{n} 天").format(n=round(minutes / 1440))


def time_left(room: dict[str, Any], running: dict[str, Any] | None) -> TimeLeft:
    """How long what runs in the room still has, or the room until it begins."""
    now = clock.now()
    if room["stage"] in {Stage.ANNOUNCED, Stage.COLLECTING}:
        wait = datetime.fromisoformat(room["starts_at"]) - now
        if wait <= timedelta():
            return TimeLeft(_("即将开始"))
        return TimeLeft(_("距开始还有 {t}").format(t=length(wait)))
    if room["stage"] != Stage.LIVE:
        return TimeLeft()
    end = datetime.fromisoformat(room["ends_at"])
    if running:
        end = datetime.fromisoformat(running["started_at"]) + timedelta(minutes=running["minutes"])
    if end > now:
        return TimeLeft(_("还剩 {t}").format(t=length(end - now)))
    return TimeLeft(_("已超时 {t}").format(t=length(now - end)), over=True)


def what_now(
    stage: Stage,
    kinds: Iterable[OpinionKind],
    *,
    voting: bool,
    observing: bool,
    muted: Silence | None,
    closed: bool,
) -> str:
    """One sentence: what this person can do now, or why nothing."""
    if voting:
        return _("正在表决，请您投票。")
    if acts := [str(_KINDS[kind]) for kind in kinds]:
        return _("现在您可以：{acts}").format(acts=_("、").join(acts))
    if muted:
        until = timezone.localtime(muted.until)
        return _("主持人请您暂停发言到 {t}。理由：{reason}").format(
            t=f"{until:%H:%M}", reason=muted.reason
        )
    if closed and stage in {Stage.LIVE, Stage.COLLECTING}:
        return _("主持人已暂停大家发言，请稍候。")
    if stage in _CLOSED:
        return str(_CLOSED[stage])
    return _("您在旁听席：可以看，不能发言。") if observing else _("现在请先听，稍后再发言。")
