"""The consumer behind a big screen's socket."""

from consultations.live.consumers import RoomConsumer
from consultations.live.entrance import arrive_screen
from consultations.live.origins import screen_key_of


class ScreenConsumer(RoomConsumer):
    """A socket that reads: let in by the screen's own key, whoever is signed in beside it."""

    key_of = staticmethod(screen_key_of)
    arrive = staticmethod(arrive_screen)
