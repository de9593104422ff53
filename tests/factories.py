"""One factory a model: each makes a valid row, and what it stands on where nothing is given.

What has a history in the log (opinions, stances, clauses) is made by its verb, so that the log of
a room made here always verifies.
"""

import itertools
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from consultations.domain.agenda import AgendaDraft, write_agenda
from consultations.domain.ballots import BallotDraft, VoteReceipt, cast_vote, open_ballot
from consultations.domain.consultations import move_stage
from consultations.domain.events import open_log
from consultations.domain.evidence import few_voices
from consultations.domain.opinions import post_opinion
from consultations.domain.outcomes import (
    accept_few_voices,
    save_minutes,
    write_clause,
    write_dissent,
)
from consultations.domain.stances import take_stance
from consultations.models import (
    AgendaKind,
    Ballot,
    BallotKind,
    ConsensusClause,
    Consultation,
    DissentNote,
    Kind,
    Minutes,
    Opinion,
    OpinionKind,
    Seat,
    Stage,
    Stance,
    StanceValue,
    Topic,
    TopicStatus,
    WorkItem,
    WorkPlan,
    WorkSection,
)
from members.models import (
    Department,
    DutyEvent,
    LiaisonGroup,
    MemberStudio,
    Person,
    Sector,
)
from members.models.duty import DutyKind
from members.roles import Role, SeatRole

STARTS_AT = datetime(2026, 5, 12, 1, 0, tzinfo=UTC)
AGENDA = [
    AgendaDraft(AgendaKind.BRIEFING, "情况通报", 10),
    AgendaDraft(AgendaKind.QUESTIONS, "提问解答", 15),
    AgendaDraft(AgendaKind.DISCUSSION, "发言讨论", 40),
    AgendaDraft(AgendaKind.STANCES, "表态", 10),
]

_numbers = itertools.count(1)


def make_sector(**fields: Any) -> Sector:
    return Sector.objects.create(**{"name": f"界别{next(_numbers)}", **fields})


def make_liaison_group(**fields: Any) -> LiaisonGroup:
    number = next(_numbers)
    defaults = {"name": f"联络组{number}", "township": f"柳溪镇{number}"}
    return LiaisonGroup.objects.create(**{**defaults, **fields})


def make_studio(**fields: Any) -> MemberStudio:
    if "liaison_group" not in fields:
        fields["liaison_group"] = make_liaison_group()
    return MemberStudio.objects.create(**{"name": f"工作室{next(_numbers)}", **fields})


def make_department(**fields: Any) -> Department:
    return Department.objects.create(**{"name": f"单位{next(_numbers)}", **fields})


def make_person(role: Role = Role.RESIDENT, **fields: Any) -> Person:
    number = next(_numbers)
    defaults = {"phone": f"+86138{number:08d}", "alias": f"{role.label}{number}", "role": role}
    return Person.objects.create_user(**{**defaults, **fields})


def make_duty_event(person: Person | None = None, **fields: Any) -> DutyEvent:
    defaults = {
        "person": person or make_person(Role.MEMBER),
        "kind": DutyKind.ATTENDED,
        "title": "老旧小区改造协商会",
        "happened_at": STARTS_AT,
        "source": f"archive:{next(_numbers)}",
    }
    return DutyEvent.objects.create(**{**defaults, **fields})


def make_plan(**fields: Any) -> WorkPlan:
    defaults = {
        "title": "清河县政协2026年工作要点",
        "year": 2026,
        "issuer": f"清河县政协{next(_numbers)}",
        "published_on": date(2026, 3, 2),
        "preamble": "围绕中心，服务大局。",
    }
    return WorkPlan.objects.create(**{**defaults, **fields})


def make_section(plan: WorkPlan | None = None, **fields: Any) -> WorkSection:
    plan = plan or make_plan()
    defaults = {"number": plan.sections.count() + 1, "title": "聚焦民生改善"}
    return WorkSection.objects.create(plan=plan, **{**defaults, **fields})


def make_item(section: WorkSection | None = None, **fields: Any) -> WorkItem:
    section = section or make_section()
    defaults = {
        "number": section.items.count() + 1,
        "title": "开展老旧小区改造协商",
        "body": "组织委员调研。",
    }
    return WorkItem.objects.create(section=section, **{**defaults, **fields})


def make_topic(**fields: Any) -> Topic:
    if "proposed_by" not in fields:
        fields["proposed_by"] = make_person()
    defaults = {"title": "老旧小区改造先改什么", "status": TopicStatus.ACCEPTED}
    return Topic.objects.create(**{**defaults, **fields})


def make_consultation(
    stage: Stage = Stage.DRAFT,
    *,
    work_items: list[WorkItem] | None = None,
    agenda: list[AgendaDraft] | None = None,
    **fields: Any,
) -> Consultation:
    """A consultation that stands at `stage`, with an open log, an agenda and one work item."""
    if "topic" not in fields:
        fields["topic"] = make_topic()
    if "prepared_by" not in fields:
        fields["prepared_by"] = make_person(Role.STAFF)
    was_live = stage in {Stage.LIVE, Stage.SUMMARISING, Stage.REVIEW}
    defaults = {
        "title": "老旧小区改造协商会",
        "question": "您家所在的小区最急着改什么？",
        "kind": Kind.COMMUNITY,
        "stage": Stage.DRAFT if stage == Stage.SEALED else stage,
        "starts_at": STARTS_AT,
        "ends_at": STARTS_AT + timedelta(hours=2),
        "opened_at": STARTS_AT if was_live else None,
        "cancel_reason": "时间冲突" if stage == Stage.CANCELLED else "",
    }
    consultation = Consultation.objects.create(**{**defaults, **fields})
    consultation.work_items.set([make_item()] if work_items is None else work_items)
    write_agenda(consultation, AGENDA if agenda is None else agenda)
    open_log(consultation)
    if stage == Stage.SEALED:  # last: nothing can be added to it any more
        consultation.stage = stage
        consultation.save(update_fields=["stage"])
    return consultation


def make_seat(
    consultation: Consultation,
    person: Person | None = None,
    role: SeatRole = SeatRole.PARTICIPANT,
    **fields: Any,
) -> Seat:
    person = person or make_person()
    return Seat.objects.create(
        consultation=consultation, person=person, role=role, identity=person.role, **fields
    )


def seated(
    consultation: Consultation,
    role: SeatRole = SeatRole.PARTICIPANT,
    hall_role: Role = Role.RESIDENT,
    *,
    first_seen_at: datetime | None = None,
    **fields: Any,
) -> Person:
    """A new person, of these fields, with a seat in the consultation."""
    person = make_person(hall_role, **fields)
    return make_seat(consultation, person, role, first_seen_at=first_seen_at).person


def make_opinion(
    consultation: Consultation,
    author: Person | None = None,
    *,
    text: str = "先把下水管道换了。",
    kind: OpinionKind = OpinionKind.OPINION,
    reply_to: int | None = None,
) -> Opinion:
    """Posted by its verb: the consultation has to be open for it."""
    author = author or seated(consultation)
    receipt = post_opinion(
        consultation, author=author, key=uuid.uuid4(), kind=kind, text=text, reply_to=reply_to
    )
    return Opinion.objects.get(consultation=consultation, number=receipt.number)


def make_stance(
    opinion: Opinion, person: Person | None = None, value: StanceValue = StanceValue.AGREE
) -> Stance:
    person = person or seated(opinion.consultation)
    take_stance(opinion.consultation, person=person, number=opinion.number, value=value)
    return Stance.objects.get(opinion=opinion, person=person)


def moderator_of(consultation: Consultation) -> Person:
    """The first moderator seated there; one is seated where there is none."""
    seat = consultation.seats.filter(role=SeatRole.MODERATOR).order_by("pk").first()
    return seat.person if seat else seated(consultation, SeatRole.MODERATOR)


def make_ballot(consultation: Consultation, draft: BallotDraft | None = None) -> Ballot:
    """Opened by its verb: the consultation has to be live."""
    number = open_ballot(
        consultation,
        by=moderator_of(consultation),
        key=uuid.uuid4(),
        draft=draft or BallotDraft("是否同意分两期改造？", BallotKind.YES_NO),
    )
    return Ballot.objects.get(consultation=consultation, number=number)


def make_vote(ballot: Ballot, person: Person | None = None, *choices: int) -> VoteReceipt:
    return cast_vote(
        ballot.consultation,
        person=person or seated(ballot.consultation),
        number=ballot.number,
        choices=list(choices),
        key=uuid.uuid4(),
    )


def make_clause(
    consultation: Consultation, opinion: Opinion, text: str = "优先更换地下管网。"
) -> ConsensusClause:
    """Where it rests on few voices, it is accepted so: it can be published."""
    by = consultation.prepared_by
    clause = write_clause(consultation, by=by, text=text, evidence=[opinion.number])
    if clause.position in few_voices(consultation):
        accept_few_voices(consultation, by=by, position=clause.position)
        clause.refresh_from_db()
    return clause


def make_dissent(
    consultation: Consultation, opinion: Opinion, text: str = "加装电梯的费用如何分摊，看法不一。"
) -> DissentNote:
    return write_dissent(
        consultation, by=consultation.prepared_by, text=text, evidence=[opinion.number]
    )


def make_minutes(consultation: Consultation, body: str = "<p>会议纪要正文。</p>") -> Minutes:
    return save_minutes(consultation, by=consultation.prepared_by, body=body)


def bring_to_review(consultation: Consultation) -> Consultation:
    """From live to review with one opinion, one stance, one clause and minutes."""
    staff = consultation.prepared_by
    opinion = make_opinion(consultation)
    make_stance(opinion)
    move_stage(consultation, to=Stage.SUMMARISING, by=staff)
    make_clause(consultation, opinion)
    make_minutes(consultation)
    move_stage(consultation, to=Stage.REVIEW, by=staff)
    return consultation
