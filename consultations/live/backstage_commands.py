"""What the room does on the commands beside the talk."""

from dataclasses import asdict
from typing import Any

from consultations.domain import answers, moderator_notes, outcomes
from consultations.domain.drafts import drafts
from consultations.live import backstage_protocol as p
from consultations.live.handling import Asked, handles, seq_of

_WRITE = {"clause": outcomes.write_clause, "dissent": outcomes.write_dissent}
_MOVE = {"clause": outcomes.move_clause, "dissent": outcomes.move_dissent}
_REMOVE = {"clause": outcomes.remove_clause, "dissent": outcomes.remove_dissent}


@handles(p.AnswerAsk)
async def ask(asked: Asked, said: p.AnswerAsk) -> Any:
    fields = {"number": said.number, "department": said.department, "by": asked.person}
    return {"number": (await asked.write(answers.ask_department, **fields)).number}


@handles(p.AnswerWithdraw)
async def withdraw(asked: Asked, said: p.AnswerWithdraw) -> Any:
    return seq_of(await asked.write(answers.withdraw_request, number=said.number, by=asked.person))


@handles(p.AnswerGive)
async def give(asked: Asked, said: p.AnswerGive) -> Any:
    fields = said.model_dump(exclude={"do"})
    return asdict(await asked.write(answers.give_answer, by=asked.person, **fields))


@handles(p.RoomDepartments)
async def departments(asked: Asked, _said: p.RoomDepartments) -> Any:
    return {"departments": await asked.read(answers.departments, by=asked.person)}


@handles(p.NoteWrite)
async def write_note(asked: Asked, said: p.NoteWrite) -> Any:
    fields = {"text": said.text, "about": said.about, "by": asked.person}
    return {"number": await asked.write(moderator_notes.write_note, **fields)}


@handles(p.NoteRemove)
async def remove_note(asked: Asked, said: p.NoteRemove) -> Any:
    fields = {"number": said.number, "removed": said.removed, "by": asked.person}
    return seq_of(await asked.write(moderator_notes.remove_note, **fields))


@handles(p.RoomNotes)
async def notes(asked: Asked, _said: p.RoomNotes) -> Any:
    return {"notes": await asked.read(moderator_notes.notes, by=asked.person)}


@handles(p.RoomDrafts)
async def outcome_drafts(asked: Asked, _said: p.RoomDrafts) -> Any:
    return await asked.read(drafts, by=asked.person)


@handles(p.OutcomeWrite)
async def write_sentence(asked: Asked, said: p.OutcomeWrite) -> Any:
    fields = said.model_dump(exclude={"do", "what"})
    written = await asked.write(_WRITE[said.what], by=asked.person, **fields)
    return {"position": written.position}


@handles(p.OutcomeRemove)
async def remove_sentence(asked: Asked, said: p.OutcomeRemove) -> Any:
    fields = {"position": said.position, "expected": said.expected, "by": asked.person}
    await asked.write(_REMOVE[said.what], **fields)
    return {"position": said.position}


@handles(p.OutcomeMove)
async def move_sentence(asked: Asked, said: p.OutcomeMove) -> Any:
    fields = said.model_dump(exclude={"do", "key", "what"})
    await asked.write(_MOVE[said.what], by=asked.person, **fields)
    return {"position": said.to}


@handles(p.OutcomeRegister)
async def register(asked: Asked, said: p.OutcomeRegister) -> Any:
    fields = said.model_dump(exclude={"do"})
    written = await asked.write(outcomes.register_dissent, by=asked.person, **fields)
    return {"position": written.position}


@handles(p.OutcomeAcceptFew)
async def accept_few(asked: Asked, said: p.OutcomeAcceptFew) -> Any:
    fields = {"position": said.position, "expected": said.expected, "by": asked.person}
    await asked.write(outcomes.accept_few_voices, **fields)
    return {"position": said.position}
