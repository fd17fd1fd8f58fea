"""Passkeys in a real browser with a virtual authenticator: added, used, removed, recovered."""

import re
from collections.abc import AsyncIterator
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.conftest import Site, running_site
from tests.browser.pages_checked import check_page
from tests.browser.people import People
from tests.support.city import QIANFO, officer_phone
from tests.support.gateway import Gateway
from tests.support.running import Running

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

AUTHENTICATOR: Final = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest_asyncio.fixture(loop_scope="session")
async def site(database_url: str, gateway: Gateway) -> AsyncIterator[Site]:
    """A service whose address has a host name, which passkeys need."""
    async with running_site(database_url, gateway, "localhost") as site:
        yield site


async def plug_in(page: Page) -> None:
    """Give the page's browser an authenticator that its user unlocks at once."""
    session = await page.context.new_cdp_session(page)
    await session.send("WebAuthn.enable")
    await session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


async def test_officer_adds_a_passkey_signs_in_with_it_and_removes_it(people: People) -> None:
    people.watch.expected.append("status of 401")
    say, page = people.device.say, await people.opens("/passkeys", "grid")
    await plug_in(page)
    await page.get_by_label(say("名称", "Name")).fill("my phone")
    await page.get_by_role("button", name=say("添加通行密钥", "Add a passkey")).click()
    keys = page.locator(".keys li")
    await expect(keys).to_have_count(1)
    await check_page(page)
    await page.get_by_label(say("名称", "Name")).fill("my phone again")
    await page.get_by_role("button", name=say("添加通行密钥", "Add a passkey")).click()
    refused = page.get_by_role("alert")
    await expect(refused).to_contain_text(say("不用再加", "no need to add another"))
    await expect(keys).to_have_count(1)
    leave = say("退出", "Sign out")
    await page.get_by_role("button", name=leave).click()
    await page.get_by_role("dialog").get_by_role("button", name=leave).click()
    await expect(page).to_have_url(re.compile("/sign-in$"))
    await page.goto("/sign-in?next=/passkeys")
    await page.get_by_role("button", name=say("用通行密钥登录", "with a passkey")).click()
    await expect(page).to_have_url(re.compile("/passkeys$"))
    await expect(page.get_by_text("officer grid").first).to_be_visible()
    await expect(keys).to_contain_text(say("最后使用", "Last used"))
    remove = say("删除", "Remove")
    await keys.get_by_role("button", name=remove).click()
    await page.get_by_role("dialog").get_by_role("button", name=remove).click()
    await expect(page).to_have_url(re.compile("/sign-in"))


async def test_officer_who_lost_the_phone_signs_in_by_an_administrators_code(
    people: People, service: Running
) -> None:
    await service.assign_administrator(QIANFO)
    say, page = people.device.say, await people.opens("/admin/officers", "administrator")
    await page.get_by_role("button", name=say("修改 officer grid", "Change officer grid")).click()
    await page.get_by_role("link", name=say("生成恢复码", "Recovery code")).click()
    whose = page.get_by_label(say("责任人工号", "The officer's id"))
    await expect(whose).to_have_value("grid")
    await page.get_by_role("button", name=say("生成恢复码", "Make a code")).click()
    code = page.locator(".code")
    await expect(code).to_be_visible()
    await check_page(page)
    other = await people.opens("/sign-in")
    await other.locator("summary").click()
    await check_page(other)
    await other.get_by_label(say("您的工号或手机号", "Your id or phone")).fill(
        officer_phone("grid")
    )
    await other.get_by_label(say("恢复码", "Recovery code"), exact=True).fill(
        await code.inner_text()
    )
    await other.get_by_role("button", name=say("用恢复码登录", "Use the code")).click()
    await expect(other).to_have_url(re.compile("/passkeys$"))
    await expect(other.get_by_text("officer grid").first).to_be_visible()
