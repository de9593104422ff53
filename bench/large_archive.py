"""An archive of 100,000 events: python -m bench.large_archive FILE

Every word of it is always the same; the key is a new one.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from consultations.archiving.bag import ArchiveContents, write_bag
from consultations.archiving.canonical import genesis, seal_event
from consultations.archiving.chain import ChainedEvent
from consultations.archiving.signing import SigningKey

EVENTS = 100_000
ROOM, HALL = "7", "bench"
TEXT = "夜间水压不够，请把二次供水泵房的水泵换成变频的，并且定期公布水质检测结果，第{}条。"


def events() -> Iterator[ChainedEvent]:
    previous = genesis(ROOM, HALL)
    for seq in range(1, EVENTS + 1):
        body = {"number": seq, "text": TEXT.format(seq), "kind": "opinion"}
        told: dict[str, Any] = {
            "seq": seq,
            "type": "opinion.posted",
            "at": f"2026-05-20T08:00:00.{seq:06d}Z",
            "by": seq % 900 + 1,
            "audience": "all",
        }
        sealed = seal_event(previous, **told, body=body, salt=f"{seq:032x}")
        previous = sealed.digest
        yield ChainedEvent(
            **told,
            salt=sealed.salt,
            body=body,
            body_digest=sealed.body_digest,
            digest=sealed.digest,
        )


def main() -> None:
    contents = ArchiveContents(
        room=ROOM, hall=HALL, title="供水", sealed_at="2026-05-20T09:30:00.000000Z", events=events()
    )
    write_bag(Path(sys.argv[1]), contents, SigningKey.generate())


if __name__ == "__main__":
    main()
