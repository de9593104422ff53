"""A person of the hall: verified behind the scenes, known by an alias in front."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models.belonging import (
    Department,
    LiaisonGroup,
    MemberStudio,
    Sector,
    SpecialCommittee,
)
from members.roles import Role
from members.sealed_text import SealedTextField


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, phone: str | None = None, **fields: Any) -> "Person":
        """Create a person who signs in by phone code: no password is ever usable."""
        person = self.model(phone=phone or None, **fields)
        person.set_unusable_password()
        person.full_clean(exclude=["password"])
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """One person. 后台实名、前台自愿: `real_name` is stored encrypted, `alias` is what others see.

    `phone` is E.164 (+8613…); it and `real_name` never leave the hall in an event or export.
    """

    phone = models.CharField(_("手机号"), max_length=20, unique=True, null=True, blank=True)
    phone_verified = models.BooleanField(_("手机号已核验"), default=False)
    alias = models.CharField(_("称呼"), max_length=24)
    real_name = SealedTextField(_("实名"), blank=True, default="")
    role = models.CharField(_("身份"), max_length=12, choices=Role.choices, default=Role.RESIDENT)
    sector = models.ForeignKey(
        Sector, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("界别")
    )
    special_committee = models.ForeignKey(
        SpecialCommittee,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("专委会"),
    )
    liaison_group = models.ForeignKey(
        LiaisonGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("乡镇"),
    )
    studio = models.ForeignKey(
        MemberStudio,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("委员工作室"),
    )
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("承办单位"),
    )
    senior_view = models.BooleanField(_("长辈版"), default=False)
    is_active = models.BooleanField(_("账号有效"), default=True)
    created_at = models.DateTimeField(_("加入时间"), auto_now_add=True)

    USERNAME_FIELD = "phone"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        verbose_name = _("人员")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="person_role_known"
            ),
        )

    def __str__(self) -> str:
        return self.alias

    @property
    def belongs_to(self) -> str:
        """The body shown beside the alias: a member's sector, a department's name, a township."""
        if self.role == Role.MEMBER and self.sector is not None:
            return self.sector.name
        if self.role == Role.DEPARTMENT and self.department is not None:
            return self.department.name
        if self.role == Role.RESIDENT and self.liaison_group is not None:
            return self.liaison_group.township
        return ""
