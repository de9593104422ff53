"""A consultation as an entry of people's own calendars: iCalendar (RFC 5545)."""

from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event, vText

from consultations.domain.queries import CalendarEntry

_PRODUCT = "-//consultation hall//zh-Hans"
_REMIND_BEFORE = timedelta(minutes=30)


def calendar_file(entry: CalendarEntry, *, address: str, host: str, written_at: datetime) -> bytes:
    """One event in UTF-8. A calendar that has it already takes the newer one by `sequence`.

    `address` is the consultation's absolute address, `host` makes the event's id the world's own.
    """
    line = entry.line
    event = Event()
    event.add("uid", f"consultation-{line.id}@{host}")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", written_at.astimezone(UTC))
    event.add("last-modified", entry.changed_at.astimezone(UTC))
    event.add("dtstart", line.starts_at.astimezone(UTC))
    event.add("dtend", line.ends_at.astimezone(UTC))
    event.add("summary", line.title)
    event.add("description", f"{line.question}\n\n{address}")
    event.add("location", vText(line.venue or _("线上")))
    event.add("url", address)
    event.add("status", "CANCELLED" if entry.called_off else "CONFIRMED")
    if not entry.called_off:
        event.add_component(_alarm(line.title))
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _alarm(title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", -_REMIND_BEFORE)
    return alarm
