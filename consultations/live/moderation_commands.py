"""What the room does on the commands of those who moderate what is said."""

from dataclasses import asdict
from typing import Any

from consultations.domain import holding, merging, posting_rules
from consultations.live import moderation_protocol as p
from consultations.live.handling import Asked, handles, seq_of


@handles(p.OpinionApprove)
async def approve(asked: Asked, said: p.OpinionApprove) -> Any:
    verb = holding.approve_opinions
    return asdict(await asked.write(verb, numbers=said.numbers, by=asked.person))


@handles(p.OpinionReturn)
async def send_back(asked: Asked, said: p.OpinionReturn) -> Any:
    fields = {"numbers": said.numbers, "reason": said.reason, "by": asked.person}
    return asdict(await asked.write(holding.return_opinions, **fields))


@handles(p.OpinionReconsider)
async def reconsider(asked: Asked, said: p.OpinionReconsider) -> Any:
    verb = holding.reconsider_opinion
    return seq_of(await asked.write(verb, number=said.number, by=asked.person))


@handles(p.OpinionTakeBack)
async def take_back(asked: Asked, said: p.OpinionTakeBack) -> Any:
    verb = holding.take_back_approvals
    return asdict(await asked.write(verb, numbers=said.numbers, by=asked.person))


@handles(p.OpinionMerge)
async def merge(asked: Asked, said: p.OpinionMerge) -> Any:
    fields = {"numbers": said.numbers, "into": said.into, "by": asked.person}
    events = await asked.write(merging.merge_opinions, **fields)
    return {"numbers": [event.body["number"] for event in events]}


@handles(p.OpinionUnmerge)
async def unmerge(asked: Asked, said: p.OpinionUnmerge) -> Any:
    return seq_of(await asked.write(merging.unmerge_opinion, number=said.number, by=asked.person))


@handles(p.OpinionSimilar)
async def similar(asked: Asked, _said: p.OpinionSimilar) -> Any:
    groups = await asked.read(merging.similar_opinions, by=asked.person)
    return {"groups": [asdict(group) for group in groups]}


@handles(p.PostingSet)
async def set_posting(asked: Asked, said: p.PostingSet) -> Any:
    draft = posting_rules.RulesDraft(**said.model_dump(exclude={"do", "key"}))
    return seq_of(await asked.write(posting_rules.set_posting, draft=draft, by=asked.person))


@handles(p.PersonMute)
async def mute(asked: Asked, said: p.PersonMute) -> Any:
    fields = {"person_id": said.person, "minutes": said.minutes, "reason": said.reason}
    return seq_of(await asked.write(posting_rules.mute_person, **fields, by=asked.person))


@handles(p.PersonUnmute)
async def unmute(asked: Asked, said: p.PersonUnmute) -> Any:
    verb = posting_rules.unmute_person
    return seq_of(await asked.write(verb, person_id=said.person, by=asked.person))
