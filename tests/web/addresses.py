"""Every page of the hall, by name: what it is called with is taken from a `Hall`."""

from typing import Any

from django.urls import reverse

from consultations.models import Stage
from tests.web.conftest import Hall

PUBLIC = {
    "home": lambda hall: (),
    "plan_list": lambda hall: (),
    "plan": lambda hall: (hall.item.section.plan_id,),
    "work_item": lambda hall: (hall.item.pk,),
    "holidays": lambda hall: (),
    "minutes": lambda hall: (hall.by_stage[Stage.REVIEW].pk,),
    "opinion": lambda hall: (hall.by_stage[Stage.REVIEW].pk, 1),
    "record": lambda hall: (hall.by_stage[Stage.SEALED].pk,),
    "guide_list": lambda hall: (),
    "guide": lambda hall: ("resident",),
    "search": lambda hall: (),
    "member_list": lambda hall: (),
    "studio": lambda hall: (hall["member"].pk,),
    "topic_list": lambda hall: (),
    "topic": lambda hall: (hall.proposed.pk,),
    "consultation_list": lambda hall: (),
    "archive": lambda hall: (hall.archive.number,),
    "verify": lambda hall: (),
    "live_heads": lambda hall: (hall.by_stage[Stage.LIVE].pk,),
    "account_login": lambda hall: (),
    "screen_code": lambda hall: (),
}
SIGNED_IN = {
    "me": lambda hall: (),
    "notices": lambda hall: (),
    "profile": lambda hall: (),
    "welcome": lambda hall: (),
    "topic_new": lambda hall: (),
    "account_logout": lambda hall: (),
    "account_change_phone": lambda hall: (),
    "opinion_map": lambda hall: (hall.by_stage[Stage.LIVE].pk,),
    "room": lambda hall: (hall.by_stage[Stage.LIVE].pk,),
}
STAFF = {
    "topic_edit": lambda hall: (hall.topic.pk,),
    "erasures": lambda hall: (hall.by_stage[Stage.LIVE].pk,),
    "topic_call_new": lambda hall: (),
    "plan_import": lambda hall: (),
    "studio_reports": lambda hall: (),
    "consultation_new": lambda hall: (hall.topic.pk,),
    "consultation_edit": lambda hall: (hall.by_stage[Stage.ANNOUNCED].pk,),
    "consultation_seats": lambda hall: (hall.by_stage[Stage.ANNOUNCED].pk,),
    "desk": lambda hall: (hall.by_stage[Stage.LIVE].pk,),
    "desk_poster": lambda hall: (hall.by_stage[Stage.LIVE].pk,),
    "desk_attendance": lambda hall: (hall.by_stage[Stage.LIVE].pk,),
    "screens": lambda hall: (hall.by_stage[Stage.LIVE].pk,),
    "outcome_edit": lambda hall: (hall.by_stage[Stage.SUMMARISING].pk,),
    "papers": lambda hall: (hall.by_stage[Stage.REVIEW].pk,),
    "paper_templates": lambda hall: (),
}
ADMIN = {
    "people": lambda hall: (),
    "person": lambda hall: (hall["resident"].pk,),
}


def address(pages: dict[str, Any], name: str, hall: Hall) -> str:
    return reverse(name, args=pages[name](hall))


def all_pages(hall: Hall) -> list[str]:
    """Everything that an administrator with all permissions can open, each stage included."""
    named = [
        address(pages, name, hall)
        for pages in (PUBLIC, SIGNED_IN, STAFF, ADMIN)
        for name in pages
        if name != "account_login"
    ]
    stages = [reverse("consultation", args=[each.pk]) for each in hall.by_stage.values()]
    return [*named, *stages, "/no-such-page/"]
