"""The colours of tokens.css: words can be read on what they stand on, by day and by night."""

import re

import pytest

from tests.support.hall_server import ROOT

TOKENS = (ROOT / "static/css/tokens.css").read_text()
LIGHT, DARK = TOKENS.split("@media (prefers-color-scheme: dark)")
READABLE = 4.5  # WCAG 2.2, 1.4.3
GROUNDS = ("paper", "surface", "sunken")
WORDS = ("ink", "ink-soft", "link", "live-ink", "good", "warn", "quiet")
SOFT = {
    "live-soft": ("live-ink", "ink"),
    "good-soft": ("good", "ink"),
    "warn-soft": ("warn", "ink"),
}
SOFT |= {"brand-soft": ("ink", "link"), "quiet-soft": ("quiet", "ink")}
FULL = {"brand": ("on-brand",), "brand-strong": ("on-brand", "on-brand-soft"), "live": ("on-live",)}
PAIRS = [(word, ground) for ground in GROUNDS for word in WORDS]
PAIRS += [(word, ground) for ground, words in (SOFT | FULL).items() for word in words]


def colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css))


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_can_be_read(scheme: str) -> None:
    held = colours(LIGHT) if scheme == "light" else colours(LIGHT) | colours(DARK)
    found = {(word, ground): contrast(held[word], held[ground]) for word, ground in PAIRS}
    assert {pair: round(ratio, 2) for pair, ratio in found.items() if ratio < READABLE} == {}


def test_no_words_in_the_colour_of_a_ground() -> None:
    grounds = re.compile(r"^\s*color: var\(--(live|brand|[\w-]+-soft)\)", re.MULTILINE)
    allowed = {"ink-soft", "on-brand-soft"}
    used = {
        f"{path.name}: {name}"
        for path in sorted((ROOT / "static/css").glob("*.css"))
        for name in grounds.findall(path.read_text())
        if name not in allowed
    }
    assert used == set()
