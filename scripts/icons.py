"""Draw the icons of the installed hall from its logo: python -m scripts.icons

Chromium draws static/img/logo.svg into static/img/icon-*.png. The full ones have no rounded
corners: phones cut them into shapes of their own.
"""

from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.support.browsing import launch_chromium

IMAGES = Path(__file__).resolve().parent.parent / "static" / "img"
ICONS = {
    "icon-192.png": (192, False),
    "icon-512.png": (512, False),
    "icon-full-512.png": (512, True),
    "apple-touch-icon.png": (180, True),
}


def main() -> None:
    logo = (IMAGES / "logo.svg").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        for name, (size, full) in ICONS.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            drawn = logo.replace('rx="10"', 'rx="0"') if full else logo
            page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{drawn}")
            page.screenshot(path=IMAGES / name, omit_background=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
