"""大屏: the code that lets a display in, the page that it shows, and how it is shut out."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from consultations.domain import queries, screens
from consultations.models import Consultation
from consultations.web.forms import complain
from consultations.web.limits import within
from consultations.web.share import room_address
from hall.errors import Code, Refusal
from members.access import allowed
from members.requests import signed_in
from members.roles import Permission

TRIES = "10/10m/ip"


class ScreenCodeForm(forms.Form):
    """The code as a moderator reads it out."""

    code = forms.CharField(
        label=gettext_lazy("投屏码"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "off",
                "class": "input--code",
                "autofocus": True,
            }
        ),
        error_messages={"required": gettext_lazy("请填写投屏码。")},
    )


@never_cache
def enter_code(request: HttpRequest) -> HttpResponse:
    """Where a display is let in. Nobody needs to sign in; ten wrong codes have to wait."""
    form = ScreenCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if not within(request, "screen_code", TRIES):
                raise Refusal(Code.TOO_MANY, _("试得太多了，请过十分钟再试。"), field="code")
            return _let_in(screens.open_screen(form.cleaned_data["code"]))
        except Refusal as refusal:
            complain(form, refusal)
    status = 422 if form.errors else 200
    return render(request, "screen/code.html", {"form": form}, status=status)


@require_safe
@never_cache
def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """What the display shows. Without a key of this room it leads to where one is got."""
    found = screens.screen_by_key(request.COOKIES.get(screens.COOKIE))
    if found is None or found.consultation_id != pk:
        consultation = queries.find_consultation(request.user, pk)
        if allowed(request.user, Permission.SCREEN_OPEN, consultation):
            return redirect("screens", pk)
        return redirect("screen_code")
    context = {
        "consultation": found.consultation,
        "address": room_address(request, pk).partition("://")[2],
    }
    return render(request, "screen/screen.html", context)


@require_safe
@never_cache
def manage(request: HttpRequest, pk: int) -> HttpResponse:
    return _desk(request, queries.find_consultation(request.user, pk))


@require_POST
@never_cache
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a code and show it, this once."""
    by = signed_in(request)
    consultation = queries.find_consultation(by, pk)
    try:
        invitation = screens.invite_screen(consultation, by=by)
    except Refusal as refusal:
        return _refused(request, pk, refusal)
    return _desk(request, consultation, invitation)


@require_POST
def open_here(request: HttpRequest, pk: int) -> HttpResponse:
    by = signed_in(request)
    consultation = queries.find_consultation(by, pk)
    try:
        return _let_in(screens.open_screen_here(consultation, by=by))
    except Refusal as refusal:
        return _refused(request, pk, refusal)


@require_POST
def end(request: HttpRequest, pk: int, screen_id: int) -> HttpResponse:
    by = signed_in(request)
    consultation = queries.find_consultation(by, pk)
    try:
        screens.end_screen(consultation, screen_id=screen_id, by=by)
    except Refusal as refusal:
        return _refused(request, pk, refusal)
    messages.success(request, _("已断开，这块大屏不再显示本场内容。"))
    return redirect("screens", pk)


def _desk(
    request: HttpRequest,
    consultation: Consultation,
    invitation: screens.Invitation | None = None,
) -> HttpResponse:
    code = invitation.code if invitation else ""
    context = {
        "consultation": consultation,
        "lines": screens.screens_of(consultation, by=signed_in(request)),
        "invitation": invitation,
        "code": f"{code[:4]} {code[4:]}",
        "may_open": screens.may_have_screens(consultation),
        "code_address": request.build_absolute_uri(reverse("screen_code")).partition("://")[2],
    }
    return render(request, "screen/manage.html", context)


def _refused(request: HttpRequest, pk: int, refusal: Refusal) -> HttpResponse:
    if refusal.code in {Code.SIGN_IN, Code.FORBIDDEN}:
        raise refusal
    messages.error(request, refusal.message)
    return redirect("screens", pk)


def _let_in(opened: screens.Opened) -> HttpResponse:
    """To the room's screen, with the key that this browser alone is told."""
    response = redirect("room_screen", opened.consultation_id)
    response.set_cookie(
        screens.COOKIE,
        opened.key,
        expires=opened.expires_at,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
