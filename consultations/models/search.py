"""What can be searched: one row for each thing that has a place of its own to be read at."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.models.consultations import Consultation


class SearchKind(models.TextChoices):
    CONSULTATION = "consultation", _("协商会")
    TOPIC = "topic", _("议题")
    OPINION = "opinion", _("意见")
    CLAUSE = "clause", _("共识")
    DISSENT = "dissent", _("分歧")
    MINUTES = "minutes", _("纪要")
    PLAN = "plan", _("工作要点")
    SECTION = "section", _("工作部分")
    ITEM = "item", _("工作条目")


class SearchEntry(models.Model):
    """One thing that can be found, in words as everyone may read them.

    A row is there only while the thing is public: the verbs of `domain` write and remove it in
    their transactions, and all rows can be written anew (`domain.search.reindex`). `number` is
    an opinion's number, a sentence's position, a section's or an item's number. Of minutes there
    is the newest version, a line for each paragraph, under the consultation's id. `title_words`
    and `text_words` are the tokens of `domain.search_words`, which the database's own full-text
    index reads.
    """

    kind = models.CharField(_("类别"), max_length=12, choices=SearchKind.choices)
    object_id = models.PositiveBigIntegerField()
    consultation = models.ForeignKey(
        Consultation, models.CASCADE, null=True, blank=True, related_name="search_entries"
    )
    number = models.PositiveIntegerField(_("编号"), default=0)
    title = models.CharField(_("标题"), max_length=300)
    text = models.TextField(_("内容"), blank=True)
    title_words = models.TextField(blank=True)
    text_words = models.TextField(blank=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("检索条目")
        constraints = (models.UniqueConstraint(fields=("kind", "object_id"), name="found_once"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
