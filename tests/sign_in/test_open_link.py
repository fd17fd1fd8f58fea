"""Texted links in the browser that asked, in another browser, and for roles with passkeys."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from alerting.policy.policy import parse_policy
from alerting.security_log.tables import security_events
from contacts.sign_in.links import MOST_WRONG
from contacts.tables import SIGN_IN_LINKS
from tests.support.running import Running
from tests.support.signing_in import link_for

UNSENT = select(SIGN_IN_LINKS.c.unsent).where(SIGN_IN_LINKS.c.unsent.is_not(None))


class Visitor:
    """A browser that keeps its cookies."""

    def __init__(self, service: Running, client: aiohttp.ClientSession) -> None:
        self._service, self._client = service, client

    async def ask(self, officer: str = "grid") -> str:
        """Ask for a link; return the code that the page shows."""
        said = {"officer": officer, "path": "/doors?a=1"}
        url = f"{self._service.url}/api/sign-in"
        async with self._client.post(url, json=said) as answer:
            assert answer.status == 202
            return str((await answer.json())["code"])

    async def see(self, token: str) -> tuple[int, str]:
        return await self._send("GET", f"/in/{token}")

    async def press(self, token: str, code: str = "") -> tuple[int, str]:
        return await self._send("POST", f"/in/{token}", {"code": code})

    async def press_again(self, token: str) -> tuple[int, str]:
        return await self._send("POST", f"/in/{token}/again")

    async def _send(self, method: str, path: str, form: Any = None) -> tuple[int, str]:
        headers = {"Accept": "text/html", "Accept-Language": "en", "Origin": self._service.url}
        async with self._client.request(
            method, self._service.url + path, data=form, headers=headers, allow_redirects=False
        ) as answer:
            return answer.status, await answer.text()


@asynccontextmanager
async def visitor(service: Running) -> AsyncIterator[Visitor]:
    # aiohttp keeps no cookies of numeric hosts by default.
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as client:
        yield Visitor(service, client)


def texted(service: Running) -> str:
    """Return the token of the queued link."""
    ((token,),) = service.rows(UNSENT)
    return str(token)


async def test_link_opens_in_the_browser_that_asked(service: Running) -> None:
    async with visitor(service) as mine:
        code = await mine.ask()
        assert await mine.ask() == code
        token = texted(service)
        status, page = await mine.see(token)
        assert (status, "press the button" in page) == (200, True)
        assert (await mine.press(token))[0] == 303


async def test_link_opens_in_another_browser_with_the_code(service: Running) -> None:
    async with visitor(service) as desk, visitor(service) as phone:
        code = await desk.ask()
        token = texted(service)
        status, page = await phone.see(token)
        assert (status, 'name="code"' in page) == (200, True)
        assert (await phone.press(token))[0] == 403
        other = await phone.ask("commander")
        status, page = await phone.press(token, other)
        assert (status, "code is wrong" in page) == (403, True)
        assert (await phone.press(token, f"{code[:3]} {code[3:]}"))[0] == 303


async def test_link_ends_after_too_many_wrong_codes(service: Running) -> None:
    async with visitor(service) as desk, visitor(service) as thief:
        code = await desk.ask()
        token, wrong = texted(service), f"{(int(code) + 1) % 10**6:06}"
        assert [(await thief.press(token, wrong))[0] for _ in range(MOST_WRONG)] == [403] * 5
        assert (await thief.press(token, code))[0] == 410
        assert (await desk.press(token))[0] == 410


async def test_link_requested_by_a_stranger_does_not_lock_the_officer_out(service: Running) -> None:
    async with visitor(service) as stranger, visitor(service) as mine:
        await stranger.ask()
        token = texted(service)
        await mine.ask()
        assert (await mine.see(token))[1].count("<form") == 2
        status, page = await mine.press_again(token)
        assert (status, "on its way" in page) == (200, True)
        again = texted(service)
        assert again != token
        assert (await stranger.press(again))[0] == 403
        assert (await mine.press_again(token))[0] == 410
        assert (await mine.press(again))[0] == 303


async def test_page_of_another_site_cannot_ask_for_another_link(service: Running) -> None:
    async with visitor(service) as mine:
        await mine.ask()
        token = texted(service)
        url, foreign = f"{service.url}/in/{token}/again", {"Origin": "https://evil.example"}
        async with service.session.post(url, headers=foreign) as answer:
            assert answer.status == 403
        assert texted(service) == token


async def test_client_without_html_gets_the_reason_as_problem_details(service: Running) -> None:
    async with visitor(service) as mine:
        await mine.ask()
    url, wanted = f"{service.url}/in/{texted(service)}", {"Accept": "application/json"}
    async with service.session.post(url, headers=wanted) as answer:
        body = await answer.json(content_type="application/problem+json")
        assert (answer.status, "code" in body["detail"]) == (403, True)


async def test_refusals_are_noted_with_their_reason(service: Running) -> None:
    async with visitor(service) as desk, visitor(service) as phone:
        code = await desk.ask()
        token = texted(service)
        await phone.press(token, f"{(int(code) + 1) % 10**6:06}")
        await phone.press_again(token)
    noted = select(security_events.c["kind", "officer", "detail"]).where(
        security_events.c.detail.in_(["wrong_code", "again"])
    )
    rows = await service.until(noted, lambda found: len(found) == 2)
    assert {tuple(row) for row in rows} == {
        ("sign_in_refused", "grid", "wrong_code"),
        ("sign_in_asked", "grid", "again"),
    }


@pytest.fixture
def with_passkeys(service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """Change the policy to require passkeys for grid officers."""
    policy = parse_policy('[sign_in]\npasskey_roles = ["grid_officer"]')
    monkeypatch.setattr(service.runtime.ledger, "policy", policy)


@pytest.mark.usefixtures("with_passkeys")
async def test_texted_link_is_not_enough_for_a_role_with_passkeys(service: Running) -> None:
    async with visitor(service) as mine:
        await mine.ask()
        token = texted(service)
        status, page = await mine.see(token)
        assert (status, "<form" in page) == (200, False)
        assert re.search(r'href="/sign-in\?next=/doors%3Fa%3D1"', page)
        assert (await mine.press(token))[0] == 403
        shown = (await link_for(service, "grid")).rpartition("/")[2]
        assert (await mine.press(shown))[0] == 303
