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


@register.simple_tag
def module_prefetch(*entries: str) -> SafeString:
    """Links by which a page has the modules of the next one fetched, once it has nothing to do."""
    links = ((url,) for url in assets.module_preloads(*entries))
    return format_html_join("\n", '<link rel="prefetch" as="script" href="{}">', links)


@register.simple_tag(takes_context=True)
def module_script(context: Context, *entries: str, soon: str = "") -> SafeString:
    """The modules `entries` ("js/room/main.js", …) under the page's nonce, with all they import.

    `soon` is one that they fetch as soon as they run: the browser fetches it beside them. Before
    all stand the words of the page's language, where that is not Chinese.
    """
    nonce = _nonce(context)
    scripts = {assets.module_preloads(entry)[0] for entry in entries}
    tags = {
        True: '<script type="module" src="{}" nonce="{}"></script>',
        False: '<link rel="modulepreload" href="{}" nonce="{}">',
    }
    # Over few connections what stands first comes first: an entry, then all that it waits for.
    found = assets.module_preloads(*entries, *([soon] if soon else []))
    elements = ((format_html(tags[url in scripts], url, nonce),) for url in found)
    words = room_words(get_language())
    return format_html(
        "{}{}",
        json_script(words, "room-words") if words else "",
        format_html_join("\n", "{}", elements),
    )
