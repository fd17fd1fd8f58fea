"""Sign-in by passkey: a challenge is bound to its browser and can be answered once."""

import asyncio

import pytest
from sqlalchemy import select, update

from alerting.runtime import wall_clock
from alerting.security_log.tables import security_events
from contacts.sign_in.seals import CHALLENGE_LASTS, sealed
from contacts.tables import PASSKEYS
from tests.support.authenticator import PRESENT, Authenticator
from tests.support.passkeys import asked, authenticator, registered, signed_in_by, use
from tests.support.running import Running
from tests.support.signing_in import signed_in


async def owned(service: Running, officer: str = "grid", *, counts: bool = True) -> Authenticator:
    """Return an authenticator with a registered passkey of the officer."""
    made = authenticator(service, counts=counts)
    await registered(await signed_in(service, officer), made)
    return made


async def test_passkey_opens_a_session_of_its_officer(service: Running) -> None:
    by = await owned(service)
    for _ in range(2):
        status, me = await (await signed_in_by(service, by)).get("/api/me")
        assert (status, me["id"]) == (200, "grid")
    (row,) = service.rows(select(PASSKEYS))
    assert row.sign_count == 2
    assert row.used_at > row.added_at


async def test_previous_session_of_the_browser_ends(service: Running) -> None:
    by, old = await owned(service), await signed_in(service, "commander")
    challenge, cookie = await asked(service)
    both = f"alerting_passkey={cookie}; alerting_session={old.token}"
    assert (await use(service, by.used(challenge), cookie, Cookie=both))[0] == 204
    assert (await old.get("/api/me"))[0] == 401


@pytest.mark.parametrize("counts", [True, False])
async def test_challenge_is_answered_once(service: Running, counts: bool) -> None:
    by = await owned(service, counts=counts)
    challenge, cookie = await asked(service)
    used = by.used(challenge)
    answers = await asyncio.gather(*(use(service, used, cookie) for _ in range(3)))
    assert sorted(status for status, _ in answers) == [204, 403, 403]
    assert (await use(service, used, cookie))[0] == 403


async def test_challenge_of_another_browser_is_refused(service: Running) -> None:
    by = await owned(service)
    challenge, _ = await asked(service)
    _, other = await asked(service)
    used = by.used(challenge)
    for cookie in (other, "", "invented", "é"):
        assert (await use(service, used, cookie))[0] == 403


async def test_expired_challenge_is_refused(service: Running) -> None:
    by = await owned(service)
    challenge, fresh = await asked(service)
    text = challenge["challenge"]
    late = sealed("sign in", text, wall_clock())
    other = sealed("register", text, wall_clock() + CHALLENGE_LASTS)
    for cookie in (late, other):
        assert (await use(service, by.used(challenge), cookie))[0] == 403
    assert (await use(service, by.used(challenge), fresh))[0] == 204


FAULTS: list[tuple[str, dict[str, object]]] = [
    ("another site's page", {"origin": "https://evil.example"}),
    ("another host", {"rp_id": "evil.example"}),
    ("an unverified user", {"flags": PRESENT}),
    ("another officer's handle", {"handle": "AAAA"}),
    ("a copy whose counter lags", {"uses": 0}),
    ("an unknown credential", {"credential": b"x" * 32}),
]


async def test_faulty_answer_is_refused(service: Running, subtests: pytest.Subtests) -> None:
    by = await owned(service)
    await signed_in_by(service, by)
    for said, changes in FAULTS:
        with subtests.test(said):
            kept = {name: getattr(by, name) for name in changes}
            for name, value in changes.items():
                setattr(by, name, value)
            challenge, cookie = await asked(service)
            assert (await use(service, by.used(challenge), cookie))[0] == 403
            for name, value in kept.items():
                setattr(by, name, value)
    stranger = authenticator(service, credential=by.credential, handle=by.handle)
    challenge, cookie = await asked(service)
    assert (await use(service, stranger.used(challenge), cookie))[0] == 403
    await signed_in_by(service, by)


async def test_page_of_another_site_cannot_sign_in(service: Running) -> None:
    by = await owned(service)
    challenge, cookie = await asked(service)
    used = by.used(challenge)
    assert (await use(service, used, cookie, Origin="https://evil.example"))[0] == 403
    assert (await use(service, used, cookie))[0] == 204


async def test_malformed_answer_is_refused(service: Running) -> None:
    by = await owned(service)
    challenge, cookie = await asked(service)
    for part in ("clientDataJSON", "authenticatorData", "signature"):
        for text in ("A", "AAAA", "_" * 100):
            used = by.used(challenge)
            used["response"][part] = text
            assert (await use(service, used, cookie))[0] == 403
        used = by.used(challenge)
        used["response"][part] = "A" * 2_001
        assert (await use(service, used, cookie))[0] == 422


async def test_both_outcomes_are_noted(service: Running) -> None:
    by = await owned(service)
    await signed_in_by(service, by)
    _, cookie = await asked(service)
    await use(service, by.used({"challenge": "AAAA"}), cookie)
    noted = select(security_events.c["kind", "officer", "detail"]).where(
        security_events.c.detail == "passkey"
    )
    rows = await service.until(noted, lambda found: len(found) == 3)
    assert sorted(tuple(row) for row in rows) == [
        ("credential_issued", "grid", "passkey"),
        ("sign_in_refused", "", "passkey"),
        ("signed_in", "grid", "passkey"),
    ]


async def test_removed_passkey_cannot_sign_in(service: Running) -> None:
    by = await owned(service)
    await service.change(PASSKEYS.delete())
    challenge, cookie = await asked(service)
    assert (await use(service, by.used(challenge), cookie))[0] == 403


async def test_concurrent_use_with_another_counter_is_refused(service: Running) -> None:
    by = await owned(service)
    await service.change(update(PASSKEYS).values(sign_count=5))
    challenge, cookie = await asked(service)
    assert (await use(service, by.used(challenge), cookie))[0] == 403
