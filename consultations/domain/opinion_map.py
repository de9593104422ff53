"""意见图谱: where people stand in one consultation, computed from their stances.

Computing takes three steps, so that whoever must not wait can take them apart: `task_for` reads,
`map_worker` computes in a process of its own, `keep` writes. `refresh` takes all three.
"""

import logging
import threading
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import numpy as np
import orjson
from django.db import connection

from consultations.analysis.matrix import Ints
from consultations.analysis.worker import pack
from consultations.domain import clock, map_view
from consultations.domain.map_view import MapView
from consultations.domain.map_worker import MapFailed, worker
from consultations.domain.reading import one_moment
from consultations.models import Consultation, Opinion, OpinionMapState, OpinionState
from members.access import Visitor
from members.models import Person

logger = logging.getLogger(__name__)

PAUSE = timedelta(seconds=3)

# A stance is one number, person × 4 + value + 1, and an opinion's stances are one row: tens of
# thousands of rows would hold up everything else in this process.
_LISTED = {
    "sqlite": "group_concat(s.person_id * 4 + s.value + 1, ',')",
    "postgresql": "string_agg((s.person_id * 4 + s.value + 1)::text, ',')",
}
_STANCES = """
    SELECT o.number, count(*), {listed}
    FROM consultations_stance s JOIN consultations_opinion o ON o.id = s.opinion_id
    WHERE o.consultation_id = %s
    GROUP BY o.number ORDER BY o.number
"""

_refreshing = threading.Lock()


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be computed: `packed` for the map's process, `basis` a digest of the stances."""

    consultation_id: int
    basis: str
    packed: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """The map of one consultation as last computed."""

    found: dict[str, Any]
    computed_at: datetime


def task_for(consultation_id: int) -> Task | None:
    """What is to be computed, or None where the kept map rests on the same stances. Three queries.

    Stances on hidden opinions are left out of the map: these count as moderated out.
    """
    with one_moment():
        opinions, people, values = _read_stances(consultation_id)
        listed = Opinion.objects.filter(consultation_id=consultation_id).order_by("number")
        states = list(listed.values_list("number", "state"))
        before = (
            OpinionMapState.objects.filter(pk=consultation_id).values_list("basis", "state").first()
        )
    agenda = np.array([number for number, _state in states], dtype=np.int64)
    moderated = np.array(
        [number for number, state in states if state != OpinionState.VISIBLE], dtype=np.int64
    )
    parts = (opinions, people, values, agenda, moderated)
    basis = sha256(b"/".join(part.tobytes() for part in parts)).hexdigest()
    if before is not None and before[0] == basis:
        return None
    packed = pack(
        people=people,
        opinions=opinions,
        values=values,
        agenda=agenda,
        moderated=moderated,
        state=before[1] if before is not None else "",
    )
    return Task(consultation_id, basis, packed)


def _read_stances(consultation_id: int) -> tuple[Ints, Ints, Ints]:
    """Opinion numbers, person ids and values, one entry a stance. One query."""
    with connection.cursor() as cursor:
        listed = _LISTED[connection.vendor]
        cursor.execute(_STANCES.format(listed=listed), [consultation_id])
        rows = cursor.fetchall()
    if not rows:
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing, nothing
    numbers, counts, stances = zip(*rows, strict=True)
    codes = np.fromstring(",".join(stances), dtype=np.int64, sep=",")
    opinions = np.repeat(np.array(numbers, dtype=np.int64), counts)
    order = np.lexsort((codes, opinions))
    codes = codes[order]
    return opinions, codes // 4, codes % 4 - 1


def keep(task: Task, answer: dict[str, Any]) -> None:
    """Take over the answer of the map's process to the task. One query."""
    OpinionMapState.objects.update_or_create(
        pk=task.consultation_id,
        defaults={
            "basis": task.basis,
            "state": answer["state"],
            "found": orjson.dumps(answer["found"]).decode(),
            "computed_at": clock.now(),
        },
    )


def refresh(consultation_id: int) -> None:
    """Bring the kept map up to date, unless it is less than 3 s old. Takes as long as it takes.

    Where it cannot be computed the kept one stays, and the log says why.
    """
    with _refreshing:
        now = clock.now()
        recent = OpinionMapState.objects.filter(
            pk=consultation_id, computed_at__gt=now - PAUSE, computed_at__lte=now
        )
        if recent.exists() or (task := task_for(consultation_id)) is None:
            return
        try:
            keep(task, worker.compute(task.packed))
        except MapFailed as failure:
            logger.warning("no map of room %s: %s", consultation_id, failure)


def kept_map(consultation_id: int) -> Kept | None:
    """The map as last computed. One query."""
    row = OpinionMapState.objects.filter(pk=consultation_id).first()
    return None if row is None else Kept(orjson.loads(row.found), row.computed_at)


def view_of(consultation_id: int, kept: Kept | None) -> MapView:
    """The kept map as everybody may see it. One query, for what the opinions say now."""
    if kept is None:
        return map_view.unavailable()
    texts = _texts(consultation_id, map_view.numbers_in(kept.found))
    return map_view.shown_to_all(kept.found, texts=texts, computed_at=kept.computed_at)


def view_for(view: MapView, kept: Kept | None, person_id: int) -> MapView:
    """The same with what it says of one person."""
    return view if kept is None else replace(view, you=map_view.you(kept.found, person_id))


def map_of(consultation: Consultation, viewer: Visitor) -> MapView:
    """The map as last computed, as this viewer may see it. Two queries."""
    kept = kept_map(consultation.pk)
    view = view_of(consultation.pk, kept)
    return view_for(view, kept, viewer.pk) if isinstance(viewer, Person) else view


def _texts(consultation_id: int, numbers: Collection[int]) -> dict[int, str]:
    """What the visible ones among these opinions say, by number."""
    visible = Opinion.objects.filter(
        consultation_id=consultation_id, number__in=numbers, state=OpinionState.VISIBLE
    )
    return dict(visible.values_list("number", "text"))
