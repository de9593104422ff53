"""What each move between stages means to people, and where a consultation stands."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consultations.domain.stages import moves_open_to
from consultations.models import Consultation, Stage
from hall.errors import Refusal
from members.access import Visitor

WAY = (
    Stage.ANNOUNCED,
    Stage.COLLECTING,
    Stage.LIVE,
    Stage.SUMMARISING,
    Stage.REVIEW,
    Stage.SEALED,
)

S = Stage
_WORDS: dict[tuple[Stage, Stage], tuple[Promise, Promise]] = {
    (S.DRAFT, S.ANNOUNCED): (_("发布公告"), _("所有人都能看到时间、地点、议程和席位。")),
    (S.ANNOUNCED, S.DRAFT): (_("撤回公告"), _("公开页面收起，重新回到筹备。")),
    (S.ANNOUNCED, S.COLLECTING): (
        _("开始征集意见"),
        _("议事室提前开放：大家可以发表意见、提问和表态，还没有议程。"),
    ),
    (S.ANNOUNCED, S.LIVE): (_("宣布开始"), _("议事室开放，到场开始计入，主持人推进议程。")),
    (S.COLLECTING, S.LIVE): (_("宣布开始"), _("到场开始计入，主持人推进议程。")),
    (S.LIVE, S.SUMMARISING): (
        _("结束讨论，梳理共识"),
        _("不再接受发言和表态；表态结果就此封存，接着写共识、分歧和纪要。"),
    ),
    (S.SUMMARISING, S.LIVE): (_("恢复讨论"), _("重新接受发言和表态。")),
    (S.SUMMARISING, S.REVIEW): (
        _("公示确认"),
        _("共识、分歧和纪要向所有人公开，参会人可以提出异议。"),
    ),
    (S.REVIEW, S.SUMMARISING): (_("退回修改"), _("收到异议后，回到梳理阶段再改。")),
    (S.REVIEW, S.SEALED): (
        _("归档封存"),
        _("全部记录签名封存，此后谁也不能再改动。请先确认内容无误。"),
    ),
}
_CANCEL = (_("取消本场"), _("公开页面写明已取消和理由，不能再恢复。"))


@dataclass(frozen=True, slots=True)
class Move:
    """A move that the visitor may make, or `lacking`: what has to be done first."""

    to: Stage
    label: Promise
    consequence: Promise
    needs_reason: bool
    forward: bool
    lacking: str


@dataclass(frozen=True, slots=True)
class Step:
    """One stage on the way, and whether the consultation has passed it or stands there."""

    label: Promise | str
    done: bool
    now: bool


def moves_for(visitor: Visitor, consultation: Consultation) -> list[Move]:
    """The moves within the visitor's permission, those ahead first. One query a guard."""
    moves = []
    for to, transition in moves_open_to(visitor, consultation):
        origin = Stage(consultation.stage)
        label, consequence = _WORDS.get((origin, to), _CANCEL)
        try:
            transition.guard(consultation)
            lacking = ""
        except Refusal as refusal:
            lacking = refusal.message
        moves.append(
            Move(to, label, consequence, transition.needs_reason, _is_ahead(origin, to), lacking)
        )
    return sorted(moves, key=lambda move: not move.forward)


def _is_ahead(origin: Stage, to: Stage) -> bool:
    order = (Stage.DRAFT, *WAY)
    return to in order and origin in order and order.index(to) > order.index(origin)


def steps_of(stage: Stage) -> list[Step]:
    """The way of a consultation in that stage, or none where it was cancelled."""
    if stage == Stage.CANCELLED:
        return []
    reached = WAY.index(stage) if stage in WAY else -1
    return [
        Step(step.label, done=at < reached or stage == Stage.SEALED, now=at == reached)
        for at, step in enumerate(WAY)
    ]
