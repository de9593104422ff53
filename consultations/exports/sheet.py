"""The outcome as an XLSX workbook, one sheet a matter; and the tables of any other document."""

import re
from collections.abc import Iterable, Sequence

from consultations.domain.outcome_parts import OutcomeSentence
from consultations.domain.session_parts import BallotResult, DepartmentAnswer, SpokenTurn
from consultations.exports.blocks import Document, Heading, Table
from consultations.exports.dossier import (
    FEW,
    FEW_VOICES,
    Dossier,
    corrected_words,
    item_name,
    opinion_name,
    share_words,
)
from consultations.exports.words import stamp
from consultations.exports.workbook import Value, Workbook

_TALLY = (("赞成", 8), ("不赞成", 8), ("说不好", 8))
_OPINION_COLUMNS = (
    ("编号", 12),
    ("意见内容", 60),
    ("提出人", 16),
    ("身份", 14),
    ("来源", 12),
    ("用于", 16),
    ("表态人", 14),
    *_TALLY,
    ("占比和说明", 30),
)
_BALLOT_COLUMNS = (
    ("编号", 8),
    ("表决事项", 50),
    ("方式", 20),
    ("是否记名", 12),
    ("结束时间", 20),
    ("投票人数", 12),
    ("法定票数", 12),
    ("是否有效", 12),
    ("选项", 30),
    ("投票人", 14),
    ("票数", 8),
)
_TURN_COLUMNS = (("开始", 20), ("发言人", 20), ("身份", 14), ("事由", 50), ("用时（秒）", 12))
_ANSWER_COLUMNS = (
    ("意见", 14),
    ("意见内容", 50),
    ("答复单位", 20),
    ("答复", 14),
    ("答复内容", 60),
    ("答复时间", 20),
)


def write_sheet(dossier: Dossier) -> bytes:
    """The workbook of a whole outcome."""
    book = Workbook(dossier, title=f"{dossier.title}共识清单", footer=dossier.title)
    book.add("概况", (("项目", 16), ("内容", 100)), _overview(dossier))
    outcome = dossier.outcome
    book.add("共识与依据", _sentence_columns("共识条款"), _sentences(outcome.clauses))
    book.add("分歧", _sentence_columns("分歧"), _sentences(outcome.dissent))
    book.add("依据意见", _OPINION_COLUMNS, _opinions(dossier))
    if outcome.ballots:
        book.add("表决", _BALLOT_COLUMNS, _ballots(dossier))
    if outcome.turns:
        book.add("现场发言", _TURN_COLUMNS, _turns(outcome.turns))
    if outcome.answers:
        book.add("部门答复", _ANSWER_COLUMNS, _answers(outcome.answers))
    book.add("出席", (("身份", 24), ("出席人数", 12), ("发表意见", 12)), _attendance(dossier))
    return book.packed()


def write_tables(dossier: Dossier, document: Document) -> bytes:
    """The tables of a document, one sheet each, named by the heading above it."""
    book = Workbook(dossier, title=document.name, footer=document.name)
    heading, names = "", set[str]()
    for block in document.blocks:
        if isinstance(block, Heading):
            heading = "".join(run.text for run in block.runs)
        elif isinstance(block, Table):
            name = _sheet_name(heading or str(dossier.paper.kind.label), names)
            columns = [(column.label, max(8, column.width // 2)) for column in block.columns]
            counts = [column.count for column in block.columns]
            book.add(name, columns, (list(map(_value, row, counts)) for row in block.rows))
    if not names:
        book.add(str(dossier.paper.kind.label), (("说明", 60),), [("没有可列的内容。",)])
    return book.packed()


def _value(cell: tuple[str, ...], count: bool) -> Value:
    """What people wrote is text even where it is all digits: 007 is no 7."""
    text = "\n".join(cell)
    return int(text) if count and text.isascii() and text.isdigit() else text


def _sheet_name(wanted: str, taken: set[str]) -> str:
    """At most 31 characters without what Excel forbids, and not twice."""
    plain = re.sub(r"[\[\]:*?/\\]", "", wanted).strip("' ")[:25] or "表"
    name, count = plain, 1
    while name.casefold() in taken:
        count += 1
        name = f"{plain}（{count}）"
    taken.add(name.casefold())
    return name


def _overview(dossier: Dossier) -> Iterable[Sequence[Value]]:
    found = dossier.outcome
    yield "名称", dossier.title
    yield "主办单位", dossier.committee
    yield from ((label, text) for label, text in dossier.facts if label != "对应工作要点")
    for item in found.work_items:
        yield "对应工作要点", item_name(item)
    yield "出席情况", "".join(dossier.attendance)
    yield "实际开始", stamp(found.opened_at)
    yield "实际结束", stamp(found.closed_at)
    yield "阶段", found.stage_label
    yield "共识", f"{len(found.clauses)}条"
    yield "分歧", f"{len(found.dissent)}条"
    if found.archive:
        yield "归档号", f"第{found.archive.number}号"
        yield "归档时间", stamp(found.archive.sealed_at)
        yield "归档摘要", found.archive.digest


def _sentence_columns(label: str) -> tuple[tuple[str, int], ...]:
    return (("序号", 8), (label, 80), ("依据意见", 30), *_TALLY, ("说明", 20))


def _sentences(sentences: tuple[OutcomeSentence, ...]) -> Iterable[Sequence[Value]]:
    """Tallies are summed over the opinions cited: stances, not people."""
    for number, sentence in enumerate(sentences, start=1):
        yield (
            number,
            sentence.text,
            "、".join(map(opinion_name, sentence.evidence)),
            sum(opinion.agree for opinion in sentence.evidence),
            sum(opinion.disagree for opinion in sentence.evidence),
            sum(opinion.passed for opinion in sentence.evidence),
            FEW_VOICES if sentence.few_voices else "",
        )


def _opinions(dossier: Dossier) -> Iterable[Sequence[Value]]:
    """A row for all, then one for each identity and opinion group, and one for each opinion that
    was merged into it: every row complete in itself."""
    for cited in dossier.opinions:
        opinion = cited.opinion
        said: tuple[Value, ...] = (
            cited.name,
            cited.text,
            opinion.author,
            opinion.identity_label,
            "，".join(filter(None, (opinion.origin_label or "线上", corrected_words(opinion)))),
            "、".join(cited.cited_by),
        )
        share = share_words(opinion.share) if opinion.share else ""
        note = "，".join(filter(None, (share, FEW * (not opinion.enough))))
        yield (*said, "合计", opinion.agree, opinion.disagree, opinion.passed, note)
        for tally in opinion.by_identity:
            yield (*said, tally.label, tally.agree, tally.disagree, tally.passed, "")
        for side in opinion.groups:
            counts = (side.share.agree, side.share.disagree, side.share.passed)
            yield (*said, side.name, *counts, share_words(side.share))
        for one in opinion.merged:
            name, part = f"{one.kind_label}{one.number}", f"并入{cited.name}"
            counts = (one.agree, one.disagree, one.passed)
            who = (one.author, one.identity_label, "", part)
            note = "，".join(filter(None, ("表态单独计数", corrected_words(one))))
            yield (name, one.text, *who, "合计", *counts, note)


def _ballots(dossier: Dossier) -> Iterable[Sequence[Value]]:
    """A row for all votes of an option, then one for each identity and the hands; complete rows."""
    for ballot in dossier.outcome.ballots:
        asked: tuple[Value, ...] = (
            ballot.number,
            ballot.question,
            ballot.kind_label,
            ballot.secrecy_label,
            stamp(ballot.closed_at),
            ballot.voted,
            ballot.quorum,
            _standing(ballot),
        )
        if ballot.void_reason:
            yield (*asked, "", "", "")
        for option in ballot.options:
            yield (*asked, option.text, "合计", option.count)
            for share in option.by_identity:
                yield (*asked, option.text, share.label, share.count)
            if option.hands:
                yield (*asked, option.text, "现场举手", option.hands)


def _standing(ballot: BallotResult) -> str:
    if ballot.void_reason:
        return f"作废：{ballot.void_reason}"
    return "是" if ballot.quorum_reached else "未达法定票数"


def _turns(turns: Iterable[SpokenTurn]) -> Iterable[Sequence[Value]]:
    for one in turns:
        who = (one.person, one.identity_label)
        yield stamp(one.called_at), *who, one.subject, one.seconds


def _answers(answers: Iterable[DepartmentAnswer]) -> Iterable[Sequence[Value]]:
    for one in answers:
        asked = (f"{one.kind_label}{one.opinion}", one.text, one.department)
        if one.answered_at is None:
            yield *asked, "尚未答复", "", ""
        else:
            yield *asked, f"回复{one.answer}", one.answer_text, stamp(one.answered_at)


def _attendance(dossier: Dossier) -> Iterable[Sequence[Value]]:
    found = dossier.outcome
    spoke = {row.identity: row for row in found.opinions.by_identity}
    present = {row.identity: row for row in found.attendance.by_identity}
    for identity in {**present, **spoke}:
        there, said = present.get(identity), spoke.get(identity)
        label = there.label if there else said.label if said else ""
        yield label, there.count if there else 0, said.count if said else 0
    yield "合计", found.attendance.total, found.opinions.total
    for way, count in found.attendance.by_way:
        yield way, count, ""
