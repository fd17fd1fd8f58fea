"""Notes and proposals on the list of alerts: from a sensor's red reading to the alert."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.conftest import Site, running_site
from tests.browser.pages_checked import check_page
from tests.browser.people import People
from tests.support.cap_documents import inbox_of, simple
from tests.support.gateway import Gateway
from tests.support.noted import POLICY
from tests.support.running import Running
from tests.support.sensors import station_of

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def site(database_url: str, gateway: Gateway, tmp_path: Path) -> AsyncIterator[Site]:
    """A service whose policy names senders and sensors."""
    file = tmp_path / "policy.toml"
    file.write_text(POLICY, encoding="utf-8")
    async with running_site(database_url, gateway, policy=str(file)) as site:
        yield site


async def press(page: Page, name: str, within: str = "main") -> None:
    await page.locator(within).get_by_role("button", name=name, exact=True).click()


async def test_red_reading_becomes_an_alert_by_one_decision(
    people: People, service: Running
) -> None:
    station, say = await station_of(service), people.device.say
    commander = await people.opens("/", "commander")
    gauge = commander.locator("table.sensors tr", has_text="gauge-1")
    await expect(gauge).to_contain_text(say("还没有读数", "no reading yet"))
    await station.read(55)
    await commander.evaluate("dispatchEvent(new Event('focus'))")
    proposal = commander.locator(".note.waiting")
    await expect(proposal).to_contain_text("55 mm/h")
    await expect(proposal.locator(".passes")).to_have_text(re.compile(r"\d"))
    await expect(gauge).to_contain_text(say("红色", "Red"))
    await press(commander, say("发布预警", "Raise the alert"), ".note.waiting")
    await expect(commander.get_by_role("dialog")).to_contain_text("25")
    await press(commander, say("发布预警", "Raise the alert"), "dialog")
    await expect(commander.locator(".to-board")).to_contain_text("暴雨")
    await expect(proposal).to_have_count(0)
    await commander.locator(".to-board").click()
    await expect(commander).to_have_url(re.compile("/board/1$"))


async def test_officer_who_may_not_decide_sees_no_buttons(people: People, service: Running) -> None:
    await (await station_of(service)).read(55)
    grid = await people.opens("/", "grid")
    await expect(grid.locator(".note.waiting")).to_contain_text("55 mm/h")
    await expect(grid.locator(".note button")).to_have_count(0)


async def test_notes_have_no_violations_in_any_language(people: People, service: Running) -> None:
    station, inbox = await station_of(service), await inbox_of(service)
    await station.read(31)
    await station.read(55)
    await inbox.taken(simple("Severe"))
    page = await people.opens("/", "commander")
    await expect(page.locator(".note.waiting")).to_have_count(2)
    await page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    await check_page(page)
