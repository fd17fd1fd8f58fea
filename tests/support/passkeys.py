"""Registers and uses officers' passkeys over HTTP, as a page does."""

from typing import Any

import aiohttp

from tests.support.authenticator import Authenticator
from tests.support.running import Running
from tests.support.signing_in import Browser


def authenticator(service: Running, **options: Any) -> Authenticator:
    """Return a new credential for the service's origin."""
    return Authenticator(service.url, "127.0.0.1", **options)


async def challenged(browser: Browser) -> tuple[dict[str, Any], str]:
    """Return a challenge to register a passkey, and the cookie that binds it to the browser."""
    return await _challenge(browser.service, "/api/passkey-challenge", browser.headers)


async def registered(
    browser: Browser, made_by: Authenticator, name: str = "my phone"
) -> dict[str, Any]:
    """Register a passkey of the browser's officer, and return it."""
    challenge, cookie = await challenged(browser)
    status, body = await register(browser, made_by.made(challenge, name), cookie)
    assert status == 201, body
    result: dict[str, Any] = body
    return result


async def register(browser: Browser, made: object, cookie: str) -> tuple[int, Any]:
    """Post an authenticator's registration response with the challenge's cookie."""
    headers = browser.headers
    headers["Cookie"] += f"; alerting_passkey={cookie}"
    return await _posted(browser.service, "/api/passkeys", made, headers)


async def asked(service: Running) -> tuple[dict[str, Any], str]:
    """Return a challenge to sign in, and the cookie that binds it to the browser."""
    return await _challenge(service, "/api/sign-in/passkey/challenge", {})


async def use(
    service: Running, used: object, cookie: str, **headers: str
) -> tuple[int, Browser | None]:
    """Post an authenticator's sign-in response; return the status, and the browser if signed in."""
    sent = {"Cookie": f"alerting_passkey={cookie}", "Origin": service.url} | headers
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client,
        client.post(f"{service.url}/api/sign-in/passkey", json=used, headers=sent) as answer,
    ):
        given = answer.cookies.get("alerting_session")
        token = given.value if given else None
        return answer.status, Browser(service, token, service.url) if token else None


async def signed_in_by(service: Running, by: Authenticator) -> Browser:
    """Return a browser that signed in with a passkey."""
    challenge, cookie = await asked(service)
    status, browser = await use(service, by.used(challenge), cookie)
    assert status == 204
    assert browser
    return browser


async def _challenge(
    service: Running, path: str, headers: dict[str, str]
) -> tuple[dict[str, Any], str]:
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client,
        client.post(service.url + path, headers=headers) as answer,
    ):
        assert answer.status == 200, await answer.text()
        return await answer.json(), answer.cookies["alerting_passkey"].value


async def _posted(
    service: Running, path: str, body: object, headers: dict[str, str]
) -> tuple[int, Any]:
    async with service.session.post(service.url + path, json=body, headers=headers) as answer:
        return answer.status, await answer.json()
