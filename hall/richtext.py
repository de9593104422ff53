"""Rich text: the one place that uses bleach."""

import html as markup
import re

import bleach

from hall.plaintext import legible

ALLOWED_TAGS = frozenset(
    {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "h3", "h4", "a"}
)

_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|lrm|rlm);?")


def _is_allowed(tag: str, name: str, value: str) -> bool:
    """Whole https addresses alone: `//elsewhere` would pass a check of the protocol."""
    return (tag, name) == ("a", "href") and value.startswith("https://")


def _unseen_dropped(reference: re.Match[str]) -> str:
    """A character that is written as a reference passes as it stands, or not at all."""
    return reference[0] if legible(markup.unescape(reference[0])) else ""


def clean(html: str) -> str:
    """`html` with everything removed but the allowed tags and https links.

    Characters that cannot be seen, or that turn others around, go as they do from plain text.

    Costs 0.2-0.7 ms: called where text is written, never where it is read.
    """
    cleaned: str = bleach.clean(
        legible(_REFERENCE.sub(_unseen_dropped, html)),
        tags=ALLOWED_TAGS,
        attributes=_is_allowed,
        protocols=["https"],
        strip=True,
        strip_comments=True,
    )
    return cleaned.strip()
