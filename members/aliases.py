"""What a person may be called in front of everyone: seen, and nobody else's."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext as _

from hall.errors import Code, Refusal
from hall.plaintext import folded, plain_line, reorders
from members.models import Department, Person
from members.roles import Role

MAX_ALIAS = 24

_OFFICE = frozenset({Role.STAFF, Role.ADMIN})
# Words that say what somebody is, and who may be called so.
_ROLE_WORDS: dict[str, frozenset[Role]] = {
    **dict.fromkeys(
        (
            *("办公室", "工作人员", "机关工作人员", "机关", "秘书处", "主持人", "记录员", "签到台"),
            *("议事厅", "官方", "客服", "系统", "系统消息"),
            *("staff", "moderator", "official", "system"),
        ),
        _OFFICE,
    ),
    **dict.fromkeys(("管理员", "系统管理员", "admin", "administrator"), frozenset({Role.ADMIN})),
    **dict.fromkeys(("委员", "政协委员"), frozenset({Role.MEMBER})),
    **dict.fromkeys(("承办单位", "承办单位代表", "部门"), frozenset({Role.DEPARTMENT})),
}
# Every committee has a name with this in it, and only its own people speak under it.
_COMMITTEE = "政协"


def fit_alias(
    alias: str, *, role: Role | None, person: Person | None = None, real_name: str = ""
) -> str:
    """`alias` as it may be kept for someone of this role; what `person` is called already may stay.

    `role` is None where the office has yet to give one: then words that belong to a role pass.
    `real_name` is the name that the office knows the person by: a row of the same role and name
    is the person's own, entered before.

    Raises:
        Refusal: `empty` where there is nothing to see; `too_long`; `invalid` where hidden controls
            turn the letters around, where the name says a role that the person has not, or where
            it is that of a member, of staff or of a department (full width or half, with or
            without spaces).
    """
    if person is not None and alias == person.alias:
        return alias
    if reorders(alias):
        raise _unfit(_("称呼里有看不见的排版符号，请重新输入。"))
    alias = _clean(alias)
    if person is not None and folded(alias) == folded(person.alias):
        return alias
    _require_no_other_role(alias, role, person)
    if _is_taken(alias, role, person, real_name):
        sentence = _("这个称呼和一位委员、工作人员或承办单位人员的相同，请加一两个字区分。")
        raise _unfit(sentence)
    return alias


def _clean(alias: str) -> str:
    try:
        return plain_line(alias, max_length=MAX_ALIAS, field="alias")
    except Refusal as refusal:
        sentences = {
            Code.EMPTY: _("请填写称呼。"),
            Code.TOO_LONG: _("称呼最多 24 个字。"),
        }
        raise Refusal(refusal.code, sentences[refusal.code], field="alias") from None


def _require_no_other_role(alias: str, role: Role | None, person: Person | None) -> None:
    if role is None:
        return
    word = folded(alias)
    may = _ROLE_WORDS.get(word, frozenset(Role))
    if word == folded(settings.HALL_NAME):
        may &= _OFFICE
    if _COMMITTEE in word:
        may &= _OFFICE | {Role.MEMBER}
    if role not in may:
        raise _unfit(_("“%(alias)s”是一种身份，请换一个称呼。") % {"alias": alias})
    own = person.department_id if person is not None else None
    departments = Department.objects.values_list("pk", "name")
    if role not in _OFFICE and word in _folded(name for pk, name in departments if pk != own):
        raise _unfit(_("“%(alias)s”是一个单位的名称，请换一个称呼。") % {"alias": alias})


def _is_taken(alias: str, role: Role | None, person: Person | None, real_name: str) -> bool:
    """Whether someone who speaks for a body is called so, openly or by the name behind it."""
    word = folded(alias)
    if not word:
        return False
    others = Person.objects.exclude(role=Role.RESIDENT)
    if person is not None:
        others = others.exclude(pk=person.pk)
    own_name = folded(real_name)
    for other_role, *names in others.values_list("role", "alias", "real_name"):
        known_as = _folded(names)
        if other_role == role and own_name and own_name in known_as:
            continue
        if word in known_as:
            return True
    return False


def _folded(names: Iterable[str]) -> set[str]:
    return {word for name in names if (word := folded(name))}


def _unfit(sentence: str) -> Refusal:
    return Refusal(Code.INVALID, sentence, field="alias")
