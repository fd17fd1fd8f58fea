"""The public feed over HTTP needs no authentication, and is enabled by the policy."""

from collections.abc import AsyncIterator
from xml.etree import ElementTree as ET

import pytest

from alerting.config import Loops
from alerting.policy.policy import parse_policy
from tests.support.cap import judge, text_of
from tests.support.city import QIANFO
from tests.support.gateway import Gateway
from tests.support.running import Json, Running, running_service

FEED = "/feeds/alerts.atom"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
async def public(database_url: str, gateway: Gateway) -> AsyncIterator[Running]:
    """Yield a service with a public feed, outside a drill because a drill has no actual alerts."""
    policy = parse_policy("[cap]\npublic_feed = true")
    settings = {"clock": None, "loops": Loops.API, "policy": policy}
    async with running_service(database_url, gateway, **settings) as running:
        yield running


async def asked(running: Running, path: str, method: str = "GET", **headers: str) -> Json:
    async with running.session.request(method, running.url + path, headers=headers) as answer:
        body = await answer.read()
        return {"status": answer.status, "body": body, "headers": answer.headers}


async def actual(running: Running, **changes: str) -> Json:
    return await running.raised("commander", QIANFO, status="Actual", **changes)


async def test_live_alert_is_readable_without_authentication(public: Running) -> None:
    await public.raised("commander", QIANFO)
    await actual(public, scope="Restricted")
    alert = await actual(public)
    feed = await asked(public, FEED)
    assert feed["status"] == 200
    assert feed["headers"]["content-type"] == "application/atom+xml"
    assert feed["headers"]["cache-control"] == "public, max-age=5"
    (entry,) = ET.fromstring(feed["body"]).findall(ATOM + "entry")
    address = entry.findtext(ATOM + "id") or ""
    assert address == f"{public.url}/feeds/cap/{alert['identifier']}.xml"
    document = await asked(public, address.removeprefix(public.url))
    assert document["headers"]["content-type"] == "application/cap+xml"
    judge(document["body"])
    assert text_of(document["body"], "scope") == "Public"
    assert text_of(document["body"], "sender") == "127.0.0.1"


async def test_client_that_has_the_feed_gets_304(public: Running) -> None:
    await actual(public)
    first = await asked(public, FEED)
    tag, changed = first["headers"]["etag"], first["headers"]["last-modified"]
    for headers in ({"If-None-Match": tag}, {"If-Modified-Since": changed}):
        again = await asked(public, FEED, **headers)
        assert (again["status"], again["body"]) == (304, b"")
        assert again["headers"]["etag"] == tag
    assert (await asked(public, FEED, **{"If-None-Match": '"other"'}))["status"] == 200


async def test_head_request_returns_only_headers(public: Running) -> None:
    got, head = await asked(public, FEED), await asked(public, FEED, "HEAD")
    assert (head["status"], head["body"]) == (200, b"")
    assert head["headers"]["etag"] == got["headers"]["etag"]
    assert head["headers"]["content-length"] == str(len(got["body"]))


async def test_unknown_and_restricted_messages_are_not_found(public: Running) -> None:
    exercise = await public.raised("commander", QIANFO)
    restricted = await actual(public, scope="Restricted")
    for identifier in ("unknown", restricted["identifier"], exercise["identifier"]):
        found = await asked(public, f"/feeds/cap/{identifier}.xml")
        assert found["status"] == 404


@pytest.mark.parametrize(
    ("query", "status"), [("2", 404), ("0", 422), ("-1", 422), ("x", 422), ("9" * 30, 422)]
)
async def test_missing_or_invalid_page_is_refused(public: Running, query: str, status: int) -> None:
    assert (await asked(public, f"{FEED}?page={query}"))["status"] == status


async def test_feed_is_off_unless_the_policy_enables_it(service: Running) -> None:
    alert = await service.raised("commander", QIANFO)
    for path in (FEED, f"/feeds/cap/{alert['identifier']}.xml"):
        assert (await asked(service, path))["status"] == 404
