"""Who may speak just now: read in one query, under the room's lock."""

from dataclasses import dataclass

from django.db import connection

from consultations.archiving.canonical import genesis
from consultations.domain.events import room_name
from consultations.domain.stages import Act, require_act
from consultations.models import AgendaItem, Stage
from hall.errors import Code, Refusal

# By hand, because this is the one query that every speaker in a room waits for.
_READ = """
SELECT c.stage, e.digest, a.id, a.position, a.kind, a.title
FROM consultations_consultation c
LEFT JOIN consultations_roomevent e ON e.consultation_id = c.id AND e.seq = %s
LEFT JOIN consultations_agendaitem a
    ON a.consultation_id = c.id AND a.started_at IS NOT NULL AND a.ended_at IS NULL
WHERE c.id = %s
ORDER BY a.position
LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Floor:
    """The stage, the agenda step that runs, and the digest of the last event in the log."""

    stage: Stage
    running: AgendaItem | None
    digest: str

    def require(self, act: Act) -> None:
        """Pass if the floor is open for `act`.

        Raises:
            Refusal: `sealed`, `wrong_stage`.
        """
        require_act(self.stage, self.running, act)


def read_floor(consultation_id: int, *, before: int) -> Floor:
    """The floor as it is for the event numbered `before`, whose turn has been taken.

    Raises:
        Refusal: `not_found`.
    """
    with connection.cursor() as cursor:
        cursor.execute(_READ, [before - 1, consultation_id])
        row = cursor.fetchone()
    if row is None:
        raise Refusal(Code.NOT_FOUND)
    stage, digest, item_id, position, kind, title = row
    running = None
    if stage == Stage.LIVE and item_id is not None:
        running = AgendaItem(
            pk=item_id,
            consultation_id=consultation_id,
            position=position,
            kind=kind,
            title=title,
        )
    return Floor(Stage(stage), running, digest or genesis(room_name(consultation_id)))
