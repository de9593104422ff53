"""Every address of the hall."""

from django.urls import URLPattern, URLResolver, include, path

from hall.views import healthz, metrics, readyz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("", include("members.urls")),
    path("", include("consultations.web.urls")),
]

handler400 = "hall.views.bad_request"
handler403 = "hall.views.permission_denied"
handler404 = "hall.views.not_found"
handler500 = "hall.views.server_error"
