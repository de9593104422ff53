"""The hall as an ASGI application: pages and sockets."""

import os
from typing import Any

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hall.settings")
pages = get_asgi_application()

from consultations.live.hub import get_hub, stop_hub  # noqa: E402 (needs the apps loaded)
from consultations.live.routing import sockets  # noqa: E402


async def lifespan(_scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Start the live hub with the server, and stop it after the last socket."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            get_hub()
            await send({"type": "lifespan.startup.complete"})
        else:
            await stop_hub()
            await send({"type": "lifespan.shutdown.complete"})
            return


application = ProtocolTypeRouter({"http": pages, "websocket": sockets, "lifespan": lifespan})
