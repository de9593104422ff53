"""How a command finds its handler, and what a handler is given."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from consultations.live.attendee import Attendee
from consultations.live.command import Command
from consultations.live.hub import Hub
from consultations.live.room import Room


@dataclass(frozen=True, slots=True)
class Asked:
    """One command's surroundings."""

    hub: Hub
    room: Room
    attendee: Attendee

    async def write(self, verb: Callable[..., Any], **arguments: Any) -> Any:
        return await self.hub.write(self.room, verb, **arguments)

    async def read(self, query: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """What `query` finds in this room, asked beside the event loop."""
        return await self.hub.pools.readers.run(query, self.room.consultation, *arguments, **named)

    @property
    def person(self) -> Any:
        return self.attendee.arrival.person


C = TypeVar("C", bound=Command)
Handler = Callable[[Asked, Any], Awaitable[Any]]
HANDLERS: dict[type[Command], Handler] = {}


def handles(command: type[C]) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        HANDLERS[command] = handler
        return handler

    return register


def seq_of(event: Any) -> dict[str, int | None]:
    """`{seq}` of the event, null where there was nothing left to do."""
    return {"seq": event.seq if event is not None else None}
