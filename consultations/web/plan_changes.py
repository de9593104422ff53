"""What of a session's preparation stands otherwise by now than someone is about to save it."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consultations.domain.agenda import AgendaDraft
from consultations.domain.queries.desks import PreparationDesk
from consultations.models import Admission, Kind
from consultations.web.forms import ConsultationForm
from hall.templatetags.hall import printed


def standing_otherwise(
    desk: PreparationDesk, form: ConsultationForm, agenda: list[AgendaDraft]
) -> list[str]:
    """One line for each part that the form would change, as it is stored now: 开始时间：…."""
    filled = form.cleaned_data
    lines = [
        f"{form.fields[name].label}{_('：')}{words}"
        for name, words in _words(desk)
        if filled[name] != getattr(desk.consultation, name)
    ]
    if {item.pk for item in filled["work_items"]} != desk.work_items:
        chosen = ngettext("选了 %(n)d 项", "选了 %(n)d 项", len(desk.work_items))
        label = form.fields["work_items"].label
        lines.append(f"{label}{_('：')}{chosen % {'n': len(desk.work_items)}}")
    if tuple(agenda) != desk.agenda:
        steps = _("、").join(
            _("%(title)s %(n)d 分钟") % {"title": step.title, "n": step.minutes}
            for step in desk.agenda
        )
        lines.append(f"{_('议程')}{_('：')}{steps or _('没有')}")
    return lines


def _words(desk: PreparationDesk) -> Iterator[tuple[str, str]]:
    stored = desk.consultation
    days = stored.objection_days
    yield "title", stored.title
    yield "question", stored.question
    yield "kind", str(Kind(stored.kind).label)
    yield "starts_at", printed(stored.starts_at)
    yield "ends_at", printed(stored.ends_at)
    yield "admission", str(Admission(stored.admission).label)
    yield "venue", stored.venue or _("没有")
    yield "holds_residents", _("是") if stored.holds_residents else _("否")
    yield "objection_days", _("没有填") if days is None else str(days)
