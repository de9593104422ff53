"""What an event of the log says in one sentence: who did what, without what was said."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.models import Confirmed, HowCheckedIn, HowClosed, OpinionKind, Stage, Verdict
from members.roles import SeatRole

Body = Mapping[str, Any]

# A type with "!" is for where its flag (see _FLAGS) is not set.
WORDS: dict[str, str | Promise] = {
    "opinion.posted": gettext_lazy("发表%(opinion)s"),
    "opinion.held": gettext_lazy("发表%(opinion)s，等待审核"),
    "opinion.approved": gettext_lazy("发表%(opinion)s，经%(by)s审核后公开"),
    "opinion.returned": gettext_lazy("退回%(opinion)s：%(reason)s"),
    "opinion.reconsidered": gettext_lazy("不再退回%(opinion)s，重新等待审核"),
    "opinion.merged": gettext_lazy("把%(opinion)s 并入%(into)s"),
    "opinion.unmerged": gettext_lazy("把%(opinion)s 从%(into)s 中拆出"),
    "opinion.hidden": gettext_lazy("隐藏%(opinion)s"),
    "opinion.hide_reason": gettext_lazy("隐藏%(opinion)s 的理由：%(reason)s"),
    "opinion.restored": gettext_lazy("恢复显示%(opinion)s"),
    "opinion.erased": gettext_lazy("依法删除%(opinion)s 的正文，依据：%(basis)s"),
    "opinion.corrected": gettext_lazy("更正现场代录的%(opinion)s"),
    "opinion.pinned": gettext_lazy("把%(opinion)s 置顶"),
    "opinion.pinned!": gettext_lazy("取消%(opinion)s 的置顶"),
    "opinion.answered": gettext_lazy("把%(opinion)s 标为已答复"),
    "opinion.answered!": gettext_lazy("把%(opinion)s 改回未答复"),
    "posting.set": gettext_lazy("发言规则：%(rules)s"),
    "person.muted": gettext_lazy("请%(person)s暂停发言到 %(until)s：%(reason)s"),
    "person.unmuted": gettext_lazy("让%(person)s恢复发言"),
    "seat.taken": gettext_lazy("%(person)s入席（%(role)s）"),
    "seat.taken!": gettext_lazy("安排%(person)s入席（%(role)s）"),
    "seat.removed": gettext_lazy("撤销%(person)s的席位"),
    "agenda.moved": gettext_lazy("议程第 %(started)s 项开始"),
    "agenda.moved!": gettext_lazy("议程第 %(ended)s 项结束"),
    "agenda.extended": gettext_lazy("把议程第 %(position)s 项的时间改为 %(minutes)s 分钟"),
    "hand.raised": gettext_lazy("%(person)s举手"),
    "hand.subject": gettext_lazy("%(person)s写下想说的事"),
    "hand.subject!": gettext_lazy("留着%(person)s想说的事"),
    "hand.subject_hidden": gettext_lazy("%(person)s想说的事不再公开"),
    "hand.lowered": gettext_lazy("%(person)s把手放下"),
    "hand.lowered!": gettext_lazy("跳过%(person)s"),
    "hand.moved": gettext_lazy("把%(person)s排到第 %(to)s 位"),
    "hand.moved!": gettext_lazy("让%(person)s回到原来的次序"),
    "hand.returned": gettext_lazy("让%(person)s回到举手名单"),
    "hands.cleared": gettext_lazy("清空举手名单，共 %(count)s 人"),
    "speech.begun": gettext_lazy("请%(person)s发言，%(minutes)s 分钟"),
    "speech.timed": gettext_lazy("把%(person)s的发言时间改为 %(minutes)s 分钟"),
    "speech.ended": gettext_lazy("%(person)s发言结束，用时 %(length)s"),
    "speech.ended!": gettext_lazy("%(person)s没有发言，跳过"),
    "speaking.set": gettext_lazy("可以举手，每人发言 %(minutes)s 分钟"),
    "speaking.set!": gettext_lazy("暂停举手，每人发言 %(minutes)s 分钟"),
    "screen.invited": gettext_lazy("为大屏 %(number)s 发出投屏码"),
    "screen.opened": gettext_lazy("接通大屏 %(number)s"),
    "screen.ended": gettext_lazy("断开大屏 %(number)s"),
    "answer.asked": gettext_lazy("请%(department)s答复%(opinion)s"),
    "answer.withdrawn": gettext_lazy("不再请%(department)s答复%(opinion)s"),
    "answer.given": gettext_lazy("%(department)s以%(answer)s 答复了%(opinion)s"),
    "note.written": gettext_lazy("写下主持人便签 %(number)s"),
    "note.removed": gettext_lazy("删去主持人便签 %(number)s"),
    "note.removed!": gettext_lazy("恢复主持人便签 %(number)s"),
    "stage.moved": gettext_lazy("进入“%(stage)s”"),
    "consultation.changed": gettext_lazy("修改安排"),
    "ballot.opened": gettext_lazy("表决 %(number)s 开始：%(question)s"),
    "ballot.hands_counted": gettext_lazy("重新清点表决 %(number)s 的现场举手：%(people)s 人"),
    "ballot.hands_counted!": gettext_lazy("清点表决 %(number)s 的现场举手：%(people)s 人"),
    "ballot.closed": gettext_lazy("表决 %(number)s 结束（%(closed)s），%(voted)s 人投票"),
    "ballot.voided": gettext_lazy("表决 %(number)s 作废，不计结果：%(reason)s"),
    "attendee.checked_in": gettext_lazy("%(person)s现场签到（%(came)s），举手表决"),
    "attendee.checked_in!": gettext_lazy("%(person)s现场签到（%(came)s），用手机表决"),
    "attendee.withdrawn": gettext_lazy("撤销%(person)s的现场签到"),
    "stances.closed": gettext_lazy("表态结束，%(tallied)s 条意见的结果封存"),
    "clause.few_accepted": gettext_lazy("确认共识第 %(position)s 条虽表态人数较少，仍列为共识"),
    "clause.written": gettext_lazy("写下共识第 %(position)s 条，依据%(evidence)s"),
    "clause.removed": gettext_lazy("删去共识第 %(position)s 条"),
    "clause.moved": gettext_lazy("把共识第 %(position)s 条移到第 %(to)s 条"),
    "dissent.written": gettext_lazy("登记分歧第 %(position)s 条，依据%(evidence)s"),
    "dissent.removed": gettext_lazy("删去分歧第 %(position)s 条"),
    "dissent.moved": gettext_lazy("把分歧第 %(position)s 条移到第 %(to)s 条"),
    "minutes.saved": gettext_lazy("保存纪要第 %(version)s 版"),
    "outcome.published": gettext_lazy(
        "公示共识 %(agreed)s 条、分歧 %(disagreed)s 条和纪要第 %(minutes_version)s 版"
    ),
    "clauses.confirmed": gettext_lazy("确认共识：%(confirmed)s"),
    "minutes.signed": gettext_lazy("签认纪要第 %(version)s 版"),
    "minutes.objected": gettext_lazy(
        "对纪要第 %(version)s 版第 %(paragraph)s 段提出异议 %(number)s"
    ),
    "minutes.answered": gettext_lazy("答复异议 %(number)s：%(verdict)s"),
}
_FLAGS: dict[str, Callable[[Body], Any]] = {
    "opinion.pinned": lambda body: body["pinned"],
    "opinion.answered": lambda body: body["answered"],
    "seat.taken": lambda body: body["itself"],
    "agenda.moved": lambda body: body["started"] is not None,
    "hand.subject": lambda body: body["itself"],
    "hand.lowered": lambda body: body["how"] == "lowered",
    "hand.moved": lambda body: body["to"] is not None,
    "speech.ended": lambda body: body["how"] == "spoke",
    "speaking.set": lambda body: body["open"],
    "note.removed": lambda body: body["removed"],
    "ballot.hands_counted": lambda body: body["corrected"],
    "attendee.checked_in": lambda body: body["votes_by_hand"],
}


@dataclass(frozen=True, slots=True)
class Names:
    """What numbers in the events stand for: the kinds of opinions, who holds a hand's number, and
    what was asked of which department. What is not there is named by its number alone.
    """

    kinds: Mapping[int, str] = field(default_factory=dict)
    hands: Mapping[int, str] = field(default_factory=dict)
    requests: Mapping[int, tuple[int, str]] = field(default_factory=dict)

    def opinion(self, number: int, kind: str = "") -> str:
        """“建议 17”."""
        label = OpinionKind(kind or self.kinds.get(number, OpinionKind.OPINION)).label
        return f"{label} {number}"


def words_of(kind: str, body: Body, *, by: str, names: Names, itself: bool = False) -> str:
    """One sentence in the reader's language. `by` is the alias of who did it, or ""; `itself`
    says that this is the person whom the event is about.
    """
    flag = _FLAGS.get(kind)
    template = WORDS[kind if flag is None or flag({**body, "itself": itself}) else f"{kind}!"]
    words = str(template) % {**body, "by": by, **_values(kind, body, names)}
    return words + "".join(_tails(kind, body, names))


def about(kind: str, body: Body, names: Names) -> int:
    """The number of the opinion that the event is about, 0 for none."""
    if kind.startswith("opinion."):
        return int(body["number"])
    if kind in {"answer.withdrawn", "answer.given"}:
        return names.requests.get(body["number"], (0, ""))[0]
    return int(body.get("opinion") or body.get("about") or 0)


def _values(kind: str, body: Body, names: Names) -> dict[str, object]:
    family = kind.partition(".")[0]
    if family == "opinion":
        into = names.opinion(body["into"]) if "into" in body else ""
        return {"opinion": names.opinion(body["number"], body.get("kind", "")), "into": into}
    if family in {"hand", "speech"}:
        return _of_floor(body, names)
    if family == "answer":
        return _of_answer(kind, body, names)
    if family in {"clause", "dissent"}:
        numbers = body.get("evidence", ())
        return {"evidence": _("、").join(names.opinion(number) for number in numbers)}
    values = _OWN[kind](body) if kind in _OWN else {}
    return {"person": body["person"]["name"], **values} if "person" in body else values


def _of_floor(body: Body, names: Names) -> dict[str, object]:
    held_by = names.hands.get(body["number"]) or _("举手 %(n)s 号") % {"n": body["number"]}
    return {
        "person": body["person"]["name"] if "person" in body else held_by,
        "minutes": body.get("limit", 0) // 60,
        "length": _length(body.get("seconds", 0)),
    }


def _length(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return _("%(s)s 秒") % {"s": rest}
    return _("%(m)s 分 %(s)s 秒") % {"m": minutes, "s": rest}


def _of_answer(kind: str, body: Body, names: Names) -> dict[str, object]:
    if kind == "answer.asked":
        asked, department = body["opinion"], body["department"]["name"]
    else:
        asked, department = names.requests.get(body["number"], (0, _("有关单位")))
    answer = names.opinion(body["answer"], OpinionKind.REPLY) if "answer" in body else ""
    return {"opinion": names.opinion(asked), "department": department, "answer": answer}


def _tails(kind: str, body: Body, names: Names) -> list[str]:
    """What is said beside, where there is something to say."""
    tails = []
    if body.get("reply_to"):
        tails.append(_("，回复%(opinion)s") % {"opinion": names.opinion(body["reply_to"])})
    if body.get("entered_by"):
        tails.append(_("，由%(clerk)s现场代录") % {"clerk": body["entered_by"]})
    if kind == "stage.moved" and body["reason"]:
        tails.append(_("：%(reason)s") % {"reason": body["reason"]})
    if body.get("objections_until"):
        until = date.fromisoformat(body["objections_until"])
        day = {"month": until.month, "day": until.day}
        tails.append(_("，异议期到%(month)s月%(day)s日") % day)
    return tails


def _rules(body: Body) -> str:
    slow = body["slow_seconds"]
    return _("、").join(
        (
            _("居民发言先审后发") if body["holds_residents"] else _("发言直接公开"),
            _("每人至少间隔 %(s)s 秒") % {"s": slow} if slow else _("不限间隔"),
            _("暂不能发言") if body["closed"] else _("可以发言"),
        )
    )


def _until(body: Body) -> str:
    return f"{timezone.localtime(datetime.fromisoformat(body['until'])):%H:%M}"


def _confirmed(body: Body) -> str:
    return _("、").join(
        _("第 %(n)s 条%(answer)s") % {"n": one["position"], "answer": Confirmed(one["value"]).label}
        for one in body["answers"]
    )


_OWN: dict[str, Callable[[Body], dict[str, object]]] = {
    "posting.set": lambda body: {"rules": _rules(body)},
    "person.muted": lambda body: {"until": _until(body)},
    "seat.taken": lambda body: {"role": SeatRole(body["role"]).label},
    "stage.moved": lambda body: {"stage": Stage(body["to"]).label},
    "ballot.closed": lambda body: {
        "closed": HowClosed(body["how"]).label,
        "voted": body["result"]["voted"],
    },
    "attendee.checked_in": lambda body: {"came": HowCheckedIn(body["how"]).label},
    "stances.closed": lambda body: {"tallied": len(body["tallies"])},
    "outcome.published": lambda body: {
        "agreed": len(body["clauses"]),
        "disagreed": len(body["dissent"]),
    },
    "clauses.confirmed": lambda body: {"confirmed": _confirmed(body)},
    "minutes.answered": lambda body: {"verdict": Verdict(body["verdict"]).label},
}
