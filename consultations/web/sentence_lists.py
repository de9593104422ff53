"""The two lists of sentences that an outcome is made of, as its editor shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.domain import outcomes
from consultations.web.forms import SentenceForm, complain
from hall.errors import Code, Refusal


@dataclass(frozen=True, slots=True)
class Sort:
    """One of the two sorts of sentences that an outcome is made of."""

    word: str
    label: Promise
    hint: Promise
    write: Any
    move: Any
    remove: Any


SORTS = {
    sort.word: sort
    for sort in (
        Sort(
            "clause",
            gettext_lazy("共识"),
            gettext_lazy("大家都同意的，一条一句，写明谁做什么。"),
            outcomes.write_clause,
            outcomes.move_clause,
            outcomes.remove_clause,
        ),
        Sort(
            "dissent",
            gettext_lazy("分歧"),
            gettext_lazy("没有谈拢的，用中立的话写明各方怎么看。"),
            outcomes.write_dissent,
            outcomes.move_dissent,
            outcomes.remove_dissent,
        ),
    )
}


def sort_of(what: str) -> Sort:
    """The sort that an address names; 404 for another word."""
    if what not in SORTS:
        raise Http404
    return SORTS[what]


def go_on(form: SentenceForm, refusal: Refusal, *, versions: dict[int, str]) -> None:
    """Say in a form why it was refused, and let it go on from how its sentence stands by now.

    What someone else has made of the sentence stands above the form, which may be sent again over
    it; where the sentence is gone, what was written is a new one.
    """
    form.opposed = refusal.code == Code.OPPOSED
    position = form.cleaned_data["position"]
    filled: Any = form.data
    form.data = filled = filled.copy()
    if position is not None and position not in versions:
        form.add_error(None, _("这一条刚被别人删去。您写的还在，保存后是新的一条。"))
        filled["position"] = filled["expected"] = ""
        form.cleaned_data["position"] = None
        return
    complain(form, refusal)
    if position is not None and refusal.code == Code.WRONG_STATE and refusal.field is None:
        filled["expected"] = versions[position]


def list_of(
    sort: Sort,
    sentences: Any,
    versions: dict[int, str],
    refused: tuple[str, SentenceForm] | None,
    start_from: list[int],
    opposed: Mapping[int, tuple[int, int]],
) -> dict[str, Any]:
    """One list with a form for each sentence and one for a new sentence; `refused` is the form
    that came back, with the sort it is of, `versions` and `opposed` go by position."""
    came_back = refused[1] if refused and refused[0] == sort.word else None
    position = came_back.cleaned_data.get("position") if came_back and came_back.is_bound else None
    rows = []
    for sentence in sentences:
        initial = {
            "text": sentence.text,
            "evidence": "、".join(map(str, sentence.numbers)),
            "position": sentence.position,
            "expected": versions[sentence.position],
        }
        form = SentenceForm(initial=initial, auto_id=f"{sort.word}_{sentence.position}_%s")
        again = came_back is not None and sentence.position == position
        rows.append(
            {
                "sentence": sentence,
                "version": initial["expected"],
                "refused": opposed.get(sentence.position) if sort.word == "clause" else None,
                "form": came_back if again else form,
                "open": again,
            }
        )
    prefilled = {"evidence": "、".join(map(str, start_from))} if sort.word == "clause" else {}
    empty = SentenceForm(auto_id=f"{sort.word}_new_%s", initial=prefilled)
    if sort.word == "clause":
        # Where “引用” goes before any field was touched.
        empty.fields["evidence"].widget.attrs["data-first"] = True
    return {
        "sort": sort,
        "rows": rows,
        "new": came_back if came_back and position is None else empty,
    }
