"""The report is opened from the board and fits the screen, and its bulletin can be pasted."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.axe import violations
from tests.browser.devices import ON_BOTH_DEVICES
from tests.browser.people import People
from tests.support.city import QIANFO, household_phone
from tests.support.running import Running

pytestmark = pytest.mark.asyncio(loop_scope="session")

IS_TOO_WIDE = "() => document.documentElement.scrollWidth > innerWidth"


@ON_BOTH_DEVICES
async def test_report_is_opened_from_the_board_and_fits_the_screen(
    people: People, service: Running
) -> None:
    await service.raised("informant", QIANFO)
    for number, words in ((1, "1"), (2, "2 老人走不动"), (3, "3")):
        await service.text(household_phone(QIANFO, number), words)
    page = await people.opens("/board/1", "commander")
    # A click misses the link if a panel that loads moves it between the press and the release.
    await page.locator('.report-links a[href^="/alerts/1/report"]').press("Enter")
    heading = page.get_by_role("heading", level=1)
    await expect(heading).to_contain_text(people.device.say("预警报告", "Report of the alert"))
    assert await page.evaluate(IS_TOO_WIDE) is False
    assert await violations(page) == []


async def test_bulletin_is_shown_to_be_pasted(people: People, service: Running) -> None:
    await service.raised("informant", QIANFO)
    page = await people.opens("/board/1", "commander")
    await page.locator(".report-links button").click()
    bulletin = page.locator(".report-links textarea")
    await expect(bulletin).to_have_value(
        re.compile(people.device.say("应转移：10户25人", "To evacuate: people 25, households 10"))
    )
