"""What people fill in about a topic, and what staff decide of it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.domain.queries import TopicRef
from consultations.domain.topic_calls import HIGHEST, LOWEST, MAX_NOTE, ScoreDraft
from consultations.domain.topics import MAX_REASON, MAX_SUMMARY, MAX_TITLE
from consultations.models import Criterion
from consultations.web.forms import RichTextField

_POINTS = [(str(value), str(value)) for value in range(LOWEST, HIGHEST + 1)]


class TopicForm(forms.Form):
    title = forms.CharField(
        label=_("议题"),
        max_length=MAX_TITLE,
        error_messages={"required": _("请填写。")},
        help_text=_("一句话说清要商量的事，例如：城南农贸市场要不要夜间开放。"),
    )
    summary = forms.CharField(
        label=_("为什么要商量"),
        max_length=MAX_SUMMARY,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    background = RichTextField(label=_("背景材料"), required=False)


class ProposalForm(TopicForm):
    """A new topic. `key` was made with the page: sending it twice proposes once."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def clean_key(self) -> UUID:
        return self.cleaned_data["key"] or uuid4()


class TracedForm(TopicForm):
    """A topic's words anew, where what stood there before is kept."""

    withheld = forms.BooleanField(
        label=_("原来的文字不公开（里面写了隐私等不该公开的内容）"), required=False
    )


class SupportedForm(TracedForm):
    """What its proposer may still write of a topic that others support; the rest stays."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("title", "summary"):
            self.fields[name].disabled = True


class RewriteForm(TracedForm):
    """What is edited by those who decide on topics, who may say why."""

    reason = forms.CharField(
        label=_("为什么改"),
        max_length=MAX_REASON,
        required=False,
        help_text=_("提出人和所有访客都会看到。"),
    )
    field_order = ("title", "summary", "background", "reason", "withheld")


class DecisionForm(forms.Form):
    reason = forms.CharField(
        label=_("理由"),
        max_length=MAX_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("提出人和所有访客都会看到。不采纳时必须写明。"),
    )


class HideForm(forms.Form):
    prefix = "hide"
    reason = forms.CharField(
        label=_("理由"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("提出人会看到。"),
        error_messages={"required": _("请写明隐藏的理由。")},
    )


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
