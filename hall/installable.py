"""What makes the hall a program on a phone's home screen: manifest, worker, offline page.

The worker keeps the offline page and the files that it is drawn with, and nothing else: no page
with data in it is ever kept on a device.
"""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hall.words import own_language

THEME = "#0b3b48"
PAPER = "#f6f4ee"
_DRAWN_WITH = (
    "css/tokens.css",
    "css/base.css",
    "css/layout.css",
    "css/components.css",
    "img/logo.svg",
)
_ICONS = (
    ("img/icon-192.png", "192x192", "any"),
    ("img/icon-512.png", "512x512", "any"),
    ("img/icon-full-512.png", "512x512", "maskable"),
)


@require_safe
@own_language()
def manifest(_request: HttpRequest) -> JsonResponse:
    """The web app manifest."""
    icons = [
        {"src": staticfiles_storage.url(path), "sizes": sizes, "type": "image/png", "purpose": use}
        for path, sizes, use in _ICONS
    ]
    described = {
        "name": f"{settings.HALL_COMMITTEE}{settings.HALL_NAME}",
        "short_name": settings.HALL_NAME[:6],
        "description": _("居民、政协委员与承办单位一起商量身边的事。"),
        "lang": "zh-Hans",
        "id": "/",
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "theme_color": THEME,
        "background_color": PAPER,
        "icons": icons,
    }
    return JsonResponse(
        described,
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
    )


@require_safe
@own_language()
def worker(_request: HttpRequest) -> HttpResponse:
    """The service worker; a new one wherever what it keeps has changed."""
    files = [staticfiles_storage.url(path) for path in _DRAWN_WITH]
    page = render_to_string("offline/page.html", _names())
    version = hashlib.sha256("\n".join((*files, page)).encode()).hexdigest()[:16]
    context = {
        "files": json.dumps(files),
        "offline": json.dumps(reverse("offline")),
        "cache": json.dumps(f"hall-{version}"),
    }
    code = render_to_string("offline/worker.js", context)
    response = HttpResponse(code, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
@own_language()
def offline(request: HttpRequest) -> HttpResponse:
    """What is shown where the network is gone: the same for everyone, without any script.

    It speaks every language of the hall: a kept page cannot tell whose phone it is on.
    """
    return render(request, "offline/page.html", _names())


def _names() -> dict[str, Any]:
    others = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
    return {"hall_name": settings.HALL_NAME, "other_languages": others}
