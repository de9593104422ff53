"""The list of topics, with the calls for them."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from consultations.domain import queries
from consultations.domain.queries import BY_SCORE, BY_SUPPORT, HIDDEN, TopicFilter
from consultations.models import TopicCall, TopicStatus
from consultations.web.topics import asked_call
from members.access import allowed
from members.roles import Permission

PAGE = 24
_STATUSES = (
    TopicStatus.PROPOSED,
    TopicStatus.ACCEPTED,
    TopicStatus.DECLINED,
    TopicStatus.MERGED,
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that narrows or orders the list."""

    label: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, as far as it means anything to the visitor."""

    decides: bool
    kept: dict[str, str]

    @classmethod
    def of(cls, request: HttpRequest, call: TopicCall | None) -> "Asked":
        decides = allowed(request.user, Permission.TOPIC_MANAGE)
        known: dict[str, set[str]] = {
            "status": {*_STATUSES, *((TopicStatus.WITHDRAWN, HIDDEN) if decides else ())},
            "sort": {BY_SUPPORT, BY_SCORE} if decides else {BY_SUPPORT},
            "unscored": {"1"} if decides else set(),
        }
        kept = {name: request.GET.get(name, "") for name in known}
        kept = {name: value for name, value in kept.items() if value in known[name]}
        return cls(decides, {"call": str(call.pk), **kept} if call else kept)

    def choice(self, label: str, **changes: str) -> Choice:
        kept = {name: value for name, value in {**self.kept, **changes}.items() if value}
        return Choice(label, f"?{urlencode(kept)}", kept == self.kept)

    def statuses(self) -> list[Choice]:
        shown = [self.choice(_("全部"), status="")]
        shown += [self.choice(str(status.label), status=status) for status in _STATUSES]
        if self.decides:
            shown.append(
                self.choice(str(TopicStatus.WITHDRAWN.label), status=TopicStatus.WITHDRAWN)
            )
            shown.append(self.choice(_("已隐藏"), status=HIDDEN))
        return shown

    def orders(self) -> list[Choice]:
        shown = [self.choice(_("最新"), sort=""), self.choice(_("支持最多"), sort=BY_SUPPORT)]
        if self.decides:
            shown.append(self.choice(_("评分最高"), sort=BY_SCORE))
        return shown

    def scored(self) -> list[Choice]:
        """Whether what one has scored oneself is listed; for those who score."""
        if not self.decides:
            return []
        return [self.choice(_("都列出"), unscored=""), self.choice(_("我还没评的"), unscored="1")]


@require_safe
def topic_list(request: HttpRequest) -> HttpResponse:
    call = asked_call(request)
    asked = Asked.of(request, call)
    narrowed = TopicFilter(
        status=asked.kept.get("status", ""),
        order=asked.kept.get("sort", ""),
        call=call,
        unscored="unscored" in asked.kept,
    )
    found = queries.listed_topics(request.user, narrowed)
    context = {
        "asked": asked,
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "query": urlencode(asked.kept),
        "call": queries.call_line(call) if call else None,
        "calls": () if call else queries.calls(),
        "closed_calls": () if call else queries.closed_calls(),
    }
    return render(request, "topics/list.html", context)
