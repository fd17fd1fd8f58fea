"""The board of an alert that is over: nothing is predicted, and its clocks stand still."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.people import People
from tests.support.city import QIANFO, household_phone
from tests.support.running import Running

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
WITH_CLOCKS = (".top", "#panel-help", "#panel-officers", "#panel-doors", "#households")


async def told(page: Page) -> list[str | None]:
    """Return the texts of all parts with clocks, once the board receives the feed."""
    await expect(page.locator(".told.stale")).to_have_count(0)
    return [await page.locator(part).text_content() for part in WITH_CLOCKS]


async def test_cancelled_alert_predicts_nothing_and_its_clocks_stand_still(
    people: People, service: Running
) -> None:
    await service.raised("informant", QIANFO)
    await service.text(household_phone(QIANFO, 1), "1")
    await service.text(household_phone(QIANFO, 2), "2 老人走不动")
    page = await people.opens("/board/1", "commander")
    await expect(page.locator(".pace .estimate")).to_have_count(1)
    assert (await service.post("/api/alerts/1/cancel", "commander", {"reason": "误报"}))[0] < 300
    await expect(page.locator(".pace .estimate")).to_have_count(0)
    await expect(page.locator(".pace .clock")).to_have_count(0)
    await page.clock.install()
    await page.reload()
    await page.locator("#panel-help").wait_for()
    await page.evaluate("document.querySelectorAll('details').forEach(e => (e.open = true))")
    for loaded in ("#panel-help .clock", "#panel-officers .call", "#households .households li"):
        await expect(page.locator(loaded).first).to_be_attached()
    before = await told(page)
    await page.clock.fast_forward("10:00")
    # The page notices that it received nothing for ten minutes, then receives a heartbeat.
    assert await told(page) == before
