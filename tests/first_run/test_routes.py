"""Routes of the first run: a service is set up once, from its machine or with the code."""

from typing import Any, Final

import pytest
from sqlalchemy import delete, insert, select, update
from structlog.testing import capture_logs

from alerting.access.browser import COOKIE
from contacts.tables import DIVISIONS, OFFICER_PHONES, OFFICERS
from tests.support.city import COUNTY, QIANFO, TOWN
from tests.support.running import Running

SAID: Final[dict[str, Any]] = {
    "name": "张三",
    "phone": "13900000001",
    "language": "zh",
    "division": COUNTY,
    "division_name": "通江县",
}
"""The body of a valid request to set up the service."""


async def test_first_administrator_is_stored_and_signed_in(empty: Running) -> None:
    async with empty.session.post(f"{empty.url}/api/setup", json=SAID) as answer:
        assert answer.status == 204
        cookie = {"Cookie": f"{COOKIE}={answer.cookies[COOKIE].value}"}
    async with empty.session.get(f"{empty.url}/api/me", headers=cookie) as answer:
        me = await answer.json()
    assert (me["name"], me["role"], me["division_name"]) == ("张三", "administrator", "通江县")
    (phone,) = empty.rows(select(OFFICER_PHONES.c.number))
    assert phone.number == "+8613900000001"
    (division,) = empty.rows(select(DIVISIONS.c.code, DIVISIONS.c.tier))
    assert tuple(division) == (COUNTY, "county")
    async with empty.session.get(f"{empty.url}/api/administration", headers=cookie) as answer:
        (entry,) = await answer.json()
    assert (entry["act"], entry["name"]) == ("first_run", "张三")


async def test_service_is_set_up_only_once(empty: Running) -> None:
    assert (await empty.get("/api/setup"))[1] == {"is_open": True, "needs_code": False}
    assert (await empty.post("/api/setup", None, SAID))[0] == 204
    assert (await empty.get("/api/setup"))[1]["is_open"] is False
    status, told = await empty.post("/api/setup", None, SAID | {"division": "511922"})
    assert (status, told["code"]) == (409, "conflict")
    assert len(empty.rows(select(OFFICERS.c.id))) == 1


async def test_home_page_redirects_to_the_setup_page_until_it_is_done(empty: Running) -> None:
    async with empty.session.get(f"{empty.url}/", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["location"]) == (307, "/setup")
    assert (await empty.post("/api/setup", None, SAID))[0] == 204
    async with empty.session.get(f"{empty.url}/", allow_redirects=False) as answer:
        assert answer.status in {200, 503}


async def test_request_from_another_sites_page_is_refused(empty: Running) -> None:
    status, _ = await empty.post("/api/setup", None, SAID, Origin="https://evil.example")
    assert (status, empty.rows(select(OFFICERS.c.id))) == (403, [])


@pytest.mark.parametrize(
    "wrong",
    [
        {"division": "12345"},
        {"division": f"{COUNTY}1002080001"},
        {"phone": "12"},
        {"language": "xx"},
        {"name": ""},
        {"role": "duty_officer"},
    ],
)
async def test_invalid_field_is_refused(empty: Running, wrong: dict[str, str]) -> None:
    status, _ = await empty.post("/api/setup", None, SAID | wrong)
    assert (status, empty.rows(select(OFFICERS.c.id))) == (422, [])


async def test_invalid_fields_are_explained_in_chinese_too(empty: Running) -> None:
    _, told = await empty.post("/api/setup", None, SAID | {"division": "12345", "phone": "12"})
    assert "“12”不是电话号码" in told["chinese"]
    assert "“12345”不是" in told["chinese"]
    _, told = await empty.post("/api/setup", None, SAID | {"division": "12345", "name": ""})
    assert "“12345”不是" in told["chinese"]
    assert "name：至少1个字" in told["chinese"]
    _, told = await empty.post("/api/setup", None, {"stray": 1})
    assert "phone：必填" in told["chinese"]
    assert "stray：没有这一项" in told["chinese"]


async def founded(empty: Running) -> dict[str, str]:
    """Set up the service; return headers that sign the administrator in."""
    async with empty.session.post(f"{empty.url}/api/setup", json=SAID) as answer:
        cookie = f"{COOKIE}={answer.cookies[COOKIE].value}"
    return {"Cookie": cookie, "Origin": empty.url}


async def corrected(empty: Running, headers: dict[str, str], code: str, name: str) -> int:
    """Correct the home division; return the HTTP status."""
    said, url = {"division": code, "division_name": name}, f"{empty.url}/api/setup/home"
    async with empty.session.put(url, json=said, headers=headers) as answer:
        return answer.status


async def test_home_division_is_corrected(empty: Running) -> None:
    headers = await founded(empty)
    assert await corrected(empty, headers, TOWN, "诺江镇") == 204
    assert await corrected(empty, headers, TOWN, "诺江") == 204
    (division,) = empty.rows(select(DIVISIONS.c.code, DIVISIONS.c.name, DIVISIONS.c.tier))
    assert tuple(division) == (TOWN, "诺江", "town")
    async with empty.session.get(f"{empty.url}/api/administration", headers=headers) as answer:
        (_, first) = await answer.json()
    (code, name) = first["details"]["lines"]
    assert (code["before"], code["after"], name["after"]) == (COUNTY, TOWN, "诺江镇")


async def test_officers_move_to_the_corrected_home_division(empty: Running) -> None:
    headers = await founded(empty)
    other = {"id": "duty", "name": "值班", "role": "duty_officer", "division": COUNTY}
    await empty.change(insert(OFFICERS).values(other))
    assert await corrected(empty, headers, TOWN, "诺江镇") == 204
    assert {row.division for row in empty.rows(select(OFFICERS.c.division))} == {TOWN}


async def test_home_division_is_not_corrected_once_there_are_others(empty: Running) -> None:
    headers = await founded(empty)
    village = {"code": QIANFO, "name": "千佛村", "tier": "village", "parent": COUNTY}
    await empty.change(insert(DIVISIONS).values(village))
    assert await corrected(empty, headers, TOWN, "诺江镇") == 409
    await empty.change(delete(DIVISIONS).where(DIVISIONS.c.code == QIANFO))
    await empty.change(update(OFFICERS).values(role="duty_officer"))
    assert await corrected(empty, headers, TOWN, "诺江镇") == 403
    assert await corrected(empty, {}, TOWN, "诺江镇") == 401


async def test_service_with_a_remote_url_is_set_up_with_the_logged_code(distant: Running) -> None:
    with capture_logs() as logs:
        assert (await distant.get("/api/setup"))[1]["needs_code"] is True
    (code,) = (each["code"] for each in logs if each["event"] == "first run")
    assert (await distant.post("/api/setup", None, SAID))[0] == 403
    assert (await distant.post("/api/setup", None, SAID | {"code": code.lower()}))[0] == 204


async def test_code_is_invalid_after_ten_wrong_tries(distant: Running) -> None:
    with capture_logs() as logs:
        await distant.get("/api/setup")
        for _ in range(10):
            assert (await distant.post("/api/setup", None, SAID | {"code": "A"}))[0] == 403
    (code,) = (each["code"] for each in logs if each["event"] == "first run")
    assert (await distant.post("/api/setup", None, SAID | {"code": code}))[0] == 403
