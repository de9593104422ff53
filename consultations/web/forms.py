"""What people fill in about plans, topics and consultations.

The forms check form: that something is there and can be read. What it may be is for the domain
to say, and a refusal that names a field comes back beside it.
"""

import re
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.html import escape
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from consultations.domain.agenda import MAX_ITEMS, AgendaDraft
from consultations.domain.consultations import MAX_OBJECTION_DAYS
from consultations.models import Admission, AgendaKind, Kind, Stage, WorkItem
from hall.errors import Refusal
from hall.richtext import ALLOWED_TAGS
from members.requests import whole_number
from members.roles import SeatRole

MAX_PLAN_FILE = 10 * 1024 * 1024
_REQUIRED = {"required": _("请填写。")}
_TAG = re.compile(rf"</?(?:{'|'.join(sorted(ALLOWED_TAGS))})\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")


def complain(form: forms.BaseForm, refusal: Refusal) -> None:
    """Show a refusal beside the field that it names, or above the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)


class RichTextField(forms.CharField):
    """Rich text. What has no tag in it was typed without the editor: its paragraphs are kept."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"rows": 12, "data-rich": True}
        super().__init__(widget=forms.Textarea(attrs=attrs), strip=True, **kwargs)

    def clean(self, value: Any) -> str:
        text = str(super().clean(value) or "").replace("\r\n", "\n")
        if not text or _TAG.search(text):
            return text
        paragraphs = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
        return "".join(f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in paragraphs)


def numbers_in(text: str) -> list[int]:
    """The numbers of opinions in a text, written in any way."""
    return [int(number) for number in _NUMBER.findall(text) if len(number) <= 9]


class NumbersField(forms.CharField):
    """Numbers of opinions, written in any way: 3、8, 17."""

    def clean(self, value: Any) -> list[int]:
        return numbers_in(str(super().clean(value) or ""))


class VersionField(forms.CharField):
    """The time of the wording that was read, hidden in a form; None where it is not one."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput)

    def clean(self, value: Any) -> datetime | None:
        try:
            return datetime.fromisoformat(str(super().clean(value) or ""))
        except ValueError:
            return None


class PlanFileForm(forms.Form):
    file = forms.FileField(
        label=_("文件"),
        help_text=_("纯文本（.txt）或 Word（.docx）。可以把网页上的全文原样存成文本。"),
        error_messages={
            "required": _("请选择文件。"),
            "empty": _("这是一个空文件。"),
            "missing": _("请选择文件。"),
        },
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_PLAN_FILE:
            raise forms.ValidationError(_("文件超过 10 MB。"))
        return file


class TemplateForm(forms.Form):
    file = forms.FileField(
        label=_("Word 文件（.docx）"),
        help_text=_("最大 2 MB。在要填写的地方写上下面名单里的占位符。"),
        error_messages={
            "required": _("请选择文件。"),
            "empty": _("这是一个空文件。"),
            "missing": _("请选择文件。"),
        },
    )


class WorkItemsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Items of the plans, to be drawn by plan and section."""

    def __init__(self, **kwargs: Any) -> None:
        items = WorkItem.objects.select_related("section__plan").order_by(
            "-section__plan__year", "section__plan_id", "section__number", "number"
        )
        super().__init__(queryset=items, widget=forms.CheckboxSelectMultiple, **kwargs)

    def clean(self, value: Any) -> Any:
        # A number that no database takes is as wrong as any other that is no item's.
        return super().clean([whole_number(str(each)) for each in value or ()])


_MOMENT = "%Y-%m-%dT%H:%M"


def _moment(label: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT),
        input_formats=[_MOMENT, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        error_messages={
            "required": _("请填写时间。"),
            "invalid": _("时间不对，例如 2026-03-08 14:30。"),
        },
    )


class ConsultationForm(forms.Form):
    title = forms.CharField(label=_("名称"), max_length=80, error_messages=_REQUIRED)
    question = forms.CharField(
        label=_("请大家谈什么"),
        max_length=200,
        error_messages=_REQUIRED,
        help_text=_("进入议事室第一眼看到的问题，要让没参加过的人也看得懂。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    kind = forms.ChoiceField(label=_("形式"), choices=Kind.choices)
    starts_at = _moment(_("开始时间"))
    ends_at = _moment(_("结束时间"))
    admission = forms.ChoiceField(
        label=_("参加方式"),
        choices=Admission.choices,
        initial=Admission.OPEN,
        widget=forms.RadioSelect,
    )
    venue = forms.CharField(
        label=_("现场地点"),
        max_length=120,
        required=False,
        help_text=_("只在线上开的，留空即可。"),
    )
    holds_residents = forms.BooleanField(
        label=_("居民发言先审后发"),
        required=False,
        initial=True,
        help_text=_("居民的发言由主持人通过后公开；委员和部门的直接公开。会上可以随时改。"),
    )
    objection_days = forms.IntegerField(
        label=_("纪要公示几个工作日"),
        min_value=0,
        max_value=MAX_OBJECTION_DAYS,
        required=False,
        help_text=format_lazy(
            _("到场的人在这几天里签认纪要或提出异议。留空就是本厅规定的 {days} 个工作日。"),
            days=settings.HALL_OBJECTION_DAYS,
        ),
        error_messages={"invalid": _("请填一个整数。")},
    )
    work_items = WorkItemsField(label=_("对应的工作要点条目"), required=False)

    def clean_kind(self) -> Kind:
        return Kind(self.cleaned_data["kind"])

    def clean_admission(self) -> Admission:
        return Admission(self.cleaned_data["admission"])

    def clean_work_items(self) -> list[WorkItem]:
        return list(self.cleaned_data["work_items"])


class QuietCharField(forms.CharField):
    """A field that may stay empty without saying so."""

    quiet = True


class AgendaRowForm(forms.Form):
    kind = forms.ChoiceField(label=_("环节"), choices=AgendaKind.choices)
    title = QuietCharField(label=_("内容"), max_length=60, required=False)
    minutes = forms.IntegerField(
        label=_("分钟"),
        min_value=1,
        max_value=600,
        initial=15,
        error_messages={"required": _("请填写分钟数。"), "invalid": _("分钟数要是整数。")},
    )

    @property
    def draft(self) -> AgendaDraft | None:
        """The row as a step, or None where its title was left empty."""
        data = self.cleaned_data
        if not data.get("title"):
            return None
        return AgendaDraft(AgendaKind(data["kind"]), data["title"], data["minutes"])


AgendaFormSet = forms.formset_factory(
    AgendaRowForm, extra=1, max_num=MAX_ITEMS, absolute_max=MAX_ITEMS, validate_max=True
)

USUAL_AGENDA = [
    {"kind": AgendaKind.BRIEFING, "title": _("情况通报"), "minutes": 15},
    {"kind": AgendaKind.QUESTIONS, "title": _("提问解答"), "minutes": 20},
    {"kind": AgendaKind.DISCUSSION, "title": _("发言讨论"), "minutes": 45},
    {"kind": AgendaKind.STANCES, "title": _("表态"), "minutes": 10},
]


class StageForm(forms.Form):
    to = forms.ChoiceField(choices=Stage.choices)
    reason = forms.CharField(label=_("理由"), max_length=200, required=False)

    def clean_to(self) -> Stage:
        return Stage(self.cleaned_data["to"])


class SeatForm(forms.Form):
    person = forms.IntegerField(min_value=1)
    role = forms.ChoiceField(label=_("席位"), choices=SeatRole.choices)

    def clean_role(self) -> SeatRole:
        return SeatRole(self.cleaned_data["role"])


class SentenceForm(forms.Form):
    """A consensus clause or a dissent note; `expected` is the version that was edited.

    `opposed` tells that it was refused as a clause because a group is against it.
    """

    opposed = False

    text = forms.CharField(
        label=_("内容"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=_REQUIRED,
    )
    evidence = NumbersField(
        label=_("依据的意见编号"),
        help_text=_("例如：3、8、17。也可以在意见旁点“引用”。"),
        error_messages={"required": _("请至少写一个意见编号。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    position = forms.IntegerField(required=False, widget=forms.HiddenInput)
    expected = VersionField()


class SentencePlaceForm(forms.Form):
    """Which sentence to move or remove."""

    position = forms.IntegerField(min_value=1)
    to = forms.IntegerField(min_value=1, required=False)
    expected = VersionField()


class MinutesForm(forms.Form):
    body = RichTextField(label=_("纪要正文"), error_messages=_REQUIRED)
    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
