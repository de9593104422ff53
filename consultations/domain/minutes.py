"""The minutes in the versions that people write."""

from django.db import transaction
from django.utils.translation import gettext as _

from consultations.domain import clock
from consultations.domain.events import hold, record
from consultations.domain.stages import Act, require_stage
from consultations.models import MODERATORS, Consultation, Minutes
from hall.errors import Code, Refusal
from hall.richtext import clean
from members.access import require
from members.models import Person
from members.roles import Permission

MAX_BODY = 100_000


def begin_writing(consultation: Consultation, by: Person) -> None:
    """Pass if `by` may write the outcome now, and hold the room until commit.

    Raises:
        Refusal: `forbidden`, `not_found`, `wrong_stage`, `sealed`.
    """
    require(by, Permission.OUTCOME_WRITE, consultation)
    hold(consultation.pk)
    consultation.refresh_from_db(fields=["stage"])
    require_stage(consultation, Act.OUTCOME)


@transaction.atomic
def save_minutes(
    consultation: Consultation, *, by: Person, body: str, version: int | None = None
) -> Minutes:
    """Save the minutes as a new version; earlier ones stay. The same text again saves nothing.

    `body` is cleaned rich text afterwards. `version` is the one that the writer started from, 0
    for none: with it, a version saved by someone else in the meantime is not passed over.
    Logged for moderators as `minutes.saved {version}`.

    Raises:
        Refusal: `forbidden`, `wrong_stage`, `sealed`, `empty`, `too_long`; `wrong_state` when
            someone else saved since `version`.
    """
    begin_writing(consultation, by)
    if len(body) > MAX_BODY:
        sentence = _("纪要太长：最多 %(most)s 字。") % {"most": MAX_BODY}
        raise Refusal(Code.TOO_LONG, sentence, field="body")
    cleaned = clean(body)
    if not cleaned:
        raise Refusal(Code.EMPTY, field="body")
    newest = consultation.minutes.order_by("-version").first()
    if newest is not None and newest.body == cleaned:
        return newest
    current = newest.version if newest else 0
    if version is not None and version != current:
        sentence = _("纪要已被别人保存为第 %(version)s 版，请看过新内容再改。")
        raise Refusal(Code.WRONG_STATE, sentence % {"version": current})
    saved = Minutes.objects.create(
        consultation=consultation,
        version=current + 1,
        body=cleaned,
        written_by=by,
        created_at=clock.now(),
    )
    body_of_event = {"version": saved.version}
    record(consultation.pk, "minutes.saved", body_of_event, by=by, audience=MODERATORS)
    return saved
