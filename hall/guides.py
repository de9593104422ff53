"""怎么用: the guides of docs/guides as pages of the hall, with their pictures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

FOLDER = settings.BASE_DIR / "docs" / "guides"
# Whom each is for, in the order of the list.
GUIDES: dict[str, str | Promise] = {
    "resident": _("居民"),
    "moderator": _("主持人"),
    "desk": _("现场签到台"),
    "staff": _("机关工作人员"),
}


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide to be shown: its title, what it says first, and all below, in Chinese."""

    name: str
    who: str | Promise
    title: str
    lead: str
    body: SafeString


@require_safe
def guide_list(request: HttpRequest) -> HttpResponse:
    return render(request, "help/list.html", {"guides": [read(name) for name in GUIDES]})


@require_safe
def guide(request: HttpRequest, name: str) -> HttpResponse:
    if name not in GUIDES:
        raise Http404
    return render(request, "help/guide.html", {"guide": read(name), "guides": GUIDES.items()})


def read(name: str) -> Guide:
    """The guide of this name as a page shows it. Costs a few milliseconds.

    The file begins with its title and one paragraph; links to other guides lead to their pages.
    """
    tokens = _MARKDOWN.parse((FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    title, lead = tokens[1].content, tokens[4].content
    body = tokens[6:]
    for token in _all(body):
        _lead_to_pages(token)
    html = _MARKDOWN.renderer.render(body, _MARKDOWN.options, {})
    # The project's own file, and markup in it is shown as text.
    return Guide(name, GUIDES[name], title, lead, mark_safe(html))  # noqa: S308


def picture_size(name: str) -> tuple[int, int]:
    """Width and height of a picture of the guides in pixels; ValueError if it is no such WebP."""
    head = (FOLDER / "images" / name).read_bytes()[:30]
    if head[8:16] != b"WEBPVP8X":
        raise ValueError(f"{name} is no extended WebP")
    return (
        1 + int.from_bytes(head[24:27], "little"),
        1 + int.from_bytes(head[27:30], "little"),
    )


def _all(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or ())


def _lead_to_pages(token: Token) -> None:
    if token.type == "image":
        name = PurePosixPath(str(token.attrs["src"])).name
        width, height = picture_size(name)
        token.attrs |= {"src": static(f"guides/{name}"), "width": width, "height": height}
    elif token.type == "link_open" and str(token.attrs["href"]).endswith(".md"):
        token.attrs["href"] = reverse("guide", args=[PurePosixPath(str(token.attrs["href"])).stem])


def _joined(*_: Any) -> str:
    """Chinese has no space where a line of the file ends."""
    return ""


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False})
    markdown.add_render_rule("softbreak", _joined)
    return markdown


_MARKDOWN = _markdown()
