"""A form that is sent twice is done once: a second tap, a reload, a browser that tries again.

The page gives its form a key of its own (`{% once %}`), the view is marked with `@once`. Verbs
that come over a socket as well keep such a key with what they make; this is for all others.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from hashlib import sha256
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Person, SentForm

FIELD = "once"
KEPT = timedelta(days=1)

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def once(view: View[P]) -> View[P]:
    """Lead whoever sends the same form again to where it led at first, and do nothing.

    The view and the note of it are one transaction, so a second one that comes meanwhile waits. A
    form that was refused (the view led nowhere) has not been sent; one with other words under the
    same key, as after the back button, is another form. Without a key the view is as it was.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        key = _key(request)
        if key is None or not isinstance(request.user, Person):
            return view(request, *args, **kwargs)
        with transaction.atomic():
            sent, new = SentForm.objects.get_or_create(
                person=request.user, key=key, digest=_digest(request)
            )
            if not new:
                messages.info(request, _("刚才已经提交过，没有重复提交。"))
                return redirect(sent.led_to)
            response = view(request, *args, **kwargs)
            if response.status_code != 302:
                transaction.set_rollback(True)
                return response
            sent.led_to = response.headers["Location"]
            sent.save(update_fields=["led_to"])
            overdue = timezone.now() - KEPT
            SentForm.objects.filter(person=request.user, sent_at__lt=overdue).delete()
        return response

    return guarded


def _key(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return None


def _digest(request: HttpRequest) -> str:
    """Of the address and all that was filled in; Django's token is masked anew on each page."""
    filled = [(name, request.POST.getlist(name)) for name in sorted(request.POST)]
    words = urlencode([each for each in filled if each[0] != "csrfmiddlewaretoken"], doseq=True)
    return sha256(f"{request.get_full_path()}\n{words}".encode()).hexdigest()
