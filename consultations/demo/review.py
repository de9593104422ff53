"""What participants of the demo hall say of an outcome while it lies open, and its calendar."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from consultations.domain import clock
from consultations.domain.confirmations import Answer, confirm_clauses
from consultations.domain.passages import passages
from consultations.domain.signing_off import answer_objection, object_to_minutes, sign_minutes
from consultations.domain.working_days import replace_holidays, work_calendar
from consultations.models import Confirmed, Consultation, Verdict
from members.models import Person

_REACH = timedelta(days=60)  # further than any of the demo's windows


def window_over(consultation: Consultation) -> datetime:
    """The morning after the last day of the objection window; long ago where there is none."""
    last = consultation.objections_until
    if last is None:
        return datetime.min.replace(tzinfo=UTC)
    morning = datetime.combine(last + timedelta(days=1), time(10))
    return timezone.make_aware(morning)


def tell_review(
    consultation: Consultation,
    session: Mapping[str, Any],
    people: Mapping[str, Person],
    since: datetime,
) -> None:
    """Confirm the clauses, sign the minutes, and object once, with an answer."""
    for hours, said in enumerate(session["confirmations"], start=3):
        reason = said.get("reason", "")
        answers = [
            Answer(position, Confirmed(value), "" if value == Confirmed.AGREE else reason)
            for position, value in enumerate(said["values"], start=1)
        ]
        with clock.at(since + timedelta(hours=hours)):
            confirm_clauses(consultation, person=people[said["by"]], answers=answers)
    review = session["review"]
    minutes = consultation.minutes.get()
    with clock.at(since + timedelta(days=1)):
        for name in review["signed"]:
            sign_minutes(consultation, person=people[name], version=minutes.version)
        found = next(one for one in passages(minutes.body) if review["phrase"] in one.text)
        objection = object_to_minutes(
            consultation,
            person=people[review["objector"]],
            version=minutes.version,
            paragraph=found.number,
            passage=review["phrase"],
            text=review["objection"],
        )
    with clock.at(since + timedelta(days=2)):
        answer_objection(
            consultation,
            by=people[session["moderator"]],
            number=objection.number,
            verdict=Verdict(review["verdict"]),
            answer=review["answer"],
        )


def arrange_years() -> None:
    """Make up the holidays of years that the demo reaches into and that nobody has announced."""
    today = timezone.localdate()
    reached = {(today - _REACH).year, (today + _REACH).year}
    made_up = {
        str(year): {
            "source": "演示数据，不是国务院办公厅的通知",
            "holidays": [
                {"name": "元旦", "from": f"{year}-01-01", "to": f"{year}-01-01"},
                {"name": "劳动节", "from": f"{year}-05-01", "to": f"{year}-05-03"},
                {"name": "国庆节", "from": f"{year}-10-01", "to": f"{year}-10-07"},
            ],
            "working": [],
        }
        for year in sorted(reached - work_calendar().years)
    }
    if made_up:
        replace_holidays(json.dumps(made_up, ensure_ascii=False).encode(), by=None)
