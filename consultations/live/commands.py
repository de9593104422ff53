"""What the room does on each command: one short handler each, and the way around them."""

import logging
import time
from dataclasses import asdict
from typing import Any

from django.db import DatabaseError, InterfaceError

from consultations.domain import agenda, ballots, opinions
from consultations.domain.listing import Wanted
from consultations.domain.posting import PostDraft
from consultations.domain.stances import StanceDraft
from consultations.live import (
    backstage_commands,  # noqa: F401 (its handlers register themselves)
    desk_commands,  # noqa: F401
    floor_commands,  # noqa: F401
    moderation_commands,  # noqa: F401
    replay,
    sessions,
)
from consultations.live import protocol as p
from consultations.live.handling import HANDLERS, Asked, handles, seq_of
from consultations.live.limits import Flood
from consultations.models import StanceValue
from hall import metrics
from hall.errors import Code, Refusal, in_short

logger = logging.getLogger(__name__)

RECHECK_SECONDS = 5.0


@handles(p.RoomSince)
async def since(asked: Asked, said: p.RoomSince) -> Any:
    return await replay.since(
        asked.room, asked.attendee, seq=said.seq, epoch=said.epoch, opinions=said.opinions
    )


@handles(p.RoomOpinions)
async def older(asked: Asked, said: p.RoomOpinions) -> Any:
    viewer = asked.attendee.viewer
    return await asked.room.lists.older(viewer, before=said.before, limit=said.limit)


@handles(p.RoomList)
async def listed(asked: Asked, said: p.RoomList) -> Any:
    wanted = Wanted(**said.model_dump(exclude={"do", "key"}))
    return await asked.room.lists.page(asked.attendee.viewer, wanted)


@handles(p.RoomMap)
async def opinion_map(asked: Asked, _said: p.RoomMap) -> Any:
    return await asked.room.map.answer(asked.person.pk)


@handles(p.OpinionPost)
async def post(asked: Asked, said: p.OpinionPost) -> Any:
    draft = PostDraft(asked.person, said.key, said.kind, said.text, said.reply_to)
    return asdict(await asked.room.posts.write(draft))


@handles(p.StanceTake)
async def stance(asked: Asked, said: p.StanceTake) -> Any:
    draft = StanceDraft(asked.room.id, asked.person, said.number, StanceValue(said.value))
    await asked.hub.stance_writer.write(draft)
    asked.room.own.done(asked.person.pk)
    return {"number": said.number, "value": said.value}


@handles(p.OpinionHide)
async def hide(asked: Asked, said: p.OpinionHide) -> Any:
    verb = opinions.hide_opinion
    return seq_of(await asked.write(verb, number=said.number, reason=said.reason, by=asked.person))


@handles(p.OpinionRestore)
async def restore(asked: Asked, said: p.OpinionRestore) -> Any:
    return seq_of(await asked.write(opinions.restore_opinion, number=said.number, by=asked.person))


@handles(p.OpinionPin)
async def pin(asked: Asked, said: p.OpinionPin) -> Any:
    verb = opinions.pin_opinion
    return seq_of(await asked.write(verb, number=said.number, pinned=said.pinned, by=asked.person))


@handles(p.OpinionMarkAnswered)
async def mark_answered(asked: Asked, said: p.OpinionMarkAnswered) -> Any:
    fields = {"number": said.number, "answered": said.answered, "by": asked.person}
    return seq_of(await asked.write(opinions.mark_answered, **fields))


@handles(p.AgendaMove)
async def move_agenda(asked: Asked, said: p.AgendaMove) -> Any:
    fields = {"to": said.to, "running": said.running, "by": asked.person}
    return seq_of(await asked.write(agenda.move_agenda, **fields))


@handles(p.BallotOpen)
async def open_ballot(asked: Asked, said: p.BallotOpen) -> Any:
    fields = said.model_dump(exclude={"do", "key", "options"})
    draft = ballots.BallotDraft(**fields, options=tuple(said.options))
    verb = ballots.open_ballot
    return {"number": await asked.write(verb, by=asked.person, key=said.key, draft=draft)}


@handles(p.BallotVote)
async def vote(asked: Asked, said: p.BallotVote) -> Any:
    fields = said.model_dump(exclude={"do"})
    voted = asdict(await asked.write(ballots.cast_vote, person=asked.person, **fields))
    asked.room.own.done(asked.person.pk)
    return voted


@handles(p.BallotClose)
async def close_ballot(asked: Asked, said: p.BallotClose) -> Any:
    return seq_of(await asked.write(ballots.close_ballot, number=said.number, by=asked.person))


@handles(p.BallotVoid)
async def void_ballot(asked: Asked, said: p.BallotVoid) -> Any:
    fields = {"number": said.number, "reason": said.reason, "by": asked.person}
    return seq_of(await asked.write(ballots.void_ballot, **fields))


async def obey(asked: Asked, text: str | None) -> None:
    """Decode one frame, do what it says, and answer it. Whatever it holds, the socket lives on.

    Raises:
        Flood: when the client goes on although it was told to slow down.
    """
    command: p.AnyCommand | None = None
    try:
        asked.attendee.limit.take()
        command = p.decode(text)
        if asked.attendee.arrival.screen and not isinstance(command, p.SCREEN_MAY):
            raise Refusal(Code.FORBIDDEN)
        await _recheck(asked)
        answer = await HANDLERS[type(command)](asked, command)
    except Refusal as refusal:
        key = command.key if command is not None else p.key_of(text)
        asked.attendee.answer(p.refusal_reply(key, refusal))
        _count(command, refusal.code.value)
        if refusal.code == Code.SIGN_IN:
            asked.attendee.close(p.Close.SIGN_IN)
    except Flood:
        raise
    except Exception as error:
        if isinstance(error, DatabaseError | InterfaceError):
            logger.warning("a command failed in the database: %s", in_short(error))
        else:
            logger.exception("a command failed")
        key = command.key if command is not None else None
        asked.attendee.answer(p.refusal_reply(key, Refusal(Code.BUSY)))
        _count(command, Code.BUSY.value)
    else:
        if isinstance(answer, replay.Replay):
            answer.send(command.key)
        else:
            asked.attendee.answer(p.reply(command.key, answer))
        _count(command, "ok")


async def _recheck(asked: Asked) -> None:
    """Look at session and seat again, where the last look is more than 5 s ago: the watch, which
    looks more often, is held up.

    Raises:
        Refusal: `sign_in`, `not_found`; `forbidden` where a right was lost.
    """
    attendee = asked.attendee
    if time.monotonic() - attendee.checked_at <= RECHECK_SECONDS:
        return
    arrival, consultation = attendee.arrival, asked.room.consultation
    renewed = await asked.hub.pools.readers.run(sessions.look_again, arrival, consultation)
    if not attendee.take_over(renewed, asked.room.state):
        raise Refusal(Code.FORBIDDEN)


def _count(command: p.AnyCommand | None, result: str) -> None:
    metrics.commands.labels(command.do if command is not None else "", result).inc()
