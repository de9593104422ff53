"""How one demo consultation came to where it stands, told with the domain's own verbs."""

import random
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from consultations.demo.desk import tell_desk
from consultations.demo.floor import tell_floor
from consultations.demo.review import tell_review, window_over
from consultations.domain import clock
from consultations.domain.agenda import move_agenda
from consultations.domain.archives import seal
from consultations.domain.consultations import AgendaDraft, create_consultation, move_stage
from consultations.domain.evidence import few_voices
from consultations.domain.opinions import hide_opinion, mark_answered, pin_opinion, post_opinion
from consultations.domain.outcomes import (
    accept_few_voices,
    draft_minutes,
    save_minutes,
    write_clause,
    write_dissent,
)
from consultations.domain.papers import issue_number
from consultations.domain.posting_rules import RulesDraft, set_posting
from consultations.domain.seats import assign_seat, enter_room
from consultations.domain.stances import take_stance
from consultations.domain.topics import accept_topic, propose_topic
from consultations.exports.archived import archive_documents
from consultations.models import (
    Admission,
    AgendaKind,
    Consultation,
    Kind,
    OpinionKind,
    PaperKind,
    Stage,
    StanceValue,
    Topic,
    WorkItem,
)
from members.models import Person
from members.roles import Role, SeatRole

TAKES_A_STANCE = 0.75
IS_UNDECIDED = 0.12

PATH = (
    Stage.ANNOUNCED,
    Stage.COLLECTING,
    Stage.LIVE,
    Stage.SUMMARISING,
    Stage.REVIEW,
    Stage.SEALED,
)


class History:
    """One consultation from its topic to the stage that its data name.

    `session` is one file of demo/consultations; times are counted from `starts`. Stances are
    drawn with a fixed seed, so that every demo hall tells the same story.
    """

    def __init__(
        self,
        session: dict[str, Any],
        *,
        starts: datetime,
        people: Mapping[str, Person],
        items: Mapping[int, WorkItem],
    ) -> None:
        self.session = session
        self.starts = starts
        self.ends = starts + timedelta(hours=session["hours"])
        self.people = people
        self.items = items
        self.staff = people["chen"]
        self.moderator = people[session["moderator"]]
        self.random = random.Random(session["title"])  # noqa: S311 (a story, not a secret)
        self.numbers: dict[int, int] = {}

    def happen(self) -> None:
        with clock.at(self.starts - timedelta(days=25)):
            self.consultation = self._prepare(self._topic())
        target = Stage(self.session["stage"])
        if target == Stage.CANCELLED:
            self._move(Stage.ANNOUNCED, self.starts - timedelta(days=15))
            reason = self.session["cancel_reason"]
            self._move(Stage.CANCELLED, self.starts - timedelta(days=2), reason)
        elif target != Stage.DRAFT:
            self._walk_to(target)

    def _topic(self) -> Topic:
        topic = propose_topic(
            by=self.people[self.session["proposer"]],
            title=self.session["topic"],
            summary=self.session["summary"],
            background=self.session["background"],
        )
        accept_topic(topic, by=self.staff, reason="群众关心，且在年度协商计划之内。")
        Topic.objects.filter(pk=topic.pk).update(created_at=self.starts - timedelta(days=30))
        return topic

    def _prepare(self, topic: Topic) -> Consultation:
        consultation = create_consultation(
            topic,
            by=self.staff,
            title=self.session["title"],
            question=self.session["question"],
            kind=Kind(self.session["kind"]),
            starts_at=self.starts,
            ends_at=self.ends,
            admission=Admission.OPEN,
            venue=self.session["venue"],
            objection_days=self.session.get("objection_days"),
            work_items=[self.items[number] for number in self.session["items"]],
            agenda=[
                AgendaDraft(AgendaKind(item["kind"]), item["title"], item["minutes"])
                for item in self.session["agenda"]
            ],
        )
        seats = [
            (self.session["moderator"], SeatRole.MODERATOR),
            (self.session["recorder"], SeatRole.RECORDER),
            *((key, SeatRole.DEPARTMENT) for key in self.session["departments"]),
        ]
        for key, role in seats:
            assign_seat(consultation, person=self.people[key], role=role, by=self.staff)
        return consultation

    def _walk_to(self, target: Stage) -> None:
        days = {
            Stage.ANNOUNCED: self.starts - timedelta(days=15),
            Stage.COLLECTING: self.starts - timedelta(days=10),
            Stage.LIVE: self.starts,
            Stage.SUMMARISING: self.ends,
            Stage.REVIEW: self.ends + timedelta(days=2, hours=5),
            Stage.SEALED: self.ends + timedelta(days=9, hours=6),
        }
        for stage in PATH[: PATH.index(target) + 1]:
            if stage == Stage.SEALED:
                with clock.at(max(days[stage], window_over(self.consultation))):
                    seal(self.consultation, by=self.staff, documents=archive_documents)
                    for kind in (PaperKind.MINUTES, PaperKind.CONSENSUS):
                        issue_number(self.consultation, kind=kind, by=self.staff)
                return
            if stage == Stage.REVIEW:
                self._summarise(days[stage] - timedelta(hours=3))
            self._move(stage, days[stage])
            if stage == Stage.COLLECTING and target == Stage.COLLECTING:
                self._come_in(days[stage])
                self._post(self.session["opinions"], days[stage], timedelta(hours=5))
                self._take_stances(days[stage] + timedelta(days=2))
            elif stage == Stage.LIVE:
                self._hold()
        if target == Stage.SUMMARISING:
            self._summarise(self.ends + timedelta(hours=4))
        if target == Stage.REVIEW:
            tell_review(self.consultation, self.session, self.people, days[Stage.REVIEW])

    def _move(self, stage: Stage, at: datetime, reason: str = "") -> None:
        with clock.at(at):
            move_stage(self.consultation, to=stage, by=self._mover(stage), reason=reason)
        self.consultation.refresh_from_db()

    def _mover(self, stage: Stage) -> Person:
        moderated = {Stage.LIVE, Stage.SUMMARISING, Stage.REVIEW}
        return self.moderator if stage in moderated else self.staff

    def _hold(self) -> None:
        """The live hours: who came, each agenda item with what was said in it, the stances."""
        at = self.starts
        self._come_in(at)
        running = self.session.get("running", len(self.session["agenda"]))
        for position, item in enumerate(self.session["agenda"][:running], start=1):
            with clock.at(at):
                move_agenda(self.consultation, to=position, by=self.moderator)
            said = [o for o in self.session["opinions"] if o["during"] == position]
            minutes = (
                min(item["minutes"], 22) if self.session["stage"] == "live" else item["minutes"]
            )
            pause = timedelta(minutes=minutes) / (len(said) + 1)
            self._post(said, at + pause / 2, pause)
            with clock.at(at + timedelta(minutes=minutes - 3)):
                said_there = [o for o in self.session.get("desk", ()) if o["during"] == position]
                recorder = self.people[self.session["recorder"]]
                tell_desk(self.consultation, said_there, recorder=recorder, key=self._key)
            if item["kind"] == AgendaKind.DISCUSSION:
                self._take_stances(at + timedelta(minutes=minutes - 1))
            at += timedelta(minutes=minutes)
        self._wait(at)
        told = self.session.get("floor", {})
        people, numbers = self.people, self.numbers
        tell_floor(self.consultation, told, people, numbers, by=self.moderator, at=at)

    def _wait(self, at: datetime) -> None:
        """What residents said while the room held it, and nobody has decided on yet."""
        waiting = self.session.get("waiting")
        if not waiting:
            return
        by, room = self.moderator, self.consultation
        with clock.at(at):
            set_posting(room, draft=RulesDraft(holds_residents=True), by=by)
            for said in waiting:
                post_opinion(
                    room,
                    author=self.people[said["by"]],
                    key=self._key(),
                    kind=OpinionKind(said["kind"]),
                    text=said["text"],
                )
            set_posting(room, draft=RulesDraft(holds_residents=False), by=by)

    def _come_in(self, at: datetime) -> None:
        for person in self._present():
            with clock.at(at + timedelta(minutes=self.random.randint(0, 9))):
                enter_room(self.consultation, person)

    def _present(self) -> list[Person]:
        speakers = {opinion["by"] for opinion in self.session["opinions"]}
        keys = [
            key
            for key, person in self.people.items()
            if key in speakers
            or person.role in {Role.RESIDENT, Role.MEMBER}
            or key in {self.session["recorder"], *self.session["departments"]}
        ]
        return [self.people[key] for key in keys]

    def _post(self, opinions: list[dict[str, Any]], at: datetime, pause: timedelta) -> None:
        for opinion in opinions:
            place = self.session["opinions"].index(opinion) + 1
            with clock.at(at):
                receipt = post_opinion(
                    self.consultation,
                    author=self.people[opinion["by"]],
                    key=self._key(),
                    kind=OpinionKind(opinion["kind"]),
                    text=opinion["text"],
                    reply_to=self.numbers.get(opinion.get("reply_to", 0)),
                )
            self.numbers[place] = receipt.number
            self._moderate(opinion, receipt.number, at + pause / 3)
            at += pause

    def _key(self) -> uuid.UUID:
        return uuid.UUID(int=self.random.getrandbits(128), version=4)

    def _moderate(self, opinion: dict[str, Any], number: int, at: datetime) -> None:
        with clock.at(at):
            if opinion.get("pinned"):
                pin_opinion(self.consultation, number=number, pinned=True, by=self.moderator)
            if opinion.get("answered"):
                mark_answered(self.consultation, number=number, answered=True, by=self.moderator)
            if reason := opinion.get("hidden"):
                hide_opinion(self.consultation, number=number, reason=reason, by=self.moderator)

    def _take_stances(self, at: datetime) -> None:
        voters = [p for p in self._present() if p.role in {Role.RESIDENT, Role.MEMBER}]
        taking = self.session.get("stances", TAKES_A_STANCE)
        villagers = [self.people[key] for key in self.session.get("villagers", [])]
        for place, number in self.numbers.items():
            opinion = self.session["opinions"][place - 1]
            if opinion.get("hidden"):
                continue
            for person in voters:
                own = person == self.people[opinion["by"]]
                if own or self.random.random() > taking:
                    continue
                appeal = opinion["appeal"]
                if person in villagers:
                    appeal = opinion.get("village", appeal)
                with clock.at(at + timedelta(seconds=self.random.randint(0, 50))):
                    take_stance(
                        self.consultation,
                        person=person,
                        number=number,
                        value=self._stance(appeal),
                    )

    def _stance(self, appeal: float) -> StanceValue:
        if self.random.random() < IS_UNDECIDED:
            return StanceValue.PASS
        return StanceValue.AGREE if self.random.random() < appeal else StanceValue.DISAGREE

    def _summarise(self, at: datetime) -> None:
        with clock.at(at):
            for write, kind in ((write_clause, "clauses"), (write_dissent, "dissent")):
                for sentence in self.session.get(kind, []):
                    evidence = [self.numbers[place] for place in sentence["evidence"]]
                    write(
                        self.consultation,
                        by=self.moderator,
                        text=sentence["text"],
                        evidence=evidence,
                    )
            for position in sorted(few_voices(self.consultation)):
                accept_few_voices(self.consultation, by=self.moderator, position=position)
            body = draft_minutes(self.consultation)
            save_minutes(self.consultation, by=self.moderator, body=body)
