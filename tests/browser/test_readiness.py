"""Readiness in a browser: it is computed, and shows who would be missed and links to repair it."""

import re

import pytest
from playwright.async_api import expect
from sqlalchemy import delete

from contacts.tables import HOUSEHOLD_PHONES
from tests.browser.pages_checked import check_page
from tests.browser.people import People
from tests.support.city import QIANFO, household_code
from tests.support.running import Running

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


async def test_readiness_links_to_the_household_to_be_corrected(
    people: People, service: Running
) -> None:
    home = household_code(QIANFO, 3)
    await service.change(delete(HOUSEHOLD_PHONES).where(HOUSEHOLD_PHONES.c.household == home))
    say, page = people.device.say, await people.opens("/admin/readiness", "administrator")
    await expect(page.get_by_text(say("还没有检查过", "There was no look yet"))).to_be_visible()
    await page.get_by_role("button", name=say("现在检查", "Look now"), exact=True).click()
    gap = page.locator("ul.gaps > li", has_text="住户0003")
    await expect(gap).to_contain_text(say("没有手机", "No phone"))
    await expect(page.locator("ul.ready > li")).to_have_count(1)
    await check_page(page)
    await gap.get_by_role("link").click()
    await expect(page).to_have_url(re.compile(f"/admin/households.search={home}$"))
    await expect(page.locator("ul.rows > li")).to_have_count(1)
    await expect(page.locator("ul.rows > li")).to_contain_text("住户0003")
