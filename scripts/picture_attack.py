"""Plays an attack that is refused, for the picture of the security log."""

from typing import Final

import aiohttp

from alerting.drill.run.environment import Environment

_INVENTED: Final = "invented"

_UNSIGNED: Final = (
    ("GET", "/api/me", 7),
    ("GET", "/api/alerts/1/households", 12),
    ("POST", "/in/invented", 4),
    ("POST", "/twilio/sms", 25),
)
"""Requests with an invented token or signature: method, path, number of times."""

_BEYOND_ROLE: Final = (("/metrics", 2), ("/api/alerts/77", 3), ("/api/security-events", 1))
"""Addresses that the officer may not read, with the number of requests to each."""

_UNKNOWN: Final = ("admin", "root")


async def attack(session: aiohttp.ClientSession, stage: Environment, officer: str) -> None:
    """Guess tokens, signatures and officers, and ask for forbidden pages with a valid token."""
    for method, path, times in _UNSIGNED:
        await _repeat(session, method, stage.service_url + path, _INVENTED, times)
    for path, times in _BEYOND_ROLE:
        await _repeat(session, "GET", stage.service_url + path, stage.tokens[officer], times)
    for unknown in _UNKNOWN:
        await session.post(f"{stage.service_url}/api/sign-in", json={"officer": unknown})


async def _repeat(
    session: aiohttp.ClientSession, method: str, url: str, token: str, times: int
) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    for _ in range(times):
        async with session.request(method, url, headers=headers) as answer:
            await answer.read()
