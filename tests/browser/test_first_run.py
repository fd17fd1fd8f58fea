"""From an empty database to an exercise's zero in the browser, without a terminal."""

import re
from collections.abc import AsyncIterator
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.conftest import Site, running_site
from tests.browser.pages_checked import check_page
from tests.browser.people import People
from tests.browser.test_sign_in import ask_for_link, link_texted
from tests.support.city import QIANFO, TOWN
from tests.support.gateway import Gateway
from tests.support.roster_files import HEADINGS, home
from tests.support.running import Running

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

DIVISIONS: Final = f"code,name,tier,parent,assembly_point\n{QIANFO},千佛村,village,{TOWN},村小学\n"
OFFICERS: Final = (
    "姓名,职务,单位,电话\n王镇长,镇长,诺江镇,13900008001\n李网格员,网格员,千佛村,13900008002\n"
)
RAISERS_PHONE: Final = "+8613900008002"


@pytest_asyncio.fixture(loop_scope="session")
async def site(database_url: str, gateway: Gateway) -> AsyncIterator[Site]:
    """A service on an empty database."""
    async with running_site(database_url, gateway, is_empty=True) as site:
        yield site


async def bring_in(page: Page, kind: str, text: str, added: str) -> None:
    """Import a file from the page of a step, and go back to the steps."""
    await page.locator(f"ol.steps a[href$='kind={kind}']").first.click()
    file = {"name": "file.csv", "mimeType": "text/csv", "buffer": text.encode()}
    await page.locator("#file").set_input_files([file])
    await page.locator("form.import button[type=submit]").click()
    await page.locator("section[aria-labelledby=changes] > button").click()
    await expect(page.locator(".done dd").first).to_have_text(added)
    await page.goto("/admin/start")


async def test_service_is_founded_filled_and_tried(people: People, service: Running) -> None:
    say, page = people.device.say, await people.opens("/")
    await expect(page).to_have_url(re.compile("/setup$"))
    await expect(page.locator("#division")).to_be_visible()
    await check_page(page)
    for field, text in {
        "name": "张三",
        "phone": "13900009001",
        "division": TOWN,
        "division-name": "诺江镇",
    }.items():
        await page.locator(f"#{field}").fill(text)
    await page.locator("button[type=submit]").click()
    await expect(page).to_have_url(re.compile("/admin/start$"))
    await expect(page.locator("ol.steps > li")).to_have_count(8)
    await bring_in(page, "divisions", DIVISIONS, "1")
    await bring_in(page, "officers", OFFICERS, "2")
    await bring_in(page, "households", HEADINGS + home(1) + home(2), "2")
    await page.get_by_role("button", name=say("发到我的手机", "Text my phone")).click()
    await expect(page.get_by_text(say("如果要验证码", "asks for a code"))).to_be_visible()
    await page.goto(await link_texted(service, "+8613900009001"))
    await page.get_by_role("button", name=say("登录", "Sign in")).click()
    await expect(page).to_have_url(re.compile("/admin/start$"))
    await expect(page.locator("ol.steps > li.waiting")).to_have_count(2)
    await check_page(page)
    await hold_exercise(people, service)
    await page.reload()
    await expect(page.locator("ol.steps > li.waiting")).to_have_count(1)


async def hold_exercise(people: People, service: Running) -> None:
    """Let an imported grid officer sign in and raise an exercise; both households answer."""
    say, page = people.device.say, await people.opens("/sign-in?next=/raise")
    await ask_for_link(people, page, RAISERS_PHONE)
    await page.goto(await link_texted(service, RAISERS_PHONE))
    await page.get_by_role("button", name=say("登录", "Sign in")).click()
    await page.get_by_role("radio").first.check(force=True)
    await page.locator("button[type=submit]").click()
    await expect(page.locator(".reach")).to_be_visible()
    await page.get_by_role("button", name=say("发布演练", "Send the exercise")).click()
    await expect(page).to_have_url(re.compile("/board/1$"))
    for number in (1, 2):
        await service.text(f"+861390000{number:04d}", "1")
    await expect(page.locator(".headline")).to_contain_text(say("已清零", "Zero"))
