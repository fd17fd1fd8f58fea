"""Passkeys in a real browser with a virtual authenticator: added, used to sign in, removed."""

import re
from collections.abc import AsyncIterator
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.conftest import Site, running_site
from tests.browser.pages_checked import check_page
from tests.browser.people import People
from tests.support.gateway import Gateway

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
    """A service at an address with a name, as passkeys need."""
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
