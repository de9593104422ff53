"""Computes maps in a process of its own: python -m consultations.analysis.worker

Tasks come on the standard input, answers go to the standard output, each after its length in
eight bytes, big-endian. It ends with its input. It knows nothing of the hall's database.
"""

import io
import json
import os
import struct
import sys
from typing import IO, Any

import numpy as np

from consultations.analysis.matrix import AnalysisRefused, Ints, Stances
from consultations.analysis.opinion_map import compute_map
from consultations.analysis.picture import picture
from consultations.analysis.state import MapState

LENGTH = struct.Struct(">Q")
YIELDS = 5


def pack(
    *, people: Ints, opinions: Ints, values: Ints, agenda: Ints, moderated: Ints, state: str = ""
) -> bytes:
    """A task: stances as in `Stances.from_arrays`, and the state to start from, "" for none."""
    packed = io.BytesIO()
    np.savez(
        packed,
        allow_pickle=False,
        people=people,
        opinions=opinions,
        values=values,
        agenda=agenda,
        moderated=moderated,
        state=np.frombuffer(state.encode(), dtype=np.uint8),
    )
    return packed.getvalue()


def answer(task: bytes) -> dict[str, Any]:
    """`{found: picture, state}` of a packed task, or `{error, detail}` where there is none."""
    try:
        with np.load(io.BytesIO(task), allow_pickle=False) as arrays:
            stances = Stances.from_arrays(
                arrays["people"],
                arrays["opinions"],
                arrays["values"],
                agenda=arrays["agenda"],
                moderated=arrays["moderated"],
            )
            state = arrays["state"].tobytes().decode()
        found = compute_map(stances, _start(state))
        return {"found": picture(found), "state": found.state.to_json()}
    except AnalysisRefused as refused:
        return {"error": refused.code, "detail": refused.detail}
    except Exception as error:  # whatever one task holds, the next one is computed
        return {"error": "failed", "detail": f"{type(error).__name__}: {error}"}


def read(pipe: IO[bytes]) -> bytes | None:
    """The next message, None at the end of the input."""
    length = pipe.read(LENGTH.size)
    if len(length) < LENGTH.size:
        return None
    (size,) = LENGTH.unpack(length)
    message = pipe.read(size)
    return message if len(message) == size else None


def write(pipe: IO[bytes], message: bytes) -> None:
    pipe.write(LENGTH.pack(len(message)))
    pipe.write(message)
    pipe.flush()


def serve(tasks: IO[bytes], answers: IO[bytes]) -> None:
    """Answer tasks in their order until there are no more."""
    while (task := read(tasks)) is not None:
        write(answers, json.dumps(answer(task)).encode())


def _start(state: str) -> MapState | None:
    """A state that cannot be read is none: the map is then computed from the beginning."""
    try:
        return MapState.from_json(state) if state else None
    except AnalysisRefused:
        return None


if __name__ == "__main__":
    os.nice(YIELDS)  # who speaks in a room goes before the map of it
    serve(sys.stdin.buffer, sys.stdout.buffer)
