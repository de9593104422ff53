"""Small things that templates say: `{% load hall %}`."""

import re
from datetime import date, datetime, timedelta
from uuid import uuid4

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

register = template.Library()

_PHRASE = re.compile(
    "(?<=[，：；])(?!$)|(?<=..)(?=(?:专题|对口|界别|民主监督|提案办理)协商会?$)"
    "|(?<=..)(?<!专题|对口|界别|监督|办理)(?=协商会$)"
)


def _weekday(number: int) -> str:
    days = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
    return days[number]


def _day(at: date, *, printed: bool = False) -> str:
    local = timezone.localtime(at).date() if isinstance(at, datetime) else at
    today = timezone.localdate()
    this_year = local.year == today.year and not printed
    near = {0: _("今天"), 1: _("明天"), -1: _("昨天")}
    shown = date_format(local, _("n月j日") if this_year else _("Y年n月j日"))
    word = None if printed else near.get((local - today).days)
    word = word or _weekday(local.weekday())
    return _("%(day)s（%(word)s）") % {"day": shown, "word": word}


def _at(at: datetime, *, printed: bool = False) -> str:
    time = f"{timezone.localtime(at):%H:%M}"
    return _("%(day)s%(time)s") % {"day": _day(at, printed=printed), "time": time}


@register.filter
def day(at: date | None) -> str:
    """3月8日（周三）, with the year where it is not this one, with 今天 where it is today."""
    return _day(at) if at else ""


@register.filter
def moment(at: datetime | None) -> str:
    """3月8日（周三）14:30."""
    return _at(at) if at else ""


@register.filter
def printed(at: datetime | None) -> str:
    """2026年3月8日（周三）14:30: on paper there is no today."""
    return _at(at, printed=True) if at else ""


@register.simple_tag
def span(start: datetime, end: datetime, *, printed: bool = False) -> SafeString:
    """3月8日（周三）14:30—16:00, the hours on one line; the second day only where it is another.

    `printed`, for what hangs on a wall: with the year, and no 今天.
    """
    first, last = timezone.localtime(start), timezone.localtime(end)
    if first.date() == last.date():
        words = _dated(start, f"{first:%H:%M}—{last:%H:%M}", printed=printed)
        return SafeString(f"<span>{words}</span>")
    begins = _dated(start, f"{first:%H:%M}—", printed=printed)
    ends = _dated(end, f"{last:%H:%M}", printed=printed)
    return SafeString(f"<span>{begins}{ends}</span>")


def _dated(at: datetime, hours: str, *, printed: bool) -> str:
    """A day and hours of it, which break between them; a day with its year may be too long."""
    day = escape(_day(at, printed=printed))
    return escape(_("%(day)s%(time)s")) % {
        "day": day if printed else format_html('<span class="whole">{}</span>', day),
        "time": format_html('<span class="whole">{}</span>', hours),
    }


@register.filter
def phrases(title: str) -> SafeString:
    """A title that wraps between its phrases, if it has to: after commas and colons, and before
    what kind of meeting it is. A browser knows only characters, and would cut words.
    """
    return format_html_join(mark_safe("<wbr>"), "{}", ((part,) for part in _PHRASE.split(title)))


@register.filter
def until(at: datetime) -> str:
    """How long until `at`, roughly: 还有 3 天， 还有 2 小时; "" where it has passed."""
    left = at - timezone.now()
    if left <= timedelta():
        return ""
    if left >= timedelta(days=1):
        return ngettext("还有 %(n)d 天", "还有 %(n)d 天", left.days) % {"n": left.days}
    hours, minutes = divmod(int(left.total_seconds()) // 60, 60)
    if hours:
        return ngettext("还有 %(n)d 小时", "还有 %(n)d 小时", hours) % {"n": hours}
    return ngettext("还有 %(n)d 分钟", "还有 %(n)d 分钟", minutes) % {"n": max(minutes, 1)}


@register.filter
def passed(last: date | None) -> bool:
    """Whether a last day is over."""
    return last is not None and last < timezone.localdate()


@register.filter
def rich(html: str) -> SafeString:
    """Rich text that passed `hall.richtext.clean` when it was written."""
    return mark_safe(html)  # noqa: S308 (the one place; what is stored was cleaned)


_NUMERALS = "〇一二三四五六七八九"


@register.filter
def numeral(number: int) -> str:
    """A section's number as the page's language has it, in Chinese up to 99: 一， 十二， 二十."""
    if not 0 < number < 100 or get_language() != settings.LANGUAGE_CODE:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else _NUMERALS[tens] + "十")
    return head + (_NUMERALS[ones] if ones else "")


@register.filter
def phone(number: str | None) -> str:
    """A phone with its middle hidden: 138 **** 8000."""
    if not number:
        return ""
    local = number.removeprefix("+86")
    return f"{local[:3]} **** {local[-4:]}"


@register.filter
def get(mapping: dict[object, object], key: object) -> object:
    """`mapping[key]`, or None."""
    return mapping.get(key)


@register.simple_tag
def once() -> SafeString:
    """A key of this page's own for a form that is done once, however often it is sent; it is for
    a view that is marked so (`members.once`)."""
    return format_html('<input type="hidden" name="once" value="{}">', uuid4())
