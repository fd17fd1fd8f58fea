"""On the page of sessions and tokens an administrator shuts out a lost phone and a token."""

import pytest
from playwright.async_api import expect

from tests.browser.pages_checked import check_page
from tests.browser.people import People
from tests.support.city import QIANFO
from tests.support.running import Running
from tests.support.signing_in import signed_in

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

_PHONE = "Mozilla/5.0 (Linux; Android 14; K) Chrome/131.0 Mobile Safari/537.36"


async def test_administrator_shuts_out_a_lost_phone_and_a_leaked_token(
    people: People, service: Running
) -> None:
    await service.assign_administrator(QIANFO)
    lost = await signed_in(service, "grid", _PHONE)
    say, page = people.device.say, await people.opens("/admin/officers", "administrator")
    row = page.locator("ul.rows > li", has_text="officer grid")
    await row.get_by_role("button", name=say("修改", "Change")).click()
    await page.get_by_role("link", name=say("登录着的设备和令牌", "Devices signed in")).click()
    sessions = page.locator("section[aria-labelledby=sessions] li")
    await expect(sessions).to_have_count(1)
    await expect(sessions).to_contain_text(say("Android上的Chrome", "Chrome on Android"))
    await check_page(page)
    await sessions.get_by_role("button", name=say("结束登录", "End session")).click()
    await (
        page.get_by_role("dialog")
        .get_by_role("button", name=say("结束登录", "End session"))
        .click()
    )
    await expect(sessions).to_have_count(0)
    assert (await lost.get("/api/me"))[0] == 401
    tokens = page.locator("section[aria-labelledby=tokens] li")
    await expect(tokens).to_have_count(1)
    await tokens.get_by_role("button").click()
    await expect(page.get_by_role("dialog")).to_contain_text("officer grid")
    await page.get_by_role("dialog").get_by_role("button", name=say("吊销", "Revoke")).click()
    await expect(tokens).to_have_count(0)
    assert (await service.get("/api/me", "grid"))[0] == 401
