"""The guides show what the script takes, and it takes what they show."""

import re
from pathlib import Path

from scripts.guide_pictures import DOCS, GUIDES, PICTURES

SHOWN = re.compile(r"!\[[^\]]+\]\(images/([\w-]+)\.webp\)")


def shown_in(guide: Path) -> list[str]:
    return SHOWN.findall(guide.read_text(encoding="utf-8"))


def test_every_picture_of_the_guides_is_taken_and_shown_once() -> None:
    shown = [name for guide in DOCS.glob("guides/*.md") for name in shown_in(guide)]
    assert sorted(shown) == sorted(PICTURES)
    assert sorted(path.stem for path in GUIDES.iterdir()) == sorted(PICTURES)
