"""Pages about people: one's own page, the people page, and signing in to a demonstration."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hall.errors import Refusal
from members import people
from members.forms import AddPersonForm, PeopleSearchForm, ProfileForm, StandingForm
from members.once import once
from members.requests import SENIOR_COOKIE, onward, signed_in
from members.roles import Role

PAGE = 50
A_YEAR = 60 * 60 * 24 * 365
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_required
def welcome(request: HttpRequest) -> HttpResponse:
    """What a newcomer is asked once; nothing of it is required."""
    return _profile(request, "members/welcome.html", onward(request, reverse("home")))


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    return _profile(request, "members/profile.html", reverse("me"))


def _profile(request: HttpRequest, template: str, after: str) -> HttpResponse:
    person = signed_in(request)
    initial = {
        "alias": person.alias,
        "liaison_group": person.liaison_group,
        "senior_view": person.senior_view,
    }
    form = ProfileForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            people.edit_profile(person, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, _("已保存。"))
            response = redirect(after)
            response.delete_cookie(SENIOR_COOKIE)
            return response
    return render(request, template, {"form": form, "after": after})


@require_POST
def senior_view(request: HttpRequest) -> HttpResponse:
    """Switch the large type on or off: for this device, and for the person if signed in."""
    on = request.POST.get("senior") == "1"
    if request.user.is_authenticated:
        people.set_senior_view(signed_in(request), on=on)
    response = redirect(onward(request, reverse("home")))
    response.set_cookie(
        SENIOR_COOKIE,
        "1" if on else "0",
        max_age=A_YEAR,
        samesite="Lax",
        httponly=True,
        secure=settings.HALL_SECURE,
    )
    return response


def people_list(request: HttpRequest) -> HttpResponse:
    form = PeopleSearchForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {"q": "", "role": ""}
    found = people.people(by=request.user, query=asked["q"], role=asked["role"])
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    query = urlencode({key: value for key, value in asked.items() if value})
    context = {"form": form, "page": page, "query": query, "add_form": AddPersonForm()}
    return render(request, "members/people.html", context)


@require_POST
@once
def person_add(request: HttpRequest) -> HttpResponse:
    form = AddPersonForm(request.POST)
    if form.is_valid():
        try:
            person = people.add_person(by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            if refusal.field is None:
                raise
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, _("已登记。请设定身份。"))
            return redirect("person", person.pk)
    page = Paginator(people.people(by=request.user), PAGE).get_page(1)
    context = {"form": PeopleSearchForm(), "page": page, "query": "", "add_form": form}
    return render(request, "members/people.html", context, status=422)


def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    person = people.person_to_manage(pk, by=request.user)
    form = StandingForm(request.POST or None, instance=person)
    if form.is_valid():
        data = form.cleaned_data | {"role": Role(form.cleaned_data["role"])}
        person = people.person_to_manage(pk, by=request.user)
        try:
            people.set_standing(person, by=request.user, **data)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, _("%(name)s 的身份已保存。") % {"name": person.alias})
            return redirect("people")
    return render(request, "members/person.html", {"form": form, "person": person})


@require_POST
def demo_sign_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign in as a person of the demonstration. Its address exists with HALL_DEMO alone."""
    person = people.demo_person(pk)
    login(request, person, backend=_BACKEND)
    messages.success(request, _("已以“%(name)s”的身份登录。") % {"name": person.alias})
    return redirect(onward(request, reverse("home")))
