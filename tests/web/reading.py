"""What an answer of the hall says."""

import re
from typing import Any


def text(response: Any) -> str:
    return str(response.content.decode())


def said(response: Any) -> str:
    """What a reader of the page reads: without tags and runs of space."""
    return " ".join(re.sub(r"<[^>]+>", " ", text(response)).split())
