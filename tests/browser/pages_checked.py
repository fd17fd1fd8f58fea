"""The check of a page in every language, on narrow and wide screens."""

import zlib
from itertools import cycle, islice
from typing import Final
from urllib.parse import urlsplit

from playwright.async_api import Page, expect

from tests.browser.axe import violations, violations_in_the_dark
from tests.browser.languages import LANGUAGES
from tests.browser.test_axe import TOO_WIDE

_WIDTHS: Final = (360, 1440)


async def check_page(page: Page) -> None:
    """Assert in every language that axe-core finds nothing and no element leaves the window.

    axe-core checks each language once, each width once, and the colours once in each scheme. The
    page's address decides which languages are checked narrow, and the language of that check.
    """
    before = page.viewport_size
    chosen = page.locator("select.language")
    spoken = await chosen.input_value()
    first = zlib.crc32(urlsplit(page.url).path.encode())
    coloured = [*LANGUAGES.values()][first % len(LANGUAGES)]
    width_of_axe = dict(zip(LANGUAGES, islice(cycle(_WIDTHS), first % 2, None), strict=False))
    await page.emulate_media(color_scheme="light")
    for width in _WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        for language in LANGUAGES.values():
            await chosen.select_option(language.code)
            await expect(page.locator("html")).to_have_attribute("lang", language.locale)
            faults = await page.evaluate(TOO_WIDE)
            if width == width_of_axe[language.code]:
                faults += await violations(page, colours=language is coloured)
            assert faults == [], (width, language.code, faults)
    assert await violations_in_the_dark(page) == []
    await chosen.select_option(spoken)
    await expect(page.locator("html")).to_have_attribute("lang", LANGUAGES[spoken].locale)
    if before:
        await page.set_viewport_size(before)
