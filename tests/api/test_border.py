"""The border middleware answers hostile requests with 4xx, before they cost any work."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from typing import Any, Final

import aiohttp
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from alerting.access.openapi import UNBOUNDED
from alerting.api.border import bounds_of
from alerting.api.routes import DECLARED
from tests.support.api_documents import openapi_document
from tests.support.city import QIANFO, household_phone
from tests.support.gateway import Gateway
from tests.support.running import Json, Running, listening, message_id, request_for, running_service

HOSTILE: Final[tuple[Any, ...]] = (
    "\ud800",
    "a\0b",
    "x" * 5_000,
    10**30,
    -(10**30),
    float("nan"),
    "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00",
    ["\ud800"] * 3,
    ["x"] * 5_000,
    {"\ud800": {"\0": 1e300}},
)

IN_A_PATH: Final = ("9" * 5_000, "%00", "x" * 300, "-1", str(10**30), "%ED%A0%80", "%2e%2e")


def bodies(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Yield method, path and a hostile body, for each operation that takes a body.

    Each hostile value is put into all properties at once. It is also put into one property alone,
    if the others are optional, so that no other property causes the refusal.
    """
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if "requestBody" in operation:
                content = operation["requestBody"]["content"]
                # A CAP message has no JSON schema, so its operation gets only an empty JSON object.
                schema = content.get("application/json", {}).get("schema", {})
                name = schema["$ref"].split("/")[-1] if "$ref" in schema else ""
                found = document["components"]["schemas"].get(name, {})
                names, required = found.get("properties", {}), set(found.get("required", ()))
                alone = [[name] for name in names if required <= {name}]
                for value in HOSTILE:
                    for each in (names, *alone):
                        yield method, path, dict.fromkeys(each, value)


def addresses(document: Json) -> Iterator[tuple[str, str]]:
    """Yield method and address, with a hostile value in one parameter of each operation."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for parameter in operation.get("parameters", ()):
                name = parameter["name"]
                for value in IN_A_PATH:
                    if parameter["in"] == "path":
                        yield method, path.replace(f"{{{name}}}", value)
                    elif parameter["in"] == "query":
                        yield method, f"{path}?{name}={value[:1_000]}"


async def statuses(service: Running, asked: list[tuple[str, str, bytes | None]]) -> dict[str, int]:
    headers = {
        "Authorization": f"Bearer {service.tokens['commander']}",
        "Content-Type": "application/json",
    }
    places, found = asyncio.Semaphore(8), {}

    async def ask(method: str, path: str, body: bytes | None) -> None:
        async with places:
            url = aiohttp.client.URL(service.url + path, encoded=True)
            async with service.session.request(method, url, data=body, headers=headers) as answer:
                await answer.read()
                found[f"{method} {path[:120]} {(body or b'')[:80]!r}"] = answer.status

    async with asyncio.TaskGroup() as group:
        for each in asked:
            group.create_task(ask(*each))
    return found


async def test_no_hostile_body_or_address_is_answered_with_5xx(service: Running) -> None:
    document = openapi_document()
    asked: list[tuple[str, str, bytes | None]] = []
    for method, path, body in bodies(document):
        asked.append((method, path, json.dumps(body).encode()))
    for method, path in {(method, path) for method, path, _ in asked}:
        asked.append((method, path, b"[" * 100_000))
    asked += [(method, path, None) for method, path in addresses(document) if method == "get"]
    asked += [("get", f"/board/{'9' * 5_000}", None), ("get", f"/assets/{'x' * 300}", None)]
    asked += [("get", f"/in/{'x' * 300}", None), ("get", "/assets/%00", None)]
    await service.raised("grid", QIANFO)
    found = await statuses(service, [(m, filled_in(p), b) for m, p, b in asked])
    assert {asked: status for asked, status in found.items() if status >= 500} == {}
    assert len(found) > 200


def filled_in(path: str) -> str:
    """Return a path with 1 in place of each path parameter."""
    head, _, tail = path.partition("{")
    return path if not tail else filled_in(f"{head}1{tail.partition('}')[2]}")


async def test_complete_request_with_one_hostile_field_is_refused(service: Running) -> None:
    for changes in (
        {"description": "\ud800"},
        {"event": "a\0b"},
        {"expires": "9999-12-31T23:59:59-14:00"},
        {"area": {"divisions": [QIANFO] * 2_001}},
        {"area": {"polygon": [[31.9, 107.2], [31.8, 107.2], [31.8, 107.1]] * 200}},
        {"hazard_location": [float("nan"), 1e300]},
        {"description": "😀" * 1_001},
    ):
        status, body = await service.post(
            "/api/alerts", "informant", request_for(QIANFO, **changes)
        )
        assert (status, body["status"], len(str(body)) < 5_000) == (422, 422, True)
    pair = request_for(QIANFO, description="a whole pair: 😀, and a backslash: \\ud800")
    assert (await service.post("/api/alerts", "informant", pair))[0] == 201


async def test_large_bodies_are_refused_unread(service: Running) -> None:
    many = json.dumps({f"k{n}": 1 for n in range(80_000)}).encode()
    for path, body, expected in (
        ("/api/sign-in", many, 413),
        ("/api/sign-in", json.dumps({f"k{n}": 1 for n in range(500)}).encode(), 422),
        ("/twilio/sms", b"a=1&" * 500_000, 413),
        ("/twilio/sms", b"a=1&" * 300, 413),
        ("/h/abcdefghijkl", b"a=1&" * 3_000, 413),
    ):
        async with service.session.post(
            service.url + path, data=io.BytesIO(body), headers={"Content-Type": "application/json"}
        ) as answer:
            said = await answer.read()
            assert (answer.status, len(said) < 10_000) == (expected, True), path


async def test_body_without_a_declared_length_is_limited_too(service: Running) -> None:
    async def endless() -> Any:
        for _ in range(1_000):
            yield b" " * 1_000

    async with service.session.post(f"{service.url}/api/alerts", data=endless()) as answer:
        assert answer.status == 413


async def test_client_that_disconnects_while_sending_is_no_error(
    database_url: str, gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    asked = b"Host: here\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n"
    async with running_service(database_url, gateway) as service:
        where = aiohttp.client.URL(service.url)
        for path in (b"/twilio/sms", b"/api/sign-in", b"/api/alerts"):
            reader, writer = await asyncio.open_connection(where.host, where.port)
            writer.write(b"POST " + path + b" HTTP/1.1\r\n" + asked)
            # The service asks for the body, and gets only a part of it.
            assert b" 100 " in await reader.readline()
            writer.write(b"a=1")
            writer.close()
            await writer.wait_closed()
    # The service has stopped, so all requests have ended.
    assert [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR] == []


async def test_too_many_headers_and_too_long_addresses_are_refused(service: Running) -> None:
    many = {f"X-{n}": "1" for n in range(200)}
    async with service.session.get(f"{service.url}/healthz", headers=many) as answer:
        assert (answer.status, answer.content_type) == (431, "application/problem+json")
    async with service.session.get(f"{service.url}/healthz?{'q' * 3_000}") as answer:
        assert answer.status == 414
    with pytest.raises(InvalidStatus) as refused:
        await connect(f"{service.url.replace('http', 'ws')}/api/inbox?{'q' * 3_000}")
    assert refused.value.response.status_code == 403


async def test_overlong_ids_in_callbacks_are_refused(service: Running) -> None:
    for sid in ("SM1", "x" * 34, f"{message_id()}To+8610000000000"):
        fields = {"MessageSid": sid, "From": household_phone(QIANFO, 3), "Body": "1"}
        assert (await service.form("/twilio/sms", fields))[0] == 422
    await service.text("+" + "8" * 300, "2")
    for path in ("status", "voice", "keys", "heard", "answered-by", "call-status"):
        status, _ = await service.form(f"/twilio/{path}?attempt={'x' * 200}", {"CallSid": "CA1"})
        assert status == 422


@pytest.mark.parametrize(
    ("public_url", "lasts"), [("https://a.example", "max-age=31536000"), (None, None)]
)
async def test_responses_set_hsts_and_api_responses_are_not_cached(
    database_url: str, gateway: Gateway, public_url: str | None, lasts: str | None
) -> None:
    listener = listening()
    here = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with running_service(database_url, gateway, listener, public_url) as service:
        for path, stored in (("/api/me", "no-store"), ("/healthz", None)):
            async with service.session.get(here + path) as answer:
                assert answer.headers.get("Strict-Transport-Security") == lasts
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert answer.headers.get("Cache-Control") == stored


def test_routes_with_another_body_limit_declare_it() -> None:
    bounds = bounds_of(DECLARED)
    for path, most in (
        ("/api/setup", 8 * 1024),
        ("/in/some-token", 8 * 1024),
        ("/twilio/call-status", 64 * 1024),
        ("/gateways/main/replies", 64 * 1024),
        ("/api/cap", 1024 * 1024),
        ("/api/office/hazard-points/imports", 2 * 1024 * 1024),
        ("/api/roster/imports", UNBOUNDED),
    ):
        assert [found for at, found in bounds if at.match(path)] == [most], path
    assert not [found for at, found in bounds if at.match("/api/alerts")]
