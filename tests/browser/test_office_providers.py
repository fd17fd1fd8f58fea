"""The administrator's page of providers: a test text arrives, and a check shows its findings."""

import pytest
from playwright.async_api import expect

from tests.browser.pages_checked import check_page
from tests.browser.people import People
from tests.support.running import Running

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


async def test_administrator_texts_the_own_phone(people: People, service: Running) -> None:
    say, page = people.device.say, await people.opens("/admin/providers", "administrator")
    twilio = page.locator("ul.rows > li", has_text=say("twilio 短信", "twilio Texts"))
    await expect(twilio).to_contain_text(say("正常", "Works"))
    await twilio.get_by_role("button").dblclick()
    await expect(twilio).to_contain_text(say("已送达", "Arrived"))
    assert len(service.gateway.taken(service.sender)) == 1
    await page.get_by_role("button", name=say("检查运营商", "Check the providers")).click()
    checks = page.locator("section[aria-labelledby=checks]")
    await expect(checks).to_contain_text(say("好", "Right"))
    await expect(checks).to_contain_text(say("Twilio账户正常", "which is active"))
    await check_page(page)
    await page.goto("/admin/log")
    await expect(page.locator("ol.log > li")).to_contain_text("twilio")
