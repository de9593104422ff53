"""发言记录: everything that was written, in order, by agenda item, and who had the floor."""

from collections.abc import Iterator
from itertools import groupby

from consultations.domain.record_view import Speech
from consultations.domain.session_parts import SpokenTurn
from consultations.exports.blocks import (
    LONG,
    Align,
    Block,
    Column,
    Document,
    Heading,
    Paragraph,
    Table,
    plain,
)
from consultations.exports.dossier import Dossier, corrected_words, unseen
from consultations.exports.papers.parts import paper, titled
from consultations.exports.words import clock, day, numeral, one_line

NAME = "发言记录"
COLUMNS = (
    Column("编号", 20, Align.CENTRE),
    Column("时间", 20, Align.CENTRE),
    Column("发言人", 28),
    Column("内容", 61),
    Column("赞成", 12, Align.CENTRE, count=True),
    Column("不赞成", 15, Align.CENTRE, count=True),
)
TURN_COLUMNS = (
    Column("次序", 16, Align.CENTRE, count=True),
    Column("时间", 24, Align.CENTRE),
    Column("发言人", 36),
    Column("事由", 54),
    Column("用时", 26, Align.CENTRE),
)


def speeches(dossier: Dossier) -> Document:
    """Hidden and erased opinions keep their number and lose their text; the basis is named."""
    return paper(dossier, title=titled(dossier.title, NAME), blocks=tuple(_blocks(dossier)))


def _blocks(dossier: Dossier) -> Iterator[Block]:
    for label, text in dossier.facts:
        if label in {"议题", "协商时间", "预定时间", "协商地点", "主持人", "记录员"}:
            yield Paragraph(plain(f"{label}：{one_line(text)}"))
    said, spoken = dossier.record.speeches, dossier.outcome.turns
    if not said and not spoken:
        yield Paragraph(plain("会上没有人发表意见。"))
    if said:
        yield from _written(dossier)
    if spoken:
        yield Heading(1, plain("现场发言"))
        yield Paragraph(plain(f"共发言{len(spoken)}次。"))
        yield Table(TURN_COLUMNS, tuple(_turn(*one) for one in enumerate(spoken, start=1)))


def _written(dossier: Dossier) -> Iterator[Block]:
    said = dossier.record.speeches
    yield Paragraph(plain(f"共记录{len(said)}条。"))
    titles = {line.position: line.title for line in dossier.outcome.agenda}
    ordered = sorted(said, key=lambda one: (one.step or -1, one.number))
    days = len({day(one.at) for one in said}) > 1
    for count, (step, group) in enumerate(groupby(ordered, lambda one: one.step), start=1):
        title = titles.get(step, "") or ("会前征集和未归入议程的意见" if titles else "")
        if title:
            yield Heading(1, plain(f"{numeral(count)}、{one_line(title)}"))
        rows = tuple(_row(one, days) for one in group)
        yield Table(COLUMNS, rows, tuple(map(_entry, rows)) if len(said) > LONG else ())


def _turn(place: int, one: SpokenTurn) -> tuple[tuple[str, ...], ...]:
    return (
        (str(place),),
        (clock(one.called_at),),
        (f"{one_line(one.person)}（{one.identity_label}）",),
        (one_line(one.subject),),
        ("".join(one.length.split()),),
    )


def _entry(row: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    name, at, author, lines, (agree,), (disagree,) = row
    head = f"{name[0]}　{''.join(at)}　{''.join(author)}　赞成{agree}、不赞成{disagree}"
    return (head, *lines)


def _row(one: Speech, days: bool) -> tuple[tuple[str, ...], ...]:
    text = unseen(one) if one.hidden else one.text
    lines = [line for line in text.split("\n") if line.strip()]
    if one.reply_to:
        lines.insert(0, f"【回复{one.reply_to}】")
    if one.merged_into:
        lines.append(f"【并入{one.merged_into}】")
    if one.corrected_at:
        lines.append(f"【{corrected_words(one)}】")
    labels = "，".join(filter(None, (one.identity_label, one.origin_label)))
    return (
        (f"{one.kind_label}{one.number}",),
        (day(one.at).partition("年")[2], clock(one.at)) if days else (clock(one.at),),
        (one_line(one.author), f"（{labels}）"),
        tuple(lines),
        (str(one.agree),),
        (str(one.disagree),),
    )
