"""Pages about the hall itself."""

from django.http import HttpRequest, JsonResponse


def healthz(_request: HttpRequest) -> JsonResponse:
    """Alive: the process answers. Whether what it needs is there is asked of /readyz."""
    return JsonResponse({"status": "ok"})
