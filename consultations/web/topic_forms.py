"""What staff fill in about a topic: scores, and what it is merged into."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.domain.queries import TopicRef
from consultations.domain.topic_calls import HIGHEST, LOWEST, MAX_NOTE, ScoreDraft
from consultations.models import Criterion

_POINTS = [(str(value), str(value)) for value in range(LOWEST, HIGHEST + 1)]


class ScoreForm(forms.Form):
    """A value and a note by each criterion."""

    prefix = "score"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for criterion in Criterion:
            self.fields[criterion.value] = forms.TypedChoiceField(
                label=criterion.label,
                choices=[("", "—"), *_POINTS],
                coerce=int,
                error_messages={"required": _("请打 1 到 5 分。")},
            )
            self.fields[f"{criterion.value}_note"] = forms.CharField(
                label=_("说明"), max_length=MAX_NOTE, required=False
            )

    def drafts(self) -> dict[Criterion, ScoreDraft]:
        filled = self.cleaned_data
        return {
            criterion: ScoreDraft(filled[criterion.value], filled[f"{criterion.value}_note"])
            for criterion in Criterion
        }


class MergeForm(forms.Form):
    """Into which of `others`, and why."""

    prefix = "merge"
    into = forms.TypedChoiceField(
        label=_("并入"), coerce=int, error_messages={"required": _("请选择议题。")}
    )
    reason = forms.CharField(
        label=_("理由"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("提出人和所有访客都会看到。"),
        error_messages={"required": _("请写明合并的理由。")},
    )

    def __init__(self, others: Iterable[TopicRef], data: Any = None) -> None:
        super().__init__(data)
        choices = [("", "—"), *((str(other.id), other.title) for other in others)]
        into = self.fields["into"]
        if isinstance(into, forms.TypedChoiceField):
            into.choices = choices
