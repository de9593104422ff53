"""What the opinion map says, in sentences: about a group, and about what is still missing."""

from collections.abc import Container, Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from consultations.analysis.disclosure import SMALLEST_DESCRIBED
from consultations.analysis.groups import ENOUGH_PEOPLE, ENOUGH_STANCES
from consultations.analysis.telling import Representative

MAJORITY = 0.5

MISSING: dict[str, Promise] = {
    "nobody": gettext_lazy("还没有人表态。"),
    "no_opinions": gettext_lazy("还没有可以表态的意见。"),
    "no_stances": gettext_lazy("还没有人表态。"),
    "all_the_same": gettext_lazy("到目前为止大家的表态完全一样，分不出不同的看法。"),
    "too_few_positions": gettext_lazy("表态的人还太少，或者看法还没有分开，分不出组。"),
}

REFUSED: dict[str, Promise] = {
    "unreadable": gettext_lazy("读不了这个文件"),
    "bad_header": gettext_lazy("第一行的列名不对"),
    "bad_row": gettext_lazy("有一行的列数不对"),
    "bad_id": gettext_lazy("编号不是整数"),
    "bad_value": gettext_lazy("有不认识的值"),
    "bad_groups": gettext_lazy("分组文件的内容不对"),
    "bad_group": gettext_lazy("组号不对"),
    "duplicate_person": gettext_lazy("同一个人出现了两次"),
    "duplicate_opinion": gettext_lazy("同一条意见出现了两次"),
    "unknown_person": gettext_lazy("有不认识的人"),
    "unknown_opinion": gettext_lazy("有不认识的意见"),
    "too_large": gettext_lazy("数据太大"),
}


def letter_of(group: int) -> str:
    """A, B, … of a group's id; after Z comes AA. An id keeps its letter for good."""
    letters = ""
    rest = group + 1
    while rest:
        rest, last = divmod(rest - 1, 26)
        letters = chr(ord("A") + last) + letters
    return letters


def is_held(one: Representative) -> bool:
    """Whether more than half of a group hold it, with 95% confidence and five who saw it."""
    return one.low > MAJORITY and one.seen >= SMALLEST_DESCRIBED


def group_sentence(representative: Iterable[Representative], *, shown: Container[int]) -> str:
    """What sets a group apart, of the opinions in `shown` alone, in one sentence.

    Named is only what more than half of the group hold with 95% confidence.
    """
    held = [one for one in representative if is_held(one) and one.opinion in shown]
    agreed = sorted(one.opinion for one in held if one.stance == "agree")
    refused = sorted(one.opinion for one in held if one.stance == "disagree")
    if agreed and refused:
        words = _("这一组多数赞成意见 %(agreed)s，不赞成意见 %(refused)s。")
    elif agreed:
        words = _("这一组多数赞成意见 %(agreed)s。")
    elif refused:
        words = _("这一组多数不赞成意见 %(refused)s。")
    else:
        words = _("这一组与其他人的差别，还没有哪一条意见能说清楚。")
    return words % {"agreed": _listed(agreed), "refused": _listed(refused)}


def about_you(letter: str, *, stances: int, ready: bool) -> str:
    """Where the viewer stands, who has taken `stances` stances; `letter` is "" in no group."""
    if letter:
        return _("您在 %(letter)s 组。") % {"letter": letter}
    if stances < ENOUGH_STANCES:
        lacking = ENOUGH_STANCES - stances
        words = ngettext(
            "您已对 %(stances)d 条意见表态，再表 %(lacking)d 条就能分到组里。",
            "您已对 %(stances)d 条意见表态，再表 %(lacking)d 条就能分到组里。",
            lacking,
        )
        return words % {"stances": stances, "lacking": lacking}
    if ready:
        return _("与您看法相近的不足 5 人，为了保护个人，这里不作描述。")
    return _("您已对 %(stances)d 条意见表态。") % {"stances": stances}


def missing(status: str, reason: str, *, people: int, settled: int, opinions: int) -> str:
    """Why there is no map yet and what it takes, "" where it is ready.

    `people` have taken a stance and `settled` of them seven; `opinions` have been taken one on.
    """
    if status == "ready":
        return ""
    if people == 1:
        return _("还只有一个人表态。")
    if status == "not_enough":
        return str(MISSING[reason])
    if opinions < ENOUGH_STANCES:
        words = _("现在下结论还太早：只有 %(opinions)d 条意见有人表态，至少要 %(enough)d 条。")
        return words % {"opinions": opinions, "enough": ENOUGH_STANCES}
    words = ngettext(
        "现在下结论还太早：表态满 %(stances)d 条的有 %(settled)d 人，还差 %(lacking)d 人。",
        "现在下结论还太早：表态满 %(stances)d 条的有 %(settled)d 人，还差 %(lacking)d 人。",
        settled,
    )
    return words % {
        "stances": ENOUGH_STANCES,
        "settled": settled,
        "lacking": max(1, ENOUGH_PEOPLE - settled),
    }


def refusal_sentence(code: str, detail: str) -> str:
    """One sentence for a file that no map can be computed from."""
    return f"{REFUSED.get(code, _('这个文件有误'))}（{detail}）。"


def _listed(numbers: Iterable[int]) -> str:
    return _("、").join(map(str, numbers))
