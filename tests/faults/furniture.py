"""A room with something of everything in it, made by the hall's own verbs."""

import uuid
from typing import Any

from consultations.domain import answers, ballots, check_ins, hands, merging, outcomes
from consultations.domain.moderator_notes import write_note
from consultations.domain.opinions import post_opinion
from consultations.domain.posting_rules import mute_person
from consultations.domain.speeches import set_speaking
from consultations.models import BallotKind, Consultation, OpinionKind
from members.models import Person
from members.roles import Role
from tests.factories import make_department, make_person, make_seat


def furnish(room: Consultation, *, by: Person, pieces: int) -> dict[str, Any]:
    """So many opinions, ballots, hands, requests, attendees, notes and clauses, numbered from 1.

    `by` moderates; the step that runs has to be one in which all of it may be done. The last
    ballot is open. Returns what is no number: ids of an attendee, a person muted here, and the
    department that was asked.
    """
    department = make_department()
    make_person(Role.DEPARTMENT, department=department)
    people = [make_person() for _piece in range(pieces + 1)]
    for person in people:
        make_seat(room, person)
        kind, text = OpinionKind.OPINION, f"别处的意见{uuid.uuid4()}。"
        post_opinion(room, author=person, key=uuid.uuid4(), kind=kind, text=text)
    merging.merge_opinions(room, numbers=[pieces], into=pieces + 1, by=by)
    set_speaking(room, is_open=True, minutes=3, by=by)
    for number, person in enumerate(people[:pieces], 1):
        if number > 1:
            ballots.close_ballot(room, number=number - 1, by=by)
        draft = ballots.BallotDraft("同意吗?", BallotKind.YES_NO)
        ballots.open_ballot(room, by=by, key=uuid.uuid4(), draft=draft)
        hands.raise_hand(room, person=person)
        other = department if number == 1 else make_department()
        answers.ask_department(room, number=1, department=other.pk, by=by)
        write_note(room, text=f"备忘{number}", about=None, by=by)
        outcomes.write_clause(room, by=by, text=f"第{number}条。", evidence=[1])
        outcomes.write_dissent(room, by=by, text=f"分歧{number}。", evidence=[1])
    mute_person(room, person_id=people[0].pk, minutes=5, reason="请先听", by=by)
    arrival = check_ins.DeskArrival(uuid.uuid4(), name="赵大妈", votes_by_hand=True)
    attendee = check_ins.check_in_at_desk(room, arrival=arrival, by=by)
    return {
        "attendee": str(attendee.key),
        "person": people[0].pk,
        "department": department.pk,
        "opinions": pieces + 1,
    }
