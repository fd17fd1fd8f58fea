"""Recovery: an administrator's one-time code for an officer below revokes all other credentials."""

import asyncio
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select, update

from alerting.access.callers import FRESH
from alerting.runtime import wall_clock
from alerting.security_log.tables import security_events
from contacts.sign_in.recovery import MOST_WRONG, RECOVERY_LASTS
from contacts.tables import OFFICER_NOTICES, RECOVERY_CODES
from tests.support.city import officer_phone
from tests.support.passkeys import authenticator, registered, signed_in_by
from tests.support.running import Running
from tests.support.signing_in import Browser, link_for, pressed, signed_in


async def made(service: Running, officer: str = "grid", by: str = "administrator") -> str:
    """Return a recovery code that `by` made for an officer."""
    admin = await signed_in(service, by)
    status, body = await admin.call("POST", "/api/recovery-codes", {"officer": officer})
    assert status == 201, body
    return str(body["code"])


async def recover(
    service: Running, officer: str, code: str, **headers: str
) -> tuple[int, Browser | None]:
    """Post a recovery code; return the status, and the signed-in browser or None."""
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client,
        client.post(
            f"{service.url}/api/sign-in/recovery",
            json={"officer": officer, "code": code},
            headers={"Origin": service.url} | headers,
        ) as answer,
    ):
        given = answer.cookies.get("alerting_session")
        return answer.status, Browser(service, given.value, service.url) if given else None


async def test_code_signs_in_and_revokes_every_other_credential(service: Running) -> None:
    old, key = await signed_in(service, "grid"), authenticator(service)
    await registered(old, key)
    lost, link = await signed_in_by(service, key), await link_for(service, "grid")
    status, browser = await recover(service, "grid", await made(service))
    assert status == 204
    assert browser
    assert (await browser.get("/api/me"))[1]["id"] == "grid"
    assert [(await each.get("/api/me"))[0] for each in (old, lost)] == [401, 401]
    async with pressed(service, link) as answer:
        assert answer.status == 410
    assert await browser.get("/api/passkeys") == (200, {"passkeys": [], "may_change": True})


async def test_code_is_shown_once_and_the_officer_gets_a_text(service: Running) -> None:
    admin = await signed_in(service, "administrator")
    status, body = await admin.call("POST", "/api/recovery-codes", {"officer": "grid"})
    assert status == 201
    assert (body["officer"], body["name"], body["told"]) == ("grid", "officer grid", True)
    (notice,) = service.rows(select(OFFICER_NOTICES))
    assert (notice.officer, notice.number) == ("grid", officer_phone("grid"))
    assert "officer administrator" in notice.body


async def test_code_may_be_typed_with_spaces_and_in_lower_case(service: Running) -> None:
    code = await made(service)
    typed = f" {code[:5].lower()}-{code[5:]} "
    assert (await recover(service, "grid", typed))[0] == 204


async def test_officer_may_be_named_by_phone(service: Running) -> None:
    code, phone = await made(service), officer_phone("grid")
    body: dict[str, Any] = {"phone": phone, "code": code}
    url, headers = f"{service.url}/api/sign-in/recovery", {"Origin": service.url}
    for said, expected in ((body | {"officer": "grid"}, 422), (body, 204), (body, 403)):
        async with service.session.post(url, json=said, headers=headers) as answer:
            assert answer.status == expected


async def test_code_works_once(service: Running) -> None:
    code = await made(service)
    answers = await asyncio.gather(*(recover(service, "grid", code) for _ in range(3)))
    assert sorted(status for status, _ in answers) == [204, 403, 403]


async def test_second_code_replaces_the_first(service: Running) -> None:
    first, second = await made(service), await made(service)
    assert (await recover(service, "grid", first))[0] == 403
    assert (await recover(service, "grid", second))[0] == 204


async def test_five_wrong_tries_end_a_code(service: Running) -> None:
    code = await made(service)
    for _ in range(MOST_WRONG):
        assert (await recover(service, "grid", "AAAAAAAAAA"))[0] == 403
    assert (await recover(service, "grid", code))[0] == 403
    assert (await recover(service, "nobody", code))[0] == 403


async def test_code_ends_after_fifteen_minutes(service: Running) -> None:
    code = await made(service)
    assert timedelta(minutes=15) == RECOVERY_LASTS
    await service.change(update(RECOVERY_CODES).values(expires_at=wall_clock()))
    assert (await recover(service, "grid", code))[0] == 403


async def test_page_of_another_site_cannot_use_a_code(service: Running) -> None:
    code = await made(service)
    assert (await recover(service, "grid", code, Origin="https://evil.example"))[0] == 403
    assert (await recover(service, "grid", code))[0] == 204


REFUSED: list[tuple[str, str, int]] = [
    ("administrator", "administrator", 404),
    ("administrator", "nobody", 404),
    ("commander", "grid", 403),
    ("grid", "informant", 403),
]


@pytest.mark.parametrize(("by", "officer", "expected"), REFUSED)
async def test_only_administrators_make_codes_for_officers_below(
    service: Running, by: str, officer: str, expected: int
) -> None:
    caller = await signed_in(service, by)
    status, _ = await caller.call("POST", "/api/recovery-codes", {"officer": officer})
    assert status == expected
    assert service.rows(select(RECOVERY_CODES)) == []


async def test_old_session_and_token_cannot_make_codes(service: Running) -> None:
    old = await signed_in(service, "administrator", since=wall_clock() - FRESH)
    said = {"officer": "grid"}
    assert (await old.call("POST", "/api/recovery-codes", said))[0] == 403
    assert (await service.post("/api/recovery-codes", "administrator", said))[0] == 403


async def test_making_using_and_guessing_codes_is_noted(service: Running) -> None:
    code = await made(service)
    await recover(service, "grid", "AAAAAAAAAA")
    await recover(service, "grid", code)
    noted = select(security_events.c["kind", "officer", "detail"]).where(
        security_events.c.detail.like("recovery%")
    )
    rows: list[Any] = await service.until(noted, lambda found: len(found) == 3)
    assert sorted(tuple(row) for row in rows) == [
        ("credential_issued", "grid", "recovery administrator"),
        ("sign_in_refused", "", "recovery"),
        ("signed_in", "grid", "recovery"),
    ]
