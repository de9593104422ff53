"""Every address of the hall."""

from django.urls import URLPattern, URLResolver, include, path

from hall.views import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("", include("members.urls")),
    path("", include("consultations.web.urls")),
]
