"""The least that letting a signed-in person in can cost on the hall's launcher: the session is
looked up as Channels does it, the socket accepted, one word said. PORT as the one argument; run
with the hall's environment."""

import os
import sys
from pathlib import Path
from typing import Any

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hall.settings")
django.setup()

# Django's settings have to stand before these are read.
from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.routing import ProtocolTypeRouter  # noqa: E402

from hall.server import HallServer  # noqa: E402


class Door(AsyncWebsocketConsumer):
    channel_layer_alias = ""

    async def connect(self) -> None:
        if not self.scope["user"].is_authenticated:
            await self.close()
            return
        await self.accept()
        await self.send(text_data='{"in": true}')


async def lifespan(_scope: dict[str, Any], receive: Any, send: Any) -> None:
    while (message := await receive())["type"] != "lifespan.shutdown":
        await send({"type": f"{message['type']}.complete"})


application = ProtocolTypeRouter(
    {"websocket": AuthMiddlewareStack(Door.as_asgi()), "lifespan": lifespan}
)
HallServer(application, host="127.0.0.1", port=int(sys.argv[1])).run(lambda _host, _port: None)
