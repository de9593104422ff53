"""Every address of the hall."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from hall.guides import guide, guide_list
from hall.installable import manifest, offline, worker
from hall.views import healthz, metrics, readyz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("language/", set_language, name="set_language"),
    path("help/", guide_list, name="guide_list"),
    path("help/<slug:name>/", guide, name="guide"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("sw.js", worker, name="worker"),
    path("offline/", offline, name="offline"),
    path("", include("members.urls")),
    path("", include("consultations.web.urls")),
]

handler400 = "hall.views.bad_request"
handler403 = "hall.views.permission_denied"
handler404 = "hall.views.not_found"
handler500 = "hall.views.server_error"
