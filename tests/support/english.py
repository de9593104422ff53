"""What of an English page is Chinese without being somebody's own words."""

import json
import re
from collections.abc import Iterable, Iterator
from html import unescape
from html.parser import HTMLParser
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models

from consultations.domain.working_days import work_calendar

# Han characters and full-width punctuation; the wide space is a gap, in any language.
_FOREIGN = "\u2e80-\u2fff\u3001-\u303f\u3400-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff65"
_RUN = re.compile(rf"[{_FOREIGN}]+(?:\d*[{_FOREIGN}]+)*")
_BLANKS = re.compile(r"\s+")
_MARKS = re.compile(r"<[^>]+>")
_HAN = re.compile(r"[\u3400-\u9fff]")
_NOT_TEXT = {"script", "style", "template"}
_SAID = {"alt", "aria-label", "content", "label", "placeholder", "title", "value"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"}


class _Texts(HTMLParser):
    """The texts of a page, with those of the attributes that are read out or shown."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        left_out = tag in _NOT_TEXT or (given.get("lang") or "").startswith("zh")
        left_out = left_out or any(out for _tag, out in self.open)
        if not left_out:
            self.found += [value for name, value in attrs if name in _SAID and value]
        if tag not in _VOID:
            self.open.append((tag, left_out))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(out for _tag, out in self.open):
            self.found.append(data)


def texts_of(html: str) -> list[str]:
    """What a page says: its texts and its labels, without what it declares to be Chinese."""
    reader = _Texts()
    reader.feed(html)
    reader.close()
    return reader.found


def words_of_the_hall() -> str:
    """Everything that people have written: every text in the database, and the hall's own name."""
    texts = [settings.HALL_NAME, settings.HALL_COMMITTEE]
    for year in work_calendar().arrangements:
        texts += [year.source, *(holiday.name for holiday in year.holidays)]
    for model in apps.get_models():
        names = [
            field.attname
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField | models.JSONField)
        ]
        for row in model._base_manager.values_list(*names):
            texts += [text for value in row for text in _strings(value)]
    # As written, and as it reads without its marks: pages quote passages of rich text.
    told = [each for text in texts for each in (text, unescape(_MARKS.sub("", text)))]
    return "\n".join(_BLANKS.sub("", text) for text in dict.fromkeys(told))


def foreign(texts: Iterable[str], own: str) -> list[str]:
    """Runs of Chinese in `texts` that nobody of the hall has written.

    Signs alone are somebody's only together with what stands beside them, across links too.
    """
    bare = [_BLANKS.sub("", text) for text in texts]
    found, whole, start = [], "".join(bare), 0
    for text in bare:
        for run in _RUN.finditer(text):
            at, end = start + run.start(), start + run.end()
            ways = [(0, 0)] if _HAN.search(run[0]) else [(2, 0), (0, 2)]
            if all(whole[max(0, at - left) : end + right] not in own for left, right in ways):
                found.append(run[0])
        start += len(text)
    return list(dict.fromkeys(found))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def print_words_of_the_hall() -> None:
    """For `manage.py shell -c`, from a test that has no database of its own."""
    print(json.dumps(words_of_the_hall()))  # noqa: T201
