"""The administrator's page of texts: a village's texts by event, place and language."""

import pytest
from playwright.async_api import expect

from tests.browser.pages_checked import check_page
from tests.browser.people import People
from tests.support.city import COUNTY, QIANFO, TOWN

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


async def test_administrator_inspects_a_villages_texts(people: People) -> None:
    say, page = people.device.say, await people.opens("/admin/texts", "administrator")
    alert = page.locator("ul.rows > li").first
    await expect(alert).to_contain_text(say("预警", "Alert"))
    await page.locator("#readers").select_option("zh")
    for depth, code in enumerate((COUNTY, TOWN, QIANFO)):
        await page.locator(".division-choice select").nth(depth).select_option(code)
    await page.locator("#point").fill("村小学")
    await page.locator("form button[type=submit]").click()
    await expect(alert).to_contain_text("诺江镇千佛村有滑坡危险")
    await expect(alert).to_contain_text("去村小学")
    await expect(alert).to_contain_text("UCS-2")
    await alert.locator("summary").click()
    await expect(alert).to_contain_text("{assembly_point}")
    await check_page(page)
    await page.locator("#readers").select_option("en")
    await page.locator("#other").fill("后山开裂")
    await page.locator("form button[type=submit]").click()
    await expect(page.locator(".lack").last).to_contain_text("后山开裂")
