"""Socket addresses, for pages of this hall alone."""

from typing import Any

from channels.routing import URLRouter
from channels.security.websocket import WebsocketDenier
from django.urls import re_path

from consultations.live.consumers import RoomConsumer
from consultations.live.origins import is_from_this_hall
from consultations.live.screen import ScreenConsumer

_routes = URLRouter(
    [
        re_path(r"^ws/rooms/(?P<room_id>[0-9]{1,15})/$", RoomConsumer.as_asgi()),
        re_path(r"^ws/rooms/(?P<room_id>[0-9]{1,15})/screen/$", ScreenConsumer.as_asgi()),
        re_path("", WebsocketDenier.as_asgi()),
    ]
)


async def sockets(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The ASGI application of all sockets; a foreign page's handshake is answered with 403."""
    application = _routes if is_from_this_hall(scope) else WebsocketDenier()
    await application(scope, receive, send)
