"""What the room does on the commands of the floor."""

from dataclasses import asdict
from typing import Any

from consultations.domain import agenda, consultations, hands, speeches, subjects
from consultations.domain.speaking_list import share_of_voice
from consultations.live import floor_protocol as p
from consultations.live.handling import Asked, handles, seq_of
from consultations.models import Stage


@handles(p.SessionBegin)
async def begin(asked: Asked, _said: p.SessionBegin) -> Any:
    return seq_of(await asked.write(consultations.move_stage, to=Stage.LIVE, by=asked.person))


@handles(p.HandRaise)
async def raise_hand(asked: Asked, said: p.HandRaise) -> Any:
    verb = hands.raise_hand
    return asdict(await asked.write(verb, person=asked.person, subject=said.subject))


@handles(p.HandHideSubject)
async def hide_subject(asked: Asked, said: p.HandHideSubject) -> Any:
    return seq_of(await asked.write(subjects.hide_subject, number=said.number, by=asked.person))


@handles(p.HandLower)
async def lower_hand(asked: Asked, _said: p.HandLower) -> Any:
    return seq_of(await asked.write(hands.lower_hand, person=asked.person))


@handles(p.HandMove)
async def move_hand(asked: Asked, said: p.HandMove) -> Any:
    verb = hands.move_hand
    return seq_of(await asked.write(verb, number=said.number, to=said.to, by=asked.person))


@handles(p.HandSkip)
async def skip_hand(asked: Asked, said: p.HandSkip) -> Any:
    return seq_of(await asked.write(hands.skip_hand, number=said.number, by=asked.person))


@handles(p.HandReturn)
async def return_hand(asked: Asked, said: p.HandReturn) -> Any:
    return seq_of(await asked.write(hands.return_hand, number=said.number, by=asked.person))


@handles(p.SpeechCall)
async def call_speaker(asked: Asked, said: p.SpeechCall) -> Any:
    return seq_of(await asked.write(speeches.call_speaker, number=said.number, by=asked.person))


@handles(p.SpeechTime)
async def time_speech(asked: Asked, said: p.SpeechTime) -> Any:
    fields = {"number": said.number, "minutes": said.minutes, "by": asked.person}
    return seq_of(await asked.write(speeches.time_speech, **fields))


@handles(p.SpeechEnd)
async def end_speech(asked: Asked, said: p.SpeechEnd) -> Any:
    return seq_of(await asked.write(speeches.end_speech, number=said.number, by=asked.person))


@handles(p.SpeakingSet)
async def set_speaking(asked: Asked, said: p.SpeakingSet) -> Any:
    fields = {"is_open": said.open, "minutes": said.minutes, "by": asked.person}
    return seq_of(await asked.write(speeches.set_speaking, **fields))


@handles(p.RoomVoice)
async def voice(asked: Asked, _said: p.RoomVoice) -> Any:
    return {"voice": await asked.read(share_of_voice)}


@handles(p.AgendaExtend)
async def extend_agenda(asked: Asked, said: p.AgendaExtend) -> Any:
    fields = {"position": said.position, "minutes": said.minutes, "by": asked.person}
    return seq_of(await asked.write(agenda.extend_agenda, **fields))
