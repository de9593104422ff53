"""What wraps every request."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect, render
from django.urls import is_valid_path
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from hall.errors import Code, Refusal

GetResponse = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware:
    """Speak the language that was chosen at the foot of a page, and else the hall's own.

    What the browser says of itself is not asked: many a phone here is set to English by its maker.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Cookie",))
        return response


class PageCompressionMiddleware(GZipMiddleware):
    """Send pages compressed. What is downloaded is compressed already, or is streamed as it comes.

    Secrets in a page cannot be told from its length: Django masks its token, and pads the rest.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        if response.headers.get("Content-Type", "").startswith("text/html"):
            return super().process_response(request, response)
        return response


class WayOnMiddleware:
    """No browser is left before an empty page where an address is not asked as it wants to be.

    An address that only takes forms lies below the page that its form stands on. Whoever opens it
    (by reloading what was refused, by signing in or choosing a language there) is led to that page.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or not request.accepts("text/html"):
            return response
        if request.method in {"GET", "HEAD"}:
            query = request.META.get("QUERY_STRING", "")
            return redirect(_page_above(request.path_info) + (f"?{query}" if query else ""))
        context = {
            "status": 405,
            "title": _("没有提交成功"),
            "sentence": _("这个页面不接受提交，什么都没有改动。"),
            "onward": request.path,
        }
        told = render(request, "error.html", context, status=405)
        told.headers["Allow"] = response.headers["Allow"]
        return told


def _page_above(path: str) -> str:
    """The nearest address above this one that the hall knows."""
    parts = path.strip("/").split("/")
    for kept in range(len(parts) - 1, 0, -1):
        above = f"/{'/'.join(parts[:kept])}/"
        if is_valid_path(above):
            return above
    return "/"


class RefusalMiddleware:
    """Turn a `Refusal` that a view did not handle into a page, or JSON where JSON is asked for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refusal):
            return None
        if request.accepts("text/html"):
            if error.code == Code.SIGN_IN and request.method == "GET":
                return redirect_to_login(request.get_full_path())
            return render(request, "refusal.html", {"refusal": error}, status=error.status)
        body = {"error": {"code": error.code.value, "message": error.message}}
        return JsonResponse(body, status=error.status)
