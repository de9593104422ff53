"""Those in a room who hear what it says."""

from collections.abc import Iterator

from consultations.domain.deliveries import Delivery, Viewer
from consultations.live.attendee import Attendee
from consultations.live.outlets import DirectOutlet, Frames
from consultations.live.protocol import Packet
from consultations.models import EVERYONE
from hall import metrics


class Attendees:
    """The sockets that hear a room, in the order of their coming.

    Where the server has a way straight to its sockets, the same is written to all of them in one
    go. A socket that turns out to be gone is left out from then on.
    """

    def __init__(self) -> None:
        self._direct: dict[Frames, Attendee] = {}
        self._others: dict[Attendee, None] = {}

    def __iter__(self) -> Iterator[Attendee]:
        yield from self._direct.values()
        yield from self._others

    def __len__(self) -> int:
        return len(self._direct) + len(self._others)

    def add(self, attendee: Attendee) -> None:
        if isinstance(attendee.outlet, DirectOutlet):
            self._direct[attendee.outlet.frames] = attendee
        else:
            self._others[attendee] = None

    def remove(self, attendee: Attendee) -> None:
        """Write no more to them; nothing happens if they do not hear the room."""
        if isinstance(attendee.outlet, DirectOutlet):
            self._direct.pop(attendee.outlet.frames, None)
        else:
            self._others.pop(attendee, None)

    def clear(self) -> None:
        self._direct.clear()
        self._others.clear()

    def tell(self, packet: Packet) -> None:
        """Write the same to everyone."""
        gone = [attendee for attendee in self._others if not attendee.outlet.write(packet)]
        if self._direct:
            # Any of them can write to all of them: they are of one server.
            any_of_them = next(iter(self._direct))
            lost = any_of_them.write_to_all(self._direct, packet.wire)
            metrics.frames.inc(len(packet.frames) * (len(self._direct) - len(lost)))
            gone += [self._direct[frames] for frames in lost]
        self._leave_out(gone)

    def tell_apart(self, batch: list[Delivery], full: Packet) -> None:
        """Write to each what they may read of the batch; most may read the same.

        `full` is the batch with all that is in it.
        """
        named = {delivery.audience for delivery in batch}
        others = Packet(
            delivery.frame if delivery.audience == EVERYONE else delivery.otherwise
            for delivery in batch
        )

        def packet_for(viewer: Viewer) -> Packet:
            if viewer.moderates:
                return full
            if viewer.audience in named:
                return Packet(delivery.frame_for(viewer) for delivery in batch)
            return others

        self._leave_out([one for one in self if not one.outlet.write(packet_for(one.viewer))])

    def _leave_out(self, gone: list[Attendee]) -> None:
        for attendee in gone:
            self.remove(attendee)
