"""What wraps every request."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers

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
