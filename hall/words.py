"""Words of the browser's modules in other languages than the hall's own."""

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import to_locale


@cache
def room_words(language: str | None) -> dict[str, str]:
    """Chinese sentence -> sentence in this language, as locale/ has it; empty for Chinese."""
    if not language or language == settings.LANGUAGE_CODE:
        return {}
    folder = settings.LOCALE_PATHS[0]
    found = gettext.translation("djangojs", folder, [to_locale(language)], fallback=True)
    catalogue: dict[str, str] = getattr(found, "_catalog", {})
    return {sentence: words for sentence, words in catalogue.items() if sentence}


@contextmanager
def own_language() -> Iterator[None]:
    """`@own_language()`: what is written in here stays, and is in Chinese, whoever asked for it."""
    # Django's own decorator would keep what to return to in one place for all threads.
    with translation.override(settings.LANGUAGE_CODE):
        yield
