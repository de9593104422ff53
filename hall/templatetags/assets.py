"""Tags of the pages that load ES modules: `{% load assets %}`."""

from django import template
from django.template.context import Context
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from hall import assets
from hall.words import room_words

register = template.Library()


def _nonce(context: Context) -> str:
    return str(context["request"].csp_nonce)


@register.simple_tag(takes_context=True)
def module_script(context: Context, entry: str) -> SafeString:
    """The module `entry` ("js/room/main.js") under the page's nonce, and all that it imports.

    Before it stand the words of its language, where that is not Chinese.
    """
    first, *others = assets.module_preloads(entry)
    words = room_words(get_language())
    preloads = format_html_join(
        "\n",
        '<link rel="modulepreload" href="{}" nonce="{}">',
        ((url, _nonce(context)) for url in others),
    )
    return format_html(
        '{}{}\n<script type="module" src="{}" nonce="{}"></script>',
        json_script(words, "room-words") if words else "",
        preloads,
        first,
        _nonce(context),
    )
