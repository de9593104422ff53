"""Concepts of the people side: the person, and the bodies a person belongs to."""

from members.models.belonging import (
    Department,
    LiaisonGroup,
    MemberStudio,
    Sector,
    SpecialCommittee,
)
from members.models.duty import DutyEvent
from members.models.person import Person
from members.models.sent_form import SentForm

__all__ = [
    "Department",
    "DutyEvent",
    "LiaisonGroup",
    "MemberStudio",
    "Person",
    "Sector",
    "SentForm",
    "SpecialCommittee",
]
