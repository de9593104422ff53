"""The consumer behind a room's socket: comes in, obeys, goes."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from channels.consumer import AsyncConsumer, get_handler_name
from channels.exceptions import StopConsumer
from django.db import DatabaseError, InterfaceError
from django.utils import translation

from consultations.live.commands import obey
from consultations.live.entrance import arrive
from consultations.live.hub import get_hub
from consultations.live.limits import Flood
from consultations.live.origins import language_of, session_key_of
from consultations.live.outlets import outlet_for
from consultations.live.protocol import CLOSE_OF, Close
from consultations.live.visit import Visit
from hall.errors import Code, Refusal, in_short

logger = logging.getLogger(__name__)

Message = dict[str, Any]


class RoomConsumer(AsyncConsumer):  # type: ignore[misc]
    """One socket. It needs no channel of its own, as the hub writes to it, and no hop into a thread
    before each message to close old database connections: the pool's threads look after theirs."""

    key_of = staticmethod(session_key_of)
    arrive = staticmethod(arrive)

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        self.scope, self.base_send = scope, send
        self.visit: Visit | None = None
        # For this socket alone: what is said to it is in the language of its page.
        translation.activate(language_of(scope))
        try:
            with suppress(StopConsumer):
                while True:
                    await self.dispatch(await receive())
        finally:
            if self.visit is not None:
                self.visit.end()

    async def dispatch(self, message: Message) -> None:
        await getattr(self, get_handler_name(message))(message)

    async def websocket_connect(self, _message: Message) -> None:
        """Accept, so that the client can be told by a close code where it may not come in."""
        await self.base_send({"type": "websocket.accept"})
        self.outlet = outlet_for(self.scope, self.base_send)
        self.visit = Visit(get_hub(), self.scope, self.key_of(self.scope))
        try:
            await self.visit.begin(self.outlet, self.arrive)
        except Refusal as refusal:
            self.outlet.close(CLOSE_OF.get(refusal.code, Close.FORBIDDEN))
        except (DatabaseError, InterfaceError) as error:
            logger.warning("nobody can come in: %s", in_short(error))
            self.outlet.close(CLOSE_OF[Code.BUSY])

    async def websocket_receive(self, message: Message) -> None:
        if self.visit is None or self.visit.asked is None:
            return
        try:
            await obey(self.visit.asked, message.get("text"))
        except Flood:
            self.outlet.close(Close.TOO_MANY)

    async def websocket_disconnect(self, _message: Message) -> None:
        raise StopConsumer
