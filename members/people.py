"""What is done with people: joining, what they say of themselves, what the office says of them."""

import secrets
from contextlib import suppress
from datetime import timedelta

from cryptography.fernet import InvalidToken
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from hall.errors import Code, Refusal
from hall.words import own_language
from members.access import Visitor, require
from members.aliases import fit_alias
from members.models import (
    Department,
    LiaisonGroup,
    MemberStudio,
    Person,
    Sector,
    SpecialCommittee,
)
from members.phones import InvalidPhone, parse_phone
from members.roles import Permission, Role

_BODIES = ("sector", "special_committee", "liaison_group", "studio", "department")


@own_language()
def join_by_phone(phone: str) -> Person:
    """The person with this phone (E.164), or a new resident who has yet to prove that it is theirs.

    A newcomer gets an alias that tells nothing; whoever proves the phone may change it.
    """
    person = Person.objects.filter(phone=phone).first()
    if person is not None:
        return person
    alias = _("居民%(number)s") % {"number": 1000 + secrets.randbelow(9000)}
    try:
        with transaction.atomic():
            return Person.objects.create_user(phone=phone, alias=alias)
    except (IntegrityError, ValidationError):
        return Person.objects.get(phone=phone)


def can_read_names() -> bool:
    """Whether `HALL_FIELD_KEYS` opens the verified names: tried with the first and the last one."""
    named = Person.objects.exclude(real_name="").order_by("pk").values_list("real_name", flat=True)
    try:
        named.first(), named.last()
    except InvalidToken:
        return False
    return True


def clear_unverified(*, older_than: timedelta) -> int:
    """Delete newcomers who asked for a code so long ago and never proved the phone; how many.

    Whom the office has entered, who has signed in, and whoever has a seat or has said anything
    stays.
    """
    strangers = Person.objects.filter(
        role=Role.RESIDENT,
        phone__isnull=False,
        phone_verified=False,
        last_login=None,
        alias__regex=r"^居民[0-9]{4}$",
        created_at__lt=timezone.now() - older_than,
    )
    deleted = 0
    for person in strangers.iterator():
        with suppress(ProtectedError), transaction.atomic():
            person.delete()
            deleted += 1
    return deleted


@transaction.atomic
def prove_phone(person: Person, phone: str) -> None:
    """Keep `phone` as the person's own, proven by a code."""
    person.phone = phone
    person.phone_verified = True
    person.save(update_fields=["phone", "phone_verified"])


@transaction.atomic
def edit_profile(
    person: Person, *, alias: str, liaison_group: LiaisonGroup | None, senior_view: bool
) -> Person:
    """Change what a person says of themselves. What was said before keeps the card of its time.

    Raises:
        Refusal: for the alias, as `fit_alias` says.
    """
    person.alias = fit_alias(alias, role=Role(person.role), person=person)
    person.liaison_group = liaison_group
    person.senior_view = senior_view
    person.save(update_fields=["alias", "liaison_group", "senior_view"])
    return person


@transaction.atomic
def set_senior_view(person: Person, *, on: bool) -> None:
    """Remember whether the person reads in large type."""
    Person.objects.filter(pk=person.pk).update(senior_view=on)


@transaction.atomic
def set_standing(
    person: Person,
    *,
    by: Visitor,
    role: Role,
    is_active: bool,
    real_name: str,
    sector: Sector | None,
    special_committee: SpecialCommittee | None,
    liaison_group: LiaisonGroup | None,
    studio: MemberStudio | None,
    department: Department | None,
) -> Person:
    """Set what the office says of a person: role, where they belong, whether they may sign in.

    Seats and opinions keep the identity that they were given under.

    Raises:
        Refusal: `forbidden`; `invalid` where a department's person has no department, or where
            someone would shut themselves out of this very page.
    """
    require(by, Permission.PEOPLE_MANAGE)
    if role == Role.DEPARTMENT and department is None:
        raise Refusal(Code.INVALID, _("承办单位的人员要选定所属单位。"), field="department")
    if isinstance(by, Person) and person.pk == by.pk and (role != Role.ADMIN or not is_active):
        raise Refusal(Code.INVALID, _("不能取消自己的管理员身份。"), field="role")
    person.role = role
    person.is_active = is_active
    person.real_name = real_name.strip()
    person.sector = sector
    person.special_committee = special_committee
    person.liaison_group = liaison_group
    person.studio = studio
    person.department = department
    person.save()
    return person


@transaction.atomic
def add_person(*, by: Visitor, phone: str, alias: str) -> Person:
    """Enter a person by phone before their first sign-in, so that they can be given a seat.

    Raises:
        Refusal: `forbidden`; `invalid` where the phone is entered already; for the alias, as
            `fit_alias` says.
    """
    require(by, Permission.PEOPLE_MANAGE)
    if Person.objects.filter(phone=phone).exists():
        raise Refusal(Code.INVALID, _("这个手机号已经登记。"), field="phone")
    return Person.objects.create_user(phone=phone, alias=fit_alias(alias, role=None))


def person_to_manage(pk: int, *, by: Visitor) -> Person:
    """The person with this id, for the people page. Refusal `forbidden` or `not_found`."""
    require(by, Permission.PEOPLE_MANAGE)
    person = Person.objects.select_related(*_BODIES).filter(pk=pk).first()
    if person is None:
        raise Refusal(Code.NOT_FOUND)
    return person


def people(*, by: Visitor, query: str = "", role: str = "") -> QuerySet[Person]:
    """People in the order of their joining, by words in alias or body, a phone, or a role.

    A phone is found by the whole number only: the list is no way to guess numbers.
    """
    require(by, Permission.PEOPLE_MANAGE)
    found = Person.objects.select_related(*_BODIES).order_by("role", "id")
    if role:
        found = found.filter(role=role)
    if query := query.strip():
        found = found.filter(_matching(query))
    return found


def seatable(query: str) -> QuerySet[Person]:
    """People who may be given a seat, by a part of the alias or the body, or a whole phone."""
    found = Person.objects.select_related(*_BODIES).filter(is_active=True)
    return found.filter(_matching(query.strip())).order_by("role", "id")[:20]


def _matching(query: str) -> Q:
    words = (
        Q(alias__icontains=query)
        | Q(sector__name__icontains=query)
        | Q(department__name__icontains=query)
        | Q(liaison_group__township__icontains=query)
    )
    try:
        return words | Q(phone=parse_phone(query))
    except InvalidPhone:
        return words


def demo_people() -> list[tuple[str, list[Person]]]:
    """People to sign in as where the hall is a demonstration, by role: (label, people)."""
    found = Person.objects.select_related(*_BODIES).filter(is_active=True).order_by("id")[:60]
    groups: dict[str, list[Person]] = {role: [] for role in Role.values}
    for person in found:
        groups[person.role].append(person)
    return [(str(Role(role).label), group) for role, group in groups.items() if group]


def demo_person(pk: int) -> Person:
    """One of `demo_people`; Refusal `not_found`."""
    person = Person.objects.filter(pk=pk, is_active=True).first()
    if person is None:
        raise Refusal(Code.NOT_FOUND)
    return person


def seatable_person(pk: int) -> Person:
    """The person with this id, to be given a seat or to lose one; Refusal `not_found`."""
    person = Person.objects.select_related(*_BODIES).filter(pk=pk).first()
    if person is None:
        raise Refusal(Code.NOT_FOUND, _("没有这个人。"))
    return person
