"""Every route requires authentication; the routes are found by walking the application."""

import re
from typing import Final

import pytest
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, WebSocketRoute
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from alerting.api import documents, pages
from alerting.app import create_app
from tests.support.gateway import Gateway
from tests.support.running import Running, settings_for

OPEN: Final = {"/healthz", "/readyz"}
"""Health checks for process monitors, which have no credentials."""
SIGN_IN: Final = {
    "/in/1",
    "/in/1/again",
    "/api/sign-in",
    "/api/sign-in/passkey",
    "/api/sign-in/passkey/challenge",
    "/api/sign-in/recovery",
    "/api/setup",
}
"""Sign-in and the first run, with which a caller gets a credential."""
PUBLIC: Final = {"/feeds/alerts.atom", "/feeds/cap/1.xml"}
"""The feed of current public alerts; tests/cap_messages/test_feed_routes.py reads it."""
LINK: Final = "/h/1"
"""A household's page, where the secret link is the credential."""
SIGNED: Final = ("/twilio/", "/gateways/")
"""Webhooks, where the provider's signature or secret is the credential."""
FILES: Final = {
    route.path
    for router in (pages.router, documents.router)
    for route in router.routes
    if isinstance(route, APIRoute)
}
"""Built pages and documents of the API, without personal data, which pages load by the API."""


def routes(gateway: Gateway) -> list[BaseRoute]:
    found: list[BaseRoute] = []
    waiting = list(create_app(settings_for("sqlite://", "http://127.0.0.1:9", gateway)).routes)
    while waiting:
        route = waiting.pop()
        below = getattr(route, "routes", None) or getattr(
            getattr(route, "original_router", None), "routes", None
        )
        waiting += below or []
        found += [] if below else [route]
    return found


def path_of(route: BaseRoute) -> str:
    return re.sub(r"\{[^}]*\}", "1", str(getattr(route, "path", "")))


def test_known_routes_are_found(gateway: Gateway) -> None:
    paths = {path_of(route) for route in routes(gateway)}
    assert {"/api/alerts", "/api/alerts/1/close", "/twilio/sms", "/healthz", "/metrics"} <= paths
    assert {"/api/alerts/1/feed", "/api/inbox"} <= paths


def test_every_route_is_an_api_route_or_websocket(gateway: Gateway) -> None:
    """The other tests would miss a mounted application or a documentation page."""
    assert {type(route) for route in routes(gateway)} <= {APIRoute, WebSocketRoute}


async def test_every_other_route_requires_a_caller(service: Running) -> None:
    walked = 0
    for route in routes(service.gateway):
        path = path_of(route)
        if (
            not isinstance(route, APIRoute)
            or path in OPEN | SIGN_IN | PUBLIC | {LINK}
            or path.startswith(SIGNED)
        ):
            continue
        if route.path in FILES:
            continue
        for method in route.methods or ():
            async with service.session.request(method, service.url + path, json={}) as answer:
                assert answer.status == 401, f"{method} {path}"
        walked += 1
    assert walked >= 10


async def test_public_feed_is_off_by_default(service: Running) -> None:
    for path in PUBLIC:
        async with service.session.get(service.url + path) as answer:
            assert answer.status == 404


async def test_household_page_requires_a_valid_link(service: Running) -> None:
    for method in ("GET", "POST"):
        async with service.session.request(method, service.url + LINK, data={}) as answer:
            assert answer.status == 404


async def test_every_callback_requires_a_signature(service: Running) -> None:
    walked = 0
    for route in routes(service.gateway):
        path = path_of(route)
        if isinstance(route, APIRoute) and path.startswith(SIGNED):
            # No gateway is configured here; tests/replies/test_gateway_routes.py tests one that is.
            refused = 404 if path.startswith("/gateways/") else 403
            for method in route.methods or ():
                async with service.session.request(method, service.url + path, data={}) as answer:
                    assert answer.status == refused, f"{method} {path}"
            walked += 1
    assert walked >= 2


async def test_every_websocket_requires_a_caller(service: Running) -> None:
    walked = 0
    for route in routes(service.gateway):
        if isinstance(route, WebSocketRoute):
            url = service.url.replace("http", "ws") + path_of(route)
            with pytest.raises(InvalidStatus) as denied:
                await connect(url)
            assert denied.value.response.status_code == 401
            walked += 1
    assert walked >= 2


@pytest.mark.parametrize(
    "path",
    ["alerts/{}/all-clear", "alerts/{}/cancel", "tasks/{}/take", "approvals/{}/approve"],
)
async def test_id_beyond_the_column_type_is_refused(service: Running, path: str) -> None:
    status, _ = await service.post("/api/" + path.format(2**31), "commander", {"reason": "tested"})
    assert status == 422
