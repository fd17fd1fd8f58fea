"""Sign-in without a password: an officer requests a link, opens it, and lands where intended."""

import asyncio
import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.people import People
from tests.browser.test_axe import found
from tests.support.city import officer_phone
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running import Running

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


async def link_texted(service: Running, phone: str) -> str:
    """Return the link in the gateway's text to a phone."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            for text in service.gateway.taken(service.sender):
                if text["to"] == phone and (found := re.search(r"http\S+/in/\S+", text["body"])):
                    return found[0]
            await asyncio.sleep(0.02)


async def ask_for_link(people: People, page: Page, who: str) -> None:
    """Ask for a link, and wait for the answer, whose cookie lets this browser open the link."""
    say = people.device.say
    await page.get_by_label(say("手机号或工号", "Phone or id")).fill(who)
    await page.get_by_role("button", name=say("发送链接", "Send the link")).click()
    await expect(page.locator(".code")).to_have_text(re.compile(r"^\d{6}$"))


async def test_officer_signs_in_by_texted_link_and_out(people: People, service: Running) -> None:
    people.watch.expected.append("status of 401")
    say, page = people.device.say, await people.opens("/raise")
    await expect(page).to_have_url(re.compile("/sign-in"))
    await ask_for_link(people, page, "informant")
    sent = say("链接已经用短信发出", "a link was sent by SMS")
    await expect(page.get_by_role("status").filter(has_text=sent)).to_be_visible()
    await page.goto(await link_texted(service, officer_phone("informant")))
    await page.get_by_role("button", name=say("登录", "Sign in")).click()
    await expect(page).to_have_url(re.compile("/raise$"))
    await expect(page.get_by_text("officer informant").first).to_be_visible()
    leave = say("退出", "Sign out")
    await page.get_by_role("button", name=leave).click()
    await page.get_by_role("dialog").get_by_role("button", name=leave).click()
    await expect(page).to_have_url(re.compile("/sign-in"))
    await page.goto("/raise")
    await expect(page).to_have_url(re.compile("/sign-in"))


async def test_link_signs_in_once(people: People, service: Running) -> None:
    people.watch.expected.append("status of 410")
    say, page = people.device.say, await people.opens("/sign-in")
    await ask_for_link(people, page, officer_phone("grid"))
    link = await link_texted(service, officer_phone("grid"))
    await page.goto(link)
    await page.get_by_role("button", name=say("登录", "Sign in")).click()
    await expect(page.get_by_text("officer grid").first).to_be_visible()
    somebody_else = await people.opens(link)
    over = say("这个链接已失效", "This link has expired")
    await expect(somebody_else.get_by_role("heading", name=over)).to_be_visible()
    await somebody_else.get_by_role("link", name=say("重新获取链接", "Ask for another")).click()
    await expect(somebody_else).to_have_url(re.compile("/sign-in$"))


async def test_link_opens_in_another_browser_by_the_asking_pages_code(
    people: People, service: Running
) -> None:
    people.watch.expected.append("status of 403")
    say, desk = people.device.say, await people.opens("/sign-in")
    await ask_for_link(people, desk, "grid")
    code = await desk.locator(".code").inner_text()
    phone = await people.opens(await link_texted(service, officer_phone("grid")))
    enter = phone.get_by_role("button", name=say("登录", "Sign in"), exact=True)
    assert await found(phone) == []
    await phone.get_by_label(say("6位验证码", "Code of 6 digits")).fill(f"{int(code) ^ 1:06}")
    await enter.click()
    await expect(phone.get_by_role("heading", name=say("验证码不对", "is wrong"))).to_be_visible()
    await phone.get_by_label(say("6位验证码", "Code of 6 digits")).fill(code)
    await enter.click()
    await expect(phone.get_by_text("officer grid").first).to_be_visible()
