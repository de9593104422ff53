"""Tags of the pages that load ES modules: `{% load assets %}`."""

from django import template
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from hall import assets

register = template.Library()


def _nonce(context: Context) -> str:
    return str(context["request"].csp_nonce)


@register.simple_tag(takes_context=True, name="import_map")
def import_map_tag(context: Context) -> SafeString:
    """The import map under the page's nonce; before any module script."""
    return format_html(
        '<script type="importmap" nonce="{}">{}</script>',
        _nonce(context),
        SafeString(assets.import_map()),
    )


@register.simple_tag(takes_context=True)
def module_script(context: Context, entry: str) -> SafeString:
    """The module `entry` ("js/room/main.js") under the page's nonce, and all that it imports."""
    first, *others = assets.module_preloads(entry)
    preloads = format_html_join(
        "\n",
        '<link rel="modulepreload" href="{}" nonce="{}">',
        ((url, _nonce(context)) for url in others),
    )
    return format_html(
        '{}\n<script type="module" src="{}" nonce="{}"></script>',
        preloads,
        first,
        _nonce(context),
    )
