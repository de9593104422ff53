"""What an operator may know of a running process, in Prometheus' terms."""

from prometheus_client import Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

__all__ = ["CONTENT_TYPE_LATEST", "exposition"]

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)

seats = Gauge("hall_seats", "Sockets that sit in a room")
rooms = Gauge("hall_rooms", "Rooms that are open in this process")
events = Counter("hall_events", "Logged events delivered to the rooms of this process")
frames = Counter("hall_frames", "Frames written to sockets")
commands = Counter("hall_commands", "Commands answered", ["do", "result"])
delivery_lag = Histogram(
    "hall_delivery_lag_seconds",
    "From the bell after an event's commit until its frames were written",
    buckets=_FAST,
)
bytes_owed = Gauge("hall_bytes_owed", "Bytes that clients have not taken yet, all sockets")
cuts = Counter("hall_cuts", "Sockets closed by the hall, whatever for", ["code"])
doorbells_missed = Counter("hall_doorbells_missed", "Gaps found between what was heard")
doorbells_repaired = Counter("hall_doorbells_repaired", "Events read from the log instead")
doorbells_lost = Counter("hall_doorbells_lost", "Doorbells that could not be sent")
layer_healthy = Gauge("hall_layer_healthy", "1 where the channel layer brings our own bells back")
heads_signed = Counter("hall_heads_signed", "Heads of live rooms' logs that were published")
heads_refused = Counter("hall_heads_refused", "Logs that did not verify when a head was due")
writer_batch = Histogram(
    "hall_writer_batch_size", "Drafts in one transaction", ["what"], buckets=_SIZES
)
database_seconds = Histogram(
    "hall_database_seconds", "Time of one call of the domain", ["pool"], buckets=_FAST
)
database_wait = Histogram(
    "hall_database_wait_seconds",
    "From when a call was asked for until a thread began with it",
    ["pool"],
    buckets=_FAST,
)
database_waiting = Gauge("hall_database_waiting", "Calls that no thread has begun with", ["pool"])
database_given_up = Counter(
    "hall_database_given_up", "Calls that no thread began with in time", ["pool"]
)


def exposition() -> bytes:
    """All figures of this process, as `CONTENT_TYPE_LATEST`."""
    return generate_latest()
