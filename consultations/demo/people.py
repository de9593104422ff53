"""The demo hall's people and the bodies they belong to."""

from typing import Any

from members.aliases import fit_alias
from members.models import (
    Department,
    LiaisonGroup,
    MemberStudio,
    Person,
    Sector,
    SpecialCommittee,
)
from members.roles import Role

FIRST_PHONE = 13800000001

_BELONGINGS = {
    "sector": Sector,
    "special_committee": SpecialCommittee,
    "liaison_group": LiaisonGroup,
    "department": Department,
}


def fill_people(data: dict[str, Any]) -> dict[str, Person]:
    """Create everyone in `data` (people.toml); returns them by key."""
    _fill_bodies(data)
    return {
        entry["key"]: _create(entry, phone=f"+86{FIRST_PHONE + index}")
        for index, entry in enumerate(data["people"])
    }


def _fill_bodies(data: dict[str, Any]) -> None:
    for model, names in (
        (Sector, data["sectors"]),
        (SpecialCommittee, data["special_committees"]),
        (Department, data["departments"]),
    ):
        for position, name in enumerate(names, start=1):
            model._default_manager.create(name=name, position=position)
    for position, entry in enumerate(data["liaison_groups"], start=1):
        group = LiaisonGroup.objects.create(
            name=entry["name"], township=entry["township"], position=position
        )
        MemberStudio.objects.create(
            name=entry["studio"], address=entry["address"], liaison_group=group, position=position
        )


def _create(entry: dict[str, Any], *, phone: str) -> Person:
    bodies = {
        field: model._default_manager.get(name=entry[field])
        for field, model in _BELONGINGS.items()
        if field in entry
    }
    studio = None
    if entry["role"] == "member":
        studio = MemberStudio.objects.get(liaison_group__name=entry["liaison_group"])
    return Person.objects.create_user(
        phone=phone,
        phone_verified=True,
        alias=fit_alias(entry["alias"], role=Role(entry["role"])),
        role=entry["role"],
        senior_view=entry.get("senior_view", False),
        studio=studio,
        **bodies,
    )
