"""Authentication by bearer token, or by session cookie from our own pages."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import select, update
from starlette.requests import HTTPConnection

from alerting.access import revocation as guard
from alerting.access.callers import own_origin
from alerting.runtime import wall_clock
from contacts.sign_in.credentials import issue_token, revoke_tokens
from contacts.sign_in.sessions import SESSION_LASTS, revoke_sessions
from contacts.tables import OFFICER_SESSIONS
from tests.support.running import Running, request_for
from tests.support.signing_in import signed_in

QIANFO = "511921100208"


async def status_for(service: Running, authorization: str) -> int:
    async with service.session.get(
        f"{service.url}/api/alerts", headers={"Authorization": authorization}
    ) as answer:
        if answer.status == 401:
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            assert "alerting officers token" in await answer.text()
        return answer.status


async def test_only_a_valid_bearer_token_is_accepted(service: Running) -> None:
    token = service.tokens["grid"]
    for authorization, status in [
        (f"Bearer {token}", 200),
        (f"bearer  {token} ", 200),
        ("", 401),
        (token, 401),
        (f"Basic {token}", 401),
        ("Bearer", 401),
        ("Bearer ", 401),
        (f"Bearer {token}x", 401),
        (f"Bearer {token[:-1]}", 401),
    ]:
        assert await status_for(service, authorization) == status, authorization


async def test_expired_and_revoked_tokens_are_refused(service: Running) -> None:
    long_ago = wall_clock() - timedelta(days=2)
    old = await service.runtime.ledger.write(
        lambda tx: issue_token(tx.connection, "grid", long_ago, timedelta(days=1))
    )
    assert await status_for(service, f"Bearer {old}") == 401
    assert await status_for(service, f"Bearer {service.tokens['grid']}") == 200
    await service.runtime.ledger.write(
        lambda tx: revoke_tokens(tx.connection, "grid", wall_clock())
    )
    assert await status_for(service, f"Bearer {service.tokens['grid']}") == 401
    assert await status_for(service, f"Bearer {service.tokens['commander']}") == 200


async def test_only_a_valid_session_is_accepted(service: Running) -> None:
    browser = await signed_in(service, "grid")
    over = await signed_in(service, "grid", since=wall_clock() - SESSION_LASTS)
    assert (await browser.get("/api/alerts"))[0] == 200
    assert (await over.get("/api/alerts"))[0] == 401
    for token in ("", "x", browser.token[:-1], service.tokens["grid"]):
        over.token = token
        assert (await over.get("/api/alerts"))[0] == 401, token
    # A session cookie's value is not a bearer token.
    assert await status_for(service, f"Bearer {browser.token}") == 401
    now = wall_clock()
    await service.runtime.ledger.write(lambda tx: revoke_sessions(tx.connection, "grid", now))
    assert (await browser.get("/api/alerts"))[0] == 401


async def test_cross_origin_writes_are_refused(service: Running, subtests: pytest.Subtests) -> None:
    browser = await signed_in(service, "informant")
    for origin in (None, "null", "https://evil.example", "http://127.0.0.1", ""):
        with subtests.test(str(origin)):
            browser.origin = origin
            status, refused = await browser.call("POST", "/api/alerts", request_for(QIANFO))
            assert status == 403
            assert service.url in refused["detail"]
            # Reads are allowed: the browser hides the answer from other sites.
            assert await browser.get("/api/alerts") == (200, [])
    browser.origin = service.url
    assert (await browser.call("POST", "/api/alerts", request_for(QIANFO)))[0] == 201


async def test_token_needs_no_origin_and_overrides_the_cookie(service: Running) -> None:
    body = request_for(QIANFO)
    assert (await service.post("/api/alerts", "informant", body))[0] == 201
    browser = await signed_in(service, "informant")
    evil = {"Origin": "https://evil.example"}
    for token, status in (("commander", 200), ("unknown", 401)):
        bearer = {"Authorization": f"Bearer {service.tokens.get(token, token)}"}
        async with service.session.get(
            f"{service.url}/api/me", headers={**browser.headers, **evil, **bearer}
        ) as answer:
            assert answer.status == status
            assert status != 200 or (await answer.json())["id"] == token


@pytest.mark.parametrize(
    ("public", "origin"),
    [
        ("https://Alerting.Example:443/behind", "https://alerting.example"),
        ("https://alerting.example:8443", "https://alerting.example:8443"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_own_origin_has_the_form_of_an_origin_header(public: str, origin: str) -> None:
    app = FastAPI()
    app.state.public_url = public
    assert own_origin(HTTPConnection({"type": "http", "app": app})) == origin


async def test_last_seen_time_of_a_session_is_stored(
    service: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "_ROUND_SECONDS", 0.1)
    now = wall_clock()
    before = now - timedelta(seconds=70)
    browser = await signed_in(service, "grid", since=before)
    other = await signed_in(service, "grid", since=now)
    assert (await browser.get("/api/me"))[0] == (await other.get("/api/me"))[0] == 200
    seen = select(OFFICER_SESSIONS.c.last_seen_at).order_by(OFFICER_SESSIONS.c.id)
    rows = await service.until(seen, lambda rows: rows[0].last_seen_at >= now)
    # A time stored less than a minute ago is not written again.
    assert rows[1].last_seen_at == now
    await service.change(update(OFFICER_SESSIONS).values(last_seen_at=before))
    assert (await other.get("/api/me"))[0] == 200
    await service.until(seen, lambda rows: rows[1].last_seen_at >= now)
