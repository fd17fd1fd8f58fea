"""The check of a page in every language, on narrow and wide screens."""

from typing import Final

from playwright.async_api import Page, expect

from tests.browser.axe import violations
from tests.browser.languages import LANGUAGES
from tests.browser.test_axe import TOO_WIDE, found

_WIDTHS: Final = (360, 1440)


async def check_page(page: Page) -> None:
    """Assert in every language that axe-core finds nothing and no element leaves the window."""
    before = page.viewport_size
    chosen = page.locator("select.language")
    spoken = await chosen.input_value()
    for width in _WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        for language in LANGUAGES.values():
            await chosen.select_option(language.code)
            await expect(page.locator("html")).to_have_attribute("lang", language.locale)
            faults = await violations(page) + await page.evaluate(TOO_WIDE)
            assert faults == [], (width, language.code, faults)
    assert await found(page) == []
    await chosen.select_option(spoken)
    await expect(page.locator("html")).to_have_attribute("lang", LANGUAGES[spoken].locale)
    if before:
        await page.set_viewport_size(before)
