"""At five moments of an evacuation the first thing to do is visible without scrolling."""

from typing import Final

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.devices import DESKTOP
from tests.browser.people import People
from tests.support.city import PHONELESS_EVERY, QIANFO, household_phone
from tests.support.door_reports import all_out
from tests.support.running import Running

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.parametrize("device", [DESKTOP], indirect=True, ids=["desktop"]),
]
WINDOWS: Final = ((360, 640), (1920, 1080))
MISSING: Final = ("answers_awaited", "many_left")
"""The reasons shown before and after the first reminder, which may come at any time."""
HOUSEHOLDS: Final = range(1, 11)


async def stands_on_the_screen(page: Page, *reasons: str) -> None:
    """Check that the first step has one of these reasons, and is in view with its button."""
    expected = page.locator(", ".join(f".next > .because-{reason}" for reason in reasons))
    step = page.locator(".next > .next-step")
    await expect(expected).to_be_visible()
    await page.reload()
    await expect(expected).to_be_visible()
    for width, height in WINDOWS:
        await page.set_viewport_size({"width": width, "height": height})
        await in_view(step, width, height)
        await in_view(step.locator("button, a").first, width, height)


async def in_view(part: Locator, width: int, height: int) -> None:
    box = await part.bounding_box()
    assert box
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= height
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


async def test_first_thing_to_do_needs_no_scrolling(people: People, service: Running) -> None:
    await service.raised("informant", QIANFO)
    page = await people.opens("/board/1", "commander")
    await stands_on_the_screen(page, *MISSING)
    await service.text(household_phone(QIANFO, 3), "1")
    await stands_on_the_screen(page, *MISSING)
    await service.text(household_phone(QIANFO, 5), "2 老人走不动")
    await stands_on_the_screen(page, "help_unattended")
    for number in HOUSEHOLDS:
        if number % PHONELESS_EVERY and number != 3:
            await service.text(household_phone(QIANFO, number), "1")
    await all_out(service, [number for number in HOUSEHOLDS if number % PHONELESS_EVERY])
    await stands_on_the_screen(page, "few_left")
    await all_out(service, [PHONELESS_EVERY])
    await stands_on_the_screen(page, "ready_to_close")
    assert (await service.post("/api/alerts/1/close", "commander"))[0] < 300
    await stands_on_the_screen(page, "closed")
