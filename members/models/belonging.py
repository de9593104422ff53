"""Where people belong: sectors, committees, liaison groups, studios, departments."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NamedBody(models.Model):
    """A body with a unique name, listed in a fixed order."""

    name = models.CharField(_("名称"), max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(_("顺序"), default=0)

    class Meta:
        abstract = True
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.name


class Sector(NamedBody):
    """界别."""

    class Meta(NamedBody.Meta):
        verbose_name = _("界别")


class SpecialCommittee(NamedBody):
    """专委会."""

    class Meta(NamedBody.Meta):
        verbose_name = _("专委会")


class LiaisonGroup(NamedBody):
    """乡镇联络组: the group of one township. `township` is where residents live, too."""

    township = models.CharField(_("乡镇"), max_length=30, unique=True)

    class Meta(NamedBody.Meta):
        verbose_name = _("乡镇联络组")


class Department(NamedBody):
    """承办单位: answers questions and takes on what was agreed."""

    class Meta(NamedBody.Meta):
        verbose_name = _("承办单位")


class MemberStudio(NamedBody):
    """委员工作室: where residents meet their members, in one township or community."""

    liaison_group = models.ForeignKey(
        LiaisonGroup, models.PROTECT, related_name="studios", verbose_name=_("乡镇联络组")
    )
    address = models.CharField(_("地址"), max_length=120, blank=True)

    class Meta(NamedBody.Meta):
        verbose_name = _("委员工作室")
