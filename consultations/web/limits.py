"""How often something may be tried from one address."""

from allauth.core.internal import ratelimit
from django.http import HttpRequest


def within(request: HttpRequest, action: str, rate: str) -> bool:
    """Count one try; False beyond `rate`, such as "10/10m/ip" (see allauth's rate limits)."""
    usage = ratelimit.consume(
        request, app="consultations", action=action, config={action: rate}, limit_get=True
    )
    return usage is not None
