"""Looking a page over with axe."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.room.pages import stand_still


def serious(page: Page, within: str | None = None, **options: Any) -> list[str]:
    """What axe finds serious or worse, one line each, once nothing on the page moves any more: a
    colour on its way is none that anyone reads."""
    stand_still(page)
    found = Axe().run(page, context=within, options=options).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}"
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]
