"""axe-core finds no violation on any page: every language, light and dark, small and wide."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect
from sqlalchemy import update

from alerting.deliveries.texts import tokens_of
from contacts.tables import DIVISIONS
from tests.browser.axe import violations
from tests.browser.conftest import Site, running_site
from tests.browser.languages import LANGUAGES
from tests.browser.people import People
from tests.support.city import NEXT_VILLAGE, QIANFO, household_code, household_phone
from tests.support.gateway import Gateway
from tests.support.running import Running
from tests.support.signing_in import link_for

pytestmark = pytest.mark.asyncio(loop_scope="session")

Opened = Callable[[People], Awaitable[Page]]

TOO_WIDE: Final = """() => [...document.querySelectorAll("body *")].filter((one) => {
  const box = one.getBoundingClientRect();
  return one.checkVisibility() && box.width && box.right > innerWidth + 1
    && !one.closest(".leaflet-container");
}).map((one) => `${one.tagName}.${one.className}: ${one.textContent.slice(0, 40)}`)"""
"""Script that returns the visible elements that extend beyond the right edge of the window.

Chromium does not lay out the content of a closed `details` element anew until it is measured.
"""
SAID: Final = {1: "1", 2: "1 2", 3: "2 老人走不动", 4: "3", 5: "4", 6: "王家桥断了吗？"}
"""Texts by household number: one for each standing, and one that cannot be read."""

ON_THE_WAY: Final = 3
"""The household to which the grid officer is on the way."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, gateway: Gateway
) -> AsyncIterator[Site]:
    """A service in the middle of an evacuation; these tests only read it."""
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("lively") / "alerting.db")
    async with running_site(f"sqlite:///{file}", gateway) as site:
        await enliven(site.service)
        yield site


async def enliven(service: Running) -> None:
    """Raise alerts, let households answer, send an officer, and end the second alert."""
    await service.raised("informant", QIANFO, hazard_location=[31.905, 107.2])
    await service.raised("commander", NEXT_VILLAGE)
    for number, body in SAID.items():
        await service.text(household_phone(QIANFO, number), body)
    for number in (3, 5, 8, 10):
        home = {"household": household_code(QIANFO, number), "officer": "grid"}
        status, task = await service.post("/api/alerts/1/tasks", "commander", home)
        assert status == 201
        if number == ON_THE_WAY:
            assert (await service.post(f"/api/tasks/{task['id']}/take", "grid"))[0] == 200
    village = update(DIVISIONS).where(DIVISIONS.c.code == QIANFO)
    await service.change(village.values(contact_phone="+8613900000001"))
    assert (await service.post("/api/alerts/2/cancel", "commander", {"reason": "误报"}))[0] < 300


async def sign_in(people: People) -> Page:
    page = await people.opens("/sign-in")
    await expect(page.locator("form").first).to_be_visible()
    return page


async def sign_in_link(people: People) -> Page:
    return await people.opens(await link_for(people.service, "grid"))


async def sign_in_link_over(people: People) -> Page:
    people.watch.expected.append("status of 410")
    return await people.opens("/in/over")


async def household_open(people: People) -> Page:
    return await _household(people, 1, QIANFO, 7)


async def household_helped(people: People) -> Page:
    return await _household(people, 1, QIANFO, 3)


async def household_over(people: People) -> Page:
    return await _household(people, 2, NEXT_VILLAGE, 3)


async def household_unknown(people: People) -> Page:
    people.watch.expected.append("status of 404")
    return await people.opens("/h/0123456789ab")


async def _household(people: People, alert: int, village: str, number: int) -> Page:
    key = alert, household_code(village, number)
    token = (await people.service.runtime.ledger.write(lambda tx: tokens_of(tx.connection, {key})))[
        key
    ]
    return await people.opens(f"/h/{token}?lang={people.device.language}")


async def alert_list(people: People) -> Page:
    page = await people.opens("/", "grid")
    await expect(page.get_by_role("listitem").first).to_be_visible()
    return page


async def raise_form(people: People) -> Page:
    page = await people.opens("/raise", "informant")
    await page.get_by_role("radio").first.check(force=True)
    await page.locator("summary").last.click()
    return page


async def raise_preview(people: People) -> Page:
    page = await people.opens("/raise", "informant")
    await page.get_by_role("radio").first.check(force=True)
    await page.locator("button[type=submit]").click()
    await expect(page.locator(".reach")).to_be_visible()
    await expect(page.locator(".warnings li").first).to_be_visible()
    await page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    return page


async def board(people: People) -> Page:
    page = await people.opens("/board/1", "commander")
    await expect(page.locator("#panel-help .tone-danger")).to_be_visible()
    return page


async def board_unfolded(people: People) -> Page:
    """Return a board with every collapsible open: a household, an action, all panels."""
    page = await board(people)
    await page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    await page.locator(".households button.row").first.click()
    await page.locator(".household .marks").first.wait_for()
    await page.locator(".action-close").click()
    await page.locator(".tree .pick").last.click()
    await page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    return page


async def doors(people: People) -> Page:
    page = await people.opens("/doors", "grid")
    await expect(page.locator(".door").first).to_be_visible()
    await page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    return page


async def check_in(people: People) -> Page:
    page = await doors(people)
    await page.locator("nav.tabs button").last.click()
    return page


async def without_network(people: People) -> Page:
    people.watch.expected.append("net::ERR_INTERNET_DISCONNECTED|net::ERR_FAILED")
    page = await doors(people)
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await page.context.set_offline(True)
    await page.goto("/board/1")
    await expect(page.locator(".away-links")).to_be_visible()
    return page


IN_ONE_LANGUAGE: Final = (
    sign_in_link,
    sign_in_link_over,
    household_open,
    household_helped,
    household_over,
    household_unknown,
)
"""Pages that the service renders in the device's language."""
SWITCHED: Final = (
    sign_in,
    alert_list,
    raise_form,
    raise_preview,
    board,
    board_unfolded,
    doors,
    check_in,
    without_network,
)
"""Pages on which the user can choose the language."""


@pytest.mark.parametrize("opened", IN_ONE_LANGUAGE)
async def test_rendered_pages_have_no_violations(people: People, opened: Opened) -> None:
    page = await opened(people)
    assert await found(page) == []


@pytest.mark.parametrize("opened", SWITCHED)
async def test_pages_have_no_violations_in_any_language(people: People, opened: Opened) -> None:
    page = await opened(people)
    await page.emulate_media(color_scheme="light")
    for language in LANGUAGES.values():
        await page.locator("select.language").select_option(language.code)
        await expect(page.locator("html")).to_have_attribute("lang", language.locale)
        assert await violations(page) == [], language.code
        assert await page.evaluate(TOO_WIDE) == [], language.code
    assert await found_in_the_dark(page) == []


async def test_violations_are_found(people: People) -> None:
    page = await sign_in(people)
    await page.evaluate("""() => {
      const paragraph = document.querySelector("main p");
      paragraph.append(document.createElement("button"));
      paragraph.style.color = "#666";
    }""")
    lines = await found(page)
    assert any(line.startswith("button-name") for line in lines)
    assert any(line.startswith("in the dark: color-contrast") for line in lines)


async def found(page: Page) -> list[str]:
    """Return axe-core's violations in the light scheme, and colour violations in the dark one."""
    await page.emulate_media(color_scheme="light")
    return await violations(page) + await found_in_the_dark(page)


async def found_in_the_dark(page: Page) -> list[str]:
    """Return the colour violations in the dark scheme, which are the same in every language."""
    await page.emulate_media(color_scheme="dark")
    return [f"in the dark: {line}" for line in await violations(page, "color-contrast")]
