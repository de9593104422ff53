"""协商纪要: the minutes as they were written, with the outcome's names at the end."""

from collections.abc import Iterator
from dataclasses import replace

from consultations.exports.blocks import Block, Document, Heading, Paragraph, Run, plain
from consultations.exports.dossier import Dossier
from consultations.exports.papers.parts import course, paper, titled
from consultations.exports.signed import sign_off
from consultations.exports.words import one_line
from members.roles import Role, SeatRole

NAME = "协商纪要"


def minutes(dossier: Dossier) -> Document:
    """The current version. Its own title, where it begins with one, becomes the document's."""
    title, body = _parted(dossier)
    blocks = body or (
        Paragraph(plain(course(dossier))),
        Paragraph(plain("（纪要正文尚未形成。）")),
    )
    return paper(
        dossier,
        title=title,
        blocks=(*blocks, *_names(dossier), *sign_off(dossier.outcome)),
        banner=f"{one_line(dossier.committee)}{NAME}",
        imprint=True,
    )


def _parted(dossier: Dossier) -> tuple[tuple[str, ...], tuple[Block, ...]]:
    blocks = dossier.minutes
    highest = [block for block in blocks if isinstance(block, Heading) and block.level == 1]
    if len(highest) == 1 and blocks[0] is highest[0]:
        own = one_line("".join(run.text for run in highest[0].runs))
        body = tuple(
            replace(block, level=1) if isinstance(block, Heading) else block for block in blocks[1:]
        )
        title = titled(own.removesuffix(NAME), NAME) if own.endswith(NAME) else (own,)
        return title, body
    return titled(dossier.title, NAME), blocks


def _names(dossier: Dossier) -> Iterator[Block]:
    """Who was there: by name where they act for a body, residents by number alone."""
    there = [one for one in dossier.record.attendees if one.came_at]
    members = [one.name for one in there if one.identity == Role.MEMBER]
    departments = [
        f"{one.name}（{one.body}）" if one.body else one.name
        for one in there
        if one.identity == Role.DEPARTMENT or one.seat == SeatRole.DEPARTMENT
    ]
    staff = [one.name for one in there if one.identity in {Role.STAFF, Role.ADMIN}]
    residents = sum(one.identity == Role.RESIDENT for one in there)
    rows = (
        ("出席委员", "、".join(members)),
        ("承办单位", "、".join(departments)),
        ("机关工作人员", "、".join(staff)),
        ("群众代表", f"{residents}人" if residents else ""),
        ("记录", "、".join(dossier.outcome.recorders)),
    )
    for label, text in rows:
        if text:
            yield Paragraph((Run(f"{label}：", strong=True), Run(f"{text}。")))
