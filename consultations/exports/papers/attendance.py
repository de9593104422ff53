"""签到表: every seat, when its person came, and room to sign."""

from collections.abc import Iterator

from consultations.domain.record_view import Attendee
from consultations.exports.blocks import Align, Block, Column, Document, Paragraph, Table, plain
from consultations.exports.dossier import Dossier
from consultations.exports.papers.parts import paper, titled
from consultations.exports.words import clock, day, one_line

NAME = "签到表"
COLUMNS = (
    Column("序号", 14, Align.CENTRE, count=True),
    Column("称呼", 24),
    Column("身份", 24, Align.CENTRE),
    Column("所属", 28),
    Column("席位", 24, Align.CENTRE),
    Column("到会", 20, Align.CENTRE),
    Column("签名", 22, Align.CENTRE),
)


def attendance(dossier: Dossier) -> Document:
    """Those who came first, in the order of their seats; the others are marked 未到会."""
    return paper(dossier, title=titled(dossier.title, NAME), blocks=tuple(_blocks(dossier)))


def _blocks(dossier: Dossier) -> Iterator[Block]:
    for label, text in dossier.facts:
        if label in {"协商时间", "预定时间", "协商地点", "主持人"}:
            yield Paragraph(plain(f"{label}：{one_line(text)}"))
    there = dossier.record.attendees
    if not there:
        yield Paragraph(plain("没有席位。"))
        return
    came = sum(one.came_at is not None for one in there)
    on_site = sum(one.on_site and one.came_at is not None for one in there)
    ways = f"（现场{on_site}人、线上{came - on_site}人）" if on_site else ""
    yield Paragraph(plain(f"共有席位{len(there)}个，到会{came}人{ways}。"))
    days = len({day(one.came_at) for one in there if one.came_at}) > 1
    yield Table(
        COLUMNS,
        tuple(
            (
                (str(number),),
                (one_line(one.name),),
                (one.identity_label,),
                (one_line(one.body),),
                (one.seat_label,),
                _came(one, days=days, how=on_site > 0),
                ("",),
            )
            for number, one in enumerate(there, start=1)
        ),
    )


def _came(one: Attendee, *, days: bool, how: bool) -> tuple[str, ...]:
    if one.came_at is None:
        return ("未到会",)
    lines = (day(one.came_at).partition("年")[2] if days else "", clock(one.came_at))
    return tuple(line for line in (*lines, one.how if how else "") if line)
