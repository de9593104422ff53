"""What the demo's live room shows of the floor: a speech, raised hands, a question passed on."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from consultations.domain import clock
from consultations.domain.answers import ask_department
from consultations.domain.hands import raise_hand
from consultations.domain.moderator_notes import write_note
from consultations.domain.speeches import call_speaker, end_speech
from consultations.models import Consultation
from members.models import Department, Person


def tell_floor(
    consultation: Consultation,
    told: Mapping[str, Any],
    people: Mapping[str, Person],
    numbers: Mapping[int, int],
    *,
    by: Person,
    at: datetime,
) -> None:
    """Tell the `floor` of a session's data: `speeches`, `hands`, `asked`, `notes`.

    Speeches follow one another from `at` on, then the hands are raised, a few seconds apart.
    `numbers` gives an opinion's number by its place in the data.
    """
    for speech in told.get("speeches", []):
        speaker = people[speech["by"]]
        with clock.at(at):
            hand = raise_hand(consultation, person=speaker, subject=speech.get("subject", ""))
            call_speaker(consultation, number=hand.number, by=by)
        at += timedelta(seconds=speech["seconds"])
        with clock.at(at):
            end_speech(consultation, number=hand.number, by=by)
    for hand in told.get("hands", []):
        at += timedelta(seconds=5)
        with clock.at(at):
            person = people[hand["by"]]
            raise_hand(consultation, person=person, subject=hand.get("subject", ""))
    with clock.at(at):
        for asked in told.get("asked", []):
            department = Department.objects.get(name=asked["department"])
            number = numbers[asked["opinion"]]
            ask_department(consultation, number=number, department=department.pk, by=by)
        for note in told.get("notes", []):
            write_note(consultation, text=note, about=None, by=by)
