"""归档: the sealed record of one finished consultation."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.models.consultations import Consultation
from members.models import Person


class Archive(models.Model):
    """The bag of one sealed consultation and the figures that identify it.

    `file` is a path below `settings.HALL_ARCHIVES`. `previous` is the archive sealed before this
    one: the archives form a chain of their own, and `digest` (SHA-256 of `head.json`) is its link.
    Both are those of the first edition, and stay; what is handed out is the newest edition's.
    """

    consultation = models.OneToOneField(Consultation, models.PROTECT, related_name="archive")
    number = models.PositiveIntegerField(_("归档号"), unique=True)
    previous = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="next"
    )
    file = models.CharField(_("文件"), max_length=200)
    digest = models.CharField(_("摘要"), max_length=64, unique=True)
    chain_head = models.CharField(max_length=64)
    merkle_root = models.CharField(max_length=64)
    event_count = models.PositiveBigIntegerField(_("事件数"))
    key_id = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(_("归档时间"))
    sealed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    outcome = models.JSONField(_("成果"))

    class Meta:
        verbose_name = _("归档")
        ordering = ("-number",)

    def __str__(self) -> str:
        return f"#{self.number} {self.digest[:12]}"


class ArchiveEdition(models.Model):
    """One edition of an archive: the first is the seal's, each lawful erasure makes another.

    Editions share the log's chain and tree. `file` holds everything, `public_file` no body that
    is not everyone's ("" where an archive was sealed before there were public files); each has
    the digest of its own `head.json`. The files of earlier editions are gone, the rows stay.
    """

    archive = models.ForeignKey(Archive, models.PROTECT, related_name="editions", db_index=False)
    number = models.PositiveSmallIntegerField(_("版次"))
    file = models.CharField(_("文件"), max_length=200)
    digest = models.CharField(_("摘要"), max_length=64, unique=True)
    public_file = models.CharField(_("公开版文件"), max_length=200, blank=True)
    public_digest = models.CharField(_("公开版摘要"), max_length=64, blank=True)
    key_id = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(_("封存时间"))
    sealed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("归档版次")
        ordering = ("archive", "number")
        constraints = (models.UniqueConstraint(fields=("archive", "number"), name="edition_once"),)

    def __str__(self) -> str:
        return f"{self.archive_id}.{self.number} {self.digest[:12]}"
