"""Words of the browser's modules in other languages than the hall's own."""

import gettext
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


def own_language() -> translation.override:
    """`@own_language()`: what is written in here stays, and is in Chinese, whoever asked for it."""
    return translation.override(settings.LANGUAGE_CODE)
