"""Without a network every address shows the data stored on the phone, with a link to it."""

import re
from typing import Any, Final

import pytest
from playwright.async_api import Page, expect

from scripts.benches.proxy import Proxy
from tests.browser.people import People
from tests.support.city import QIANFO, household_code
from tests.support.running import Running

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
ADDRESSES: Final = ("/", "/board/1", "/alerts/1/report", "/h/0123456789ab", "/nowhere")
NO_NETWORK: Final = "net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|FAILED)"


async def offline_officer(people: People, service: Running, wire: Proxy, **options: Any) -> Page:
    """Return the page of an officer whose doors are stored on the phone, and cut the network.

    The proxy cuts it, because the browser's offline mode does not cover a service worker that has
    just been started.
    """
    people.watch.expected.append(NO_NETWORK)
    await service.raised("informant", QIANFO)
    for number in (3, 4):
        sent = {"household": household_code(QIANFO, number), "officer": "grid"}
        assert (await service.post("/api/alerts/1/tasks", "commander", sent))[0] == 201
    page = await people.opens("/doors", "grid", service_workers="allow", **options)
    await expect(page.get_by_role("listitem", name=re.compile("住户0004"))).to_be_visible()
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await wire.leave()
    return page


async def test_every_address_links_to_the_doors_stored_on_the_phone(
    people: People, service: Running, wire: Proxy
) -> None:
    say, page = people.device.say, await offline_officer(people, service, wire)
    out = page.get_by_role("button", name=say("全部撤出", "All out"), exact=True).first
    await out.click()
    # An officer who leaves before the page has stored the report does not see that it is stored.
    unsent = page.get_by_role("status").filter(has_text=say("1 条尚未发送", "1 not yet sent"))
    await expect(unsent).to_be_visible()
    for address in ADDRESSES:
        await page.goto(address)
        kept = page.locator(".away section")
        await expect(kept).to_contain_text(say("待入户 2 户", "2 doors to knock on"))
        await expect(kept).to_contain_text(say("1 条报告尚未发送", "1 report is not sent yet"))
    await page.get_by_role("link", name=say("打开入户页", "Open the doors")).click()
    await expect(page.get_by_role("listitem", name=re.compile("住户0004"))).to_be_visible()


async def test_page_opens_by_itself_once_the_network_is_back(
    people: People, service: Running, wire: Proxy
) -> None:
    page = await offline_officer(people, service, wire)
    await page.goto("/board/1")
    await expect(page.locator(".away")).to_be_visible()
    await wire.come_back()
    await expect(page.locator(".headline strong")).to_be_visible()
    assert page.url.endswith("/board/1")


async def test_fallback_speaks_spanish_to_a_spanish_phone(
    people: People, service: Running, wire: Proxy
) -> None:
    page = await offline_officer(people, service, wire, locale="es-ES")
    await page.goto("/")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Sin red")
    await expect(page.locator("html")).to_have_attribute("lang", re.compile("^es"))


async def test_commander_who_opens_the_app_starts_with_the_alerts(people: People) -> None:
    page = await people.opens("/doors?start", "commander")
    await page.wait_for_url(re.compile(r"//[^/]+/$"))
    grid = await people.opens("/doors?start", "grid")
    await expect(grid.locator("main")).to_be_visible()
    assert grid.url.endswith("/doors?start")
