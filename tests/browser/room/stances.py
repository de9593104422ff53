"""Stances of two camps in a room, laid out in the hall's own process."""

import itertools
import json

from django.utils import timezone

from consultations.models import Consultation, Stance
from tests.factories import make_person

SIZES = (10, 7)


def lay_out(room: int) -> None:
    """Print, as JSON, the people of both camps; all of them agree with opinion 1."""
    consultation = Consultation.objects.get(pk=room)
    opinions = list(consultation.opinions.order_by("number"))
    # This process counts people from 1 again: their numbers must not be those of others.
    numbers = itertools.count(room * 100)
    camps = [
        [make_person(phone=f"+86137{next(numbers):08d}") for _ in range(size)] for size in SIZES
    ]
    Stance.objects.bulk_create(
        Stance(
            opinion=opinion,
            person=person,
            identity=person.role,
            value=1 if opinion.number == 1 or (opinion.number >> camp) % 2 else -1,
            taken_at=timezone.now(),
        )
        for camp, people in enumerate(camps)
        for person in people
        for opinion in opinions
    )
    print(json.dumps([[person.pk for person in people] for people in camps]))  # noqa: T201
