"""A hall for hostile clients: whatever they do, each close has a reason."""

from collections.abc import Iterator

import pytest

from consultations.live.protocol import Close
from tests.faults.halls import Ground
from tests.faults.hostile.calling import cuts
from tests.faults.wire import CLOSES

# Too much, no UTF-8, no WebSocket, or the client's own goodbye; and the hall's reasons.
CLEAN = {1000, 1002, 1007, 1009, *map(int, Close)}


@pytest.fixture(scope="module")
def ground(standing_ground: Ground) -> Ground:
    standing_ground.move_on(people=8)
    return standing_ground


@pytest.fixture
def untouched(ground: Ground) -> Iterator[None]:
    """The database is afterwards what it was before."""
    before = ground.witness.ask_now("fingerprint")
    yield
    assert ground.witness.ask_now("fingerprint") == before


@pytest.fixture(autouse=True)
def cleanly_closed(ground: Ground) -> Iterator[None]:
    """Whatever a test does, each close has a reason: as its client reads it, as the hall counts."""
    CLOSES.clear()
    yield
    assert set(CLOSES) <= CLEAN
    assert set(cuts(ground)) <= {str(code) for code in CLEAN}
