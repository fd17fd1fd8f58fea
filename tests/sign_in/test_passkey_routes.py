"""An officer's passkeys are registered in a fresh session, listed, and removed."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from alerting.access.callers import RECENT_SIGN_IN
from alerting.runtime import wall_clock
from alerting.security_log.tables import security_events
from contacts.sign_in.passkeys import MOST_PASSKEYS
from contacts.tables import PASSKEYS
from tests.support.authenticator import PRESENT
from tests.support.passkeys import authenticator, challenged, register, registered, signed_in_by
from tests.support.running import Running
from tests.support.signing_in import signed_in

COUNT = select(func.count()).select_from(PASSKEYS)


async def test_passkeys_are_listed_for_their_officer(service: Running) -> None:
    browser, other = await signed_in(service, "grid"), await signed_in(service, "commander")
    assert await browser.get("/api/passkeys") == (200, {"passkeys": [], "may_change": True})
    for name in ("my phone", "desk"):
        await registered(browser, authenticator(service), name)
    status, found = await browser.get("/api/passkeys")
    assert status == 200
    assert [(each["name"], each["used_at"]) for each in found["passkeys"]] == [
        ("my phone", None),
        ("desk", None),
    ]
    assert (await other.get("/api/passkeys"))[1]["passkeys"] == []


async def test_challenge_names_the_officer_and_existing_credentials(service: Running) -> None:
    browser, made = await signed_in(service, "grid"), authenticator(service)
    await registered(browser, made)
    challenge, _ = await challenged(browser)
    assert challenge["rp_id"] == "127.0.0.1"
    assert challenge["user_name"] == "officer grid (grid)"
    assert challenge["exclude"] == [made.id]
    assert challenge["algorithms"][0] == -8
    other, _ = await challenged(await signed_in(service, "commander"))
    assert other["user_id"] != challenge["user_id"]


async def test_removal_ends_the_sessions_opened_with_the_passkey(service: Running) -> None:
    browser, made = await signed_in(service, "grid"), authenticator(service)
    id_ = (await registered(browser, made))["id"]
    begun = await signed_in_by(service, made)
    stranger = await signed_in(service, "commander")
    assert (await stranger.call("DELETE", f"/api/passkeys/{id_}"))[0] == 404
    assert (await begun.get("/api/me"))[0] == 200
    assert (await browser.call("DELETE", f"/api/passkeys/{id_}"))[0] == 204
    assert (await begun.get("/api/me"))[0] == 401
    assert (await browser.get("/api/me"))[0] == 200
    assert (await browser.call("DELETE", f"/api/passkeys/{id_}"))[0] == 404


async def test_old_session_and_token_cannot_change_passkeys(service: Running) -> None:
    old = await signed_in(service, "grid", since=wall_clock() - RECENT_SIGN_IN)
    assert (await old.get("/api/passkeys"))[1]["may_change"] is False
    for method, path, body in (
        ("POST", "/api/passkey-challenge", None),
        ("POST", "/api/passkeys", authenticator(service).made({"challenge": "A", "user_id": "A"})),
        ("DELETE", "/api/passkeys/1", None),
    ):
        status, refused = await old.call(method, path, body)
        assert (status, "sign in again" in refused["detail"]) == (403, True)
    assert (await service.post("/api/passkey-challenge", "grid"))[0] == 403
    young = await signed_in(
        service, "grid", since=wall_clock() - RECENT_SIGN_IN + timedelta(minutes=1)
    )
    assert (await young.get("/api/passkeys"))[1]["may_change"] is True


async def test_challenge_is_for_one_session_and_one_answer(service: Running) -> None:
    browser, other = await signed_in(service, "grid"), await signed_in(service, "commander")
    challenge, cookie = await challenged(browser)
    made = authenticator(service).made(challenge)
    assert (await register(other, made, cookie))[0] == 422
    assert (await register(browser, made, cookie))[0] == 201
    again = authenticator(service).made(challenge)
    status, refused = await register(browser, again, cookie)
    assert (status, "answered before" in refused["detail"]) == (409, True)
    assert service.rows(COUNT)[0][0] == 1


async def test_faulty_registration_is_refused(service: Running, subtests: pytest.Subtests) -> None:
    browser = await signed_in(service, "grid")
    for said, options in (
        ("another site's page", {"origin": "https://evil.example"}),
        ("another host", {"rp_id": "evil.example"}),
        ("an unverified user", {"flags": PRESENT}),
    ):
        with subtests.test(said):
            made = authenticator(service)
            for name, value in options.items():
                setattr(made, name, value)
            challenge, cookie = await challenged(browser)
            assert (await register(browser, made.made(challenge), cookie))[0] == 422
    for garbage in ("A", "oA", "o2Nmb3Q", "_" * 2_000):
        challenge, cookie = await challenged(browser)
        body = authenticator(service).made(challenge)
        body["response"]["attestationObject"] = garbage
        assert (await register(browser, body, cookie))[0] == 422
    assert service.rows(COUNT)[0][0] == 0


async def test_officer_has_at_most_ten_passkeys(service: Running) -> None:
    browser = await signed_in(service, "grid")
    for _ in range(MOST_PASSKEYS):
        await registered(browser, authenticator(service))
    challenge, cookie = await challenged(browser)
    status, refused = await register(browser, authenticator(service).made(challenge), cookie)
    assert (status, "remove one first" in refused["detail"]) == (409, True)


async def test_registered_credential_cannot_be_registered_by_another(service: Running) -> None:
    browser, other = await signed_in(service, "grid"), await signed_in(service, "commander")
    made = authenticator(service)
    await registered(browser, made)
    challenge, cookie = await challenged(other)
    status, refused = await register(other, made.made(challenge), cookie)
    assert (status, "registered already" in refused["detail"]) == (409, True)


async def test_registration_and_removal_are_noted(service: Running) -> None:
    browser = await signed_in(service, "grid")
    id_ = (await registered(browser, authenticator(service)))["id"]
    await browser.call("DELETE", f"/api/passkeys/{id_}")
    own = security_events.c.officer == "grid"
    noted = select(security_events.c["kind", "detail"]).where(own)
    rows = await service.until(noted, lambda found: len(found) >= 2)
    assert {tuple(row) for row in rows} == {
        ("credential_issued", "passkey"),
        ("credential_revoked", "passkey"),
    }
