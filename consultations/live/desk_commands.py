"""What the room does on the commands of the desk in the hall."""

from dataclasses import asdict
from typing import Any

from consultations.domain import check_ins, corrections, desk, hand_counts
from consultations.domain.seats import card_of
from consultations.live import desk_protocol as p
from consultations.live.handling import Asked, handles, seq_of
from consultations.models import CheckIn


@handles(p.DeskView)
async def view(asked: Asked, _said: p.DeskView) -> Any:
    return await asked.read(desk.desk_view, by=asked.person)


@handles(p.DeskCheckIn)
async def check_in(asked: Asked, said: p.DeskCheckIn) -> Any:
    arrival = check_ins.DeskArrival(**said.model_dump(exclude={"do"}))
    return _told(await asked.write(check_ins.check_in_at_desk, arrival=arrival, by=asked.person))


@handles(p.DeskWithdraw)
async def withdraw(asked: Asked, said: p.DeskWithdraw) -> Any:
    verb = check_ins.withdraw_check_in
    return _told(await asked.write(verb, attendee=said.attendee, by=asked.person))


@handles(p.DeskWay)
async def way(asked: Asked, said: p.DeskWay) -> Any:
    fields = {"attendee": said.attendee, "votes_by_hand": said.votes_by_hand}
    return _told(await asked.write(check_ins.set_way_of_voting, by=asked.person, **fields))


@handles(p.DeskPost)
async def post(asked: Asked, said: p.DeskPost) -> Any:
    fields = said.model_dump(exclude={"do"})
    return asdict(await asked.write(desk.enter_opinion, by=asked.person, **fields))


@handles(p.DeskCorrect)
async def correct(asked: Asked, said: p.DeskCorrect) -> Any:
    fields = said.model_dump(exclude={"do"})
    return seq_of(await asked.write(corrections.correct_opinion, by=asked.person, **fields))


@handles(p.DeskCountHands)
async def count_hands(asked: Asked, said: p.DeskCountHands) -> Any:
    fields = said.model_dump(exclude={"do"})
    return seq_of(await asked.write(hand_counts.count_hands, by=asked.person, **fields))


def _told(entry: CheckIn) -> dict[str, Any]:
    return {"key": str(entry.key), "person": card_of(entry.person)}
