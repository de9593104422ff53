"""Addresses of signing in and of people. Of allauth's pages only those that a phone needs."""

from allauth.account import views as account
from django.conf import settings
from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView

from members import views

_to_sign_in = RedirectView.as_view(pattern_name="account_login", query_string=True)

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/signup/", _to_sign_in, name="account_signup"),
    path("accounts/login/code/", _to_sign_in, name="account_request_login_code"),
    path(
        "accounts/login/code/confirm/",
        account.confirm_login_code,
        name="account_confirm_login_code",
    ),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/phone/change/", account.change_phone, name="account_change_phone"),
    path("accounts/phone/verify/", account.verify_phone, name="account_verify_phone"),
    path("me/welcome/", views.welcome, name="welcome"),
    path("me/profile/", views.profile, name="profile"),
    path("me/view/", views.senior_view, name="senior_view"),
    path("people/", views.people_list, name="people"),
    path("people/new/", views.person_add, name="person_add"),
    path("people/<int:pk>/", views.person_edit, name="person"),
]

if settings.HALL_DEMO:
    urlpatterns.append(path("demo/sign-in/<int:pk>/", views.demo_sign_in, name="demo_sign_in"))
