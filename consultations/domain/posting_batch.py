"""What was said on its way into a room's log: checked post by post, under the room's lock."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from consultations.domain.events import advance_and_read, seal
from consultations.domain.floor import (
    Floor,
    Receipt,
    Running,
    Said,
    floor_in,
    floor_statement,
    mutes_in,
    roles_in,
    roles_statement,
    said_in,
    said_statement,
)
from consultations.domain.posting_rules import Gate
from consultations.domain.rights import SeatedAs
from consultations.domain.rows import new_row, run_together
from consultations.domain.seats import card_of
from consultations.domain.stages import Act
from consultations.models import (
    UNPUBLISHED,
    AgendaItem,
    Consultation,
    Opinion,
    OpinionKind,
    OpinionState,
    Origin,
    RoomEvent,
    Stage,
    only,
)
from hall.errors import Code, Refusal
from members.access import Place, require
from members.models import Person
from members.roles import Permission


@dataclass(frozen=True, slots=True)
class PostDraft:
    """What a person wants to say; `key` is the client's own, `reply_to` an opinion's number.

    `act` is what the floor has to be open for, where that is not the kind itself. `entered_by` is
    who writes down what the author has said in the hall: then it needs the right to do that, and
    the author needs none.
    """

    author: Person
    key: UUID
    kind: OpinionKind
    text: str
    reply_to: int | None = None
    act: Act | None = None
    entered_by: Person | None = None


class Batch:
    """Posts of one room on their way into its log, under the room's lock. One or two queries."""

    def __init__(self, consultation: Consultation, drafts: list[PostDraft]) -> None:
        self.consultation = consultation
        self._is_draft = consultation.stage == Stage.DRAFT
        authors = {draft.author.pk for draft in drafts}
        self.turn, (roles, floor, said) = advance_and_read(
            consultation.pk,
            roles_statement(consultation.pk, authors | _writers(drafts)),
            floor_statement(consultation.pk, taken=len(drafts)),
            said_statement(consultation.pk, {(draft.author.pk, draft.key) for draft in drafts}),
            events=len(drafts),
            opinions=len(drafts),
        )
        self.floor: Floor = floor_in(floor, consultation.pk)
        consultation.stage = self.floor.stage
        self.digest = self.floor.digest
        self.opinions: list[Opinion] = []
        self.events: list[RoomEvent] = []
        self._taken = len(drafts)
        self._roles = roles_in(roles)
        self._gate = Gate(
            consultation.pk,
            self.floor.rules,
            roles=self._roles,
            mutes=mutes_in(roles),
            authors=authors,
            at=self.turn.at,
        )
        self._said = said_in(said)
        self._answered = _threads(consultation, drafts)

    @property
    def left(self) -> int:
        """Turns that were taken and are not used."""
        return self._taken - len(self.events)

    def add(self, draft: PostDraft) -> Receipt | Refusal:
        try:
            self._require_right(draft)
            if (said := self._said.get((draft.author.pk, draft.key))) is not None:
                return _receipt_of(said, draft, self._answered)
            self.floor.require(draft.act or Act(draft.kind.value))
            if draft.act is None and draft.entered_by is None:
                self._gate.require(draft.author)
            return self._append(draft, self._thread_of(draft))
        except Refusal as refusal:
            return refusal

    def _require_right(self, draft: PostDraft) -> None:
        if draft.entered_by is None:
            require(draft.author, Permission.OPINION_POST, self._place_of(draft.author))
        else:
            place = self._place_of(draft.entered_by)
            require(draft.entered_by, Permission.DESK_KEEP, place)

    def _place_of(self, author: Person) -> Place:
        if self._is_draft:
            return self.consultation
        return SeatedAs(self._roles.get(author.pk))

    def _thread_of(self, draft: PostDraft) -> Opinion | None:
        if (draft.kind == OpinionKind.REPLY) != (draft.reply_to is not None):
            raise Refusal(Code.INVALID, _("回复要指明回复哪一条意见。"), field="reply_to")
        if draft.reply_to is None:
            return None
        if (answered := self._answered.get(draft.reply_to)) is None:
            raise no_such_opinion(draft.reply_to)
        thread = answered.reply_to or answered
        if thread.state in UNPUBLISHED or thread.state == OpinionState.ERASED:
            raise no_such_opinion(draft.reply_to)
        if thread.state == OpinionState.HIDDEN:
            raise Refusal(Code.WRONG_STATE, _("这条意见已经隐藏，不能回复。"))
        return thread

    def _append(self, draft: PostDraft, thread: Opinion | None) -> Receipt:
        place = len(self.opinions)
        held = draft.entered_by is None and self._gate.holds(draft.author)
        running, entered_by = self.floor.running, draft.entered_by
        opinion = new_row(
            Opinion,
            consultation_id=self.consultation.pk,
            number=self.turn.first_number + place,
            kind=draft.kind,
            text=draft.text,
            author_id=draft.author.pk,
            identity=draft.author.role,
            reply_to_id=thread.pk if thread else None,
            agenda_item_id=running.pk if running else None,
            origin=Origin.DESK if entered_by else Origin.ONLINE,
            entered_by_id=entered_by.pk if entered_by else None,
            key=draft.key,
            state=OpinionState.HELD if held else OpinionState.VISIBLE,
            posted_seq=self.turn.first + place,
            created_at=self.turn.at,
        )
        body = _body(opinion, draft.author, thread, running, entered_by)
        event = self._event_of(opinion, body, by=entered_by or draft.author, held=held)
        self.digest = event.digest
        self._gate.passed(draft.author)
        self.opinions.append(opinion)
        self.events.append(event)
        receipt = Receipt(opinion.number, event.seq, event.digest)
        thread_id = thread.pk if thread else None
        said = Said(draft.kind, draft.text, thread_id, receipt)
        self._said[draft.author.pk, draft.key] = said
        return receipt

    def _event_of(
        self, opinion: Opinion, body: dict[str, Any], *, by: Person, held: bool
    ) -> RoomEvent:
        link: dict[str, Any] = {
            "by": by,
            "seq": opinion.posted_seq,
            "at": self.turn.at,
            "previous": self.digest,
        }
        if held:
            link["audience"] = only(opinion.author_id)
        return seal(
            self.consultation.pk, "opinion.held" if held else "opinion.posted", body, **link
        )


class SaidBefore:
    """What a log to which nothing can be added has of these posts. Up to two queries."""

    def __init__(self, consultation: Consultation, drafts: list[PostDraft]) -> None:
        keys = {(draft.author.pk, draft.key) for draft in drafts}
        self._said = said_in(run_together([said_statement(consultation.pk, keys)])[0])
        self._answered = _threads(consultation, drafts)

    def receipt_of(self, draft: PostDraft) -> Receipt | Refusal:
        if (said := self._said.get((draft.author.pk, draft.key))) is None:
            return Refusal(Code.SEALED)
        try:
            return _receipt_of(said, draft, self._answered)
        except Refusal as refusal:
            return refusal


def _receipt_of(said: Said, draft: PostDraft, answered: dict[int, Opinion]) -> Receipt:
    """The receipt of what was said under the draft's key, whatever has become of it since."""
    if said.text is None:  # there is nothing left to compare with
        return said.receipt
    thread = answered.get(draft.reply_to) if draft.reply_to is not None else None
    thread_id = (thread.reply_to_id or thread.pk) if thread else None
    if (said.kind, said.text, said.thread_id) != (draft.kind, draft.text, thread_id):
        raise Refusal(Code.KEY_REUSED)
    return said.receipt


def posted_body(opinion: Opinion) -> dict[str, Any]:
    """An opinion as the event says it that brings it into the room."""
    item = opinion.agenda_item
    return _body(opinion, opinion.author, opinion.reply_to, item, opinion.entered_by)


def _body(
    opinion: Opinion,
    author: Person,
    thread: Opinion | None,
    item: Running | AgendaItem | None,
    entered_by: Person | None,
) -> dict[str, Any]:
    entered = {"entered_by": entered_by.alias} if entered_by else {}
    return {
        "number": opinion.number,
        "kind": opinion.kind,
        "text": opinion.text,
        "author": card_of(author),
        "reply_to": thread.number if thread else None,
        "agenda_item": item.position if item else None,
        "origin": opinion.origin,
        **entered,
    }


def _writers(drafts: list[PostDraft]) -> set[int]:
    return {draft.entered_by.pk for draft in drafts if draft.entered_by is not None}


def _threads(consultation: Consultation, drafts: list[PostDraft]) -> dict[int, Opinion]:
    """The opinions that are replied to, by number. No query where there are no replies."""
    numbers = {draft.reply_to for draft in drafts if draft.reply_to is not None}
    if not numbers:
        return {}
    found = Opinion.objects.filter(consultation=consultation, number__in=numbers)
    return {opinion.number: opinion for opinion in found.select_related("reply_to")}


def no_such_opinion(number: int) -> Refusal:
    return Refusal(Code.NOT_FOUND, _("没有第 %(number)s 号意见。") % {"number": number})
