"""核验: what a receipt is worth, the hall's public keys, and the program that checks without it."""

from pathlib import Path

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from consultations.archiving import verify
from consultations.domain import receipts, signing_key
from consultations.domain.receipts import ReceiptCode, Within
from consultations.web.downloads import named
from consultations.web.share import qr_drawing
from hall.errors import Code, Refusal

UNREADABLE = _("看不出这是一张回执。回执像这样：7:345:再加 64 个数字和字母，请整段复制。")


class ReceiptForm(forms.Form):
    """A receipt, in whatever it was pasted with."""

    receipt = forms.CharField(
        label=_("粘贴回执"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("请粘贴回执。")},
    )


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Ask what became of a receipt, pasted or scanned; without one, how to check anything."""
    asked = "receipt" in request.GET
    form = ReceiptForm(request.GET if asked else None)
    code = _scanned(request)
    if asked and form.is_valid():
        code = receipts.read_code(form.cleaned_data["receipt"])
        if code is None:
            form.add_error("receipt", UNREADABLE)
    context = {
        "form": form,
        "answer": receipts.check_receipt(request.user, code) if code else None,
        "query": _query(code) if code else "",
        "chain": signing_key.key_chain(),
    }
    status = 422 if form.errors else 200
    return render(request, "verify/page.html", context, status=status)


@require_safe
def proof(request: HttpRequest) -> HttpResponse:
    """The receipt's proof, to be checked anywhere by verify.py."""
    code, within = _scanned(request), request.GET.get("in", "")
    if code is None or within not in set(Within):
        raise Refusal(Code.NOT_FOUND)
    found = receipts.receipt_proof(request.user, code, Within(within))
    response = JsonResponse(found)
    named(response, f"proof-{code.consultation_id}-{code.seq}.json")
    return response


@require_safe
def qr(request: HttpRequest) -> HttpResponse:
    """The receipt's address, to be scanned from this page with another phone."""
    code = _scanned(request)
    if code is None:
        raise Refusal(Code.NOT_FOUND)
    address = request.build_absolute_uri(f"{reverse('verify')}?{_query(code)}")
    return qr_drawing(address, error="l")


@require_safe
def public_key(_request: HttpRequest) -> HttpResponse:
    return _file(signing_key.public_key_file(), "archive-key.pub.pem", "application/x-pem-file")


@require_safe
def key_chain(_request: HttpRequest) -> HttpResponse:
    return _file(signing_key.key_chain_file(), "archive-keys.json", "application/json")


@require_safe
def verifier(_request: HttpRequest) -> HttpResponse:
    return _file(Path(verify.__file__), "verify.py", "text/x-python; charset=utf-8")


def _file(path: Path | None, name: str, content_type: str) -> HttpResponse:
    if path is None:
        raise Refusal(Code.NOT_FOUND)
    response = HttpResponse(path.read_bytes(), content_type=content_type)
    named(response, name)
    return response


def _scanned(request: HttpRequest) -> ReceiptCode | None:
    """The receipt that the address itself names."""
    parts = (request.GET.get(name, "") for name in ("c", "n", "d"))
    return receipts.read_code(":".join(parts)) if "d" in request.GET else None


def _query(code: ReceiptCode) -> str:
    fields: dict[str, int | str] = {"c": code.consultation_id, "n": code.seq, "d": code.digest}
    return urlencode(fields)
