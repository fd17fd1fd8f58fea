"""Sessions as officers and administrators see and end them over HTTP."""

import pytest

from alerting.runtime import wall_clock
from contacts.sign_in.sessions import SESSION_LASTS
from tests.support.city import QIANFO
from tests.support.running import Running
from tests.support.signing_in import Browser, signed_in


async def devices(browser: Browser, officer: str = "") -> list[tuple[str, bool]]:
    status, found = await browser.get(f"/api/sessions{officer and '?officer=' + officer}")
    assert status == 200, found
    return [(each["device"], each["current"]) for each in found]


async def id_of(browser: Browser) -> int:
    _, found = await browser.get("/api/sessions")
    (current,) = (each["id"] for each in found if each["current"])
    assert isinstance(current, int)
    return current


async def test_me_describes_the_caller(service: Running) -> None:
    grid = {
        "id": "grid",
        "name": "officer grid",
        "role": "grid_officer",
        "division": QIANFO,
        "division_name": "千佛村",
        "tier": "village",
    }
    assert await (await signed_in(service, "grid")).get("/api/me") == (200, grid)
    assert await service.get("/api/me", "grid") == (200, grid)


async def test_officer_sees_own_sessions(service: Running) -> None:
    phone = await signed_in(service, "grid", "phone")
    desktop = await signed_in(service, "grid", "desk")
    await signed_in(service, "commander", "another's")
    assert await devices(phone) == [("desk", False), ("phone", True)]
    assert await devices(desktop) == [("desk", True), ("phone", False)]
    _, (first, _) = await phone.get("/api/sessions")
    shown = {"id", "begun_at", "last_seen_at", "expires_at", "device", "by_passkey", "current"}
    assert set(first) == shown
    status, found = await service.get("/api/sessions", "grid")
    assert status == 200
    assert [each["current"] for each in found] == [False, False]


async def test_signing_out_ends_session_and_clears_cookie(service: Running) -> None:
    phone, desktop = await signed_in(service, "grid", "phone"), await signed_in(service, "grid", "")
    async with service.session.delete(
        f"{service.url}/api/sessions/current", headers=phone.headers
    ) as answer:
        assert answer.status == 204
        cookie = answer.cookies["alerting_session"]
    assert (cookie.value, cookie["max-age"], cookie["path"]) == ("", "0", "/")
    assert (await phone.get("/api/me"))[0] == 401
    assert await devices(desktop) == [("", True)]


async def test_token_cannot_sign_out(service: Running) -> None:
    headers = {"Authorization": f"Bearer {service.tokens['grid']}"}
    async with service.session.delete(
        f"{service.url}/api/sessions/current", headers=headers
    ) as answer:
        assert answer.status == 404
        assert "bearer token" in await answer.text()


async def test_officer_ends_own_lost_session_once(service: Running) -> None:
    lost, kept = await signed_in(service, "grid", "lost"), await signed_in(service, "grid", "kept")
    path = f"/api/sessions/{await id_of(lost)}"
    assert (await kept.call("DELETE", path))[0] == 204
    assert (await lost.get("/api/me"))[0] == 401
    assert await devices(kept) == [("kept", True)]
    assert (await kept.call("DELETE", path))[0] == 404


LOOKS_AFTER = [
    ("commander", "grid", True),
    ("county-duty", "commander", True),
    ("city-duty", "informant", True),
    ("administrator", "commander", True),
    ("administrator", "city-duty", True),
    ("city-duty", "administrator", False),
    ("grid", "informant", False),
    ("commander", "county-duty", False),
    ("far-commander", "grid", False),
    ("grid", "nobody", False),
    ("commander", "nobody", False),
]


@pytest.mark.parametrize(("officer", "other", "may"), LOOKS_AFTER)
async def test_roles_limit_access_to_others_sessions(
    service: Running, officer: str, other: str, may: bool
) -> None:
    caller = await signed_in(service, officer)
    if other == "nobody":
        assert (await caller.get("/api/sessions?officer=nobody"))[0] == 404
        return
    theirs = await signed_in(service, other, "theirs")
    path = f"/api/sessions/{await id_of(theirs)}"
    if may:
        assert await devices(caller, other) == [("theirs", False)]
        assert (await caller.call("DELETE", path))[0] == 204
        assert (await theirs.get("/api/me"))[0] == 401
    else:
        status, refused = await caller.get(f"/api/sessions?officer={other}")
        assert (status, other in refused["detail"]) == (404, True)
        assert (await caller.call("DELETE", path))[0] == 404
        assert (await theirs.get("/api/me"))[0] == 200


async def test_invalid_session_id_or_officer_is_refused(service: Running) -> None:
    caller = await signed_in(service, "commander")
    for id_, status in ((0, 422), ("x", 422), (2**31, 422), (2**31 - 1, 404)):
        assert (await caller.call("DELETE", f"/api/sessions/{id_}"))[0] == status
    for officer in ("", "%00", "x" * 101):
        assert (await caller.get(f"/api/sessions?officer={officer}"))[0] == 422


async def test_expired_session_is_not_listed(service: Running) -> None:
    await signed_in(service, "grid", "yesterday's", since=wall_clock() - SESSION_LASTS)
    assert await devices(await signed_in(service, "grid", "today's")) == [("today's", True)]
