"""建议交办单: what was agreed, handed to those who are to do it."""

from collections.abc import Iterator

from consultations.domain.outcome_parts import OutcomeSentence
from consultations.exports.blocks import Align, Block, Column, Document, Paragraph, Table, plain
from consultations.exports.dossier import Dossier, sentence_numbers
from consultations.exports.papers.parts import addressee, course, paper, signature
from consultations.exports.words import one_line
from hall.plaintext import quoted
from members.roles import SeatRole

BANNER = "建议交办单"
COLUMNS = (
    Column("序号", 14, Align.CENTRE, count=True),
    Column("建议内容", 66),
    Column("依据", 30),
    Column("承办单位", 46),
)


def assignment(dossier: Dossier) -> Document:
    """Addressed to the departments that had a seat, unless the settings name another addressee."""
    topic = one_line(dossier.outcome.topic)
    return paper(
        dossier,
        title=(f"关于办理{quoted(topic)}", "协商建议的通知"),
        blocks=tuple(_blocks(dossier)),
        banner=f"{one_line(dossier.committee)}{BANNER}",
        imprint=True,
    )


def _blocks(dossier: Dossier) -> Iterator[Block]:
    bodies = _departments(dossier)
    clauses = dossier.outcome.clauses
    yield from addressee(dossier, "、".join(bodies))
    yield Paragraph(plain(course(dossier)))
    if not clauses:
        yield Paragraph(plain("本次协商没有形成共识条款，没有需要交办的建议。"), keep=True)
        yield signature(dossier)
        return
    to = "你单位" if len(bodies) == 1 and not dossier.paper.addressee else "你们"
    yield Paragraph(
        plain(f"会议形成共识{len(clauses)}条，现将有关建议印送{to}，请研究办理并书面答复。"),
        keep=True,
    )
    yield Table(COLUMNS, tuple(_row(n, one, bodies) for n, one in enumerate(clauses, start=1)))
    yield signature(dossier)


def _departments(dossier: Dossier) -> list[str]:
    """The bodies of the department seats, each once, in order."""
    seats = (one for one in dossier.record.attendees if one.seat == SeatRole.DEPARTMENT)
    return list(dict.fromkeys(one_line(one.body) for one in seats if one.body))


def _row(number: int, clause: OutcomeSentence, bodies: list[str]) -> tuple[tuple[str, ...], ...]:
    """The department is named where there is only one; else it is for staff to share out."""
    return (
        (str(number),),
        tuple(line for line in clause.text.split("\n") if line.strip()),
        (sentence_numbers(clause),),
        (bodies[0] if len(bodies) == 1 else "（待分解）" if bodies else "",),
    )
