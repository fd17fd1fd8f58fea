"""The duty rota over HTTP: turns, shifts, stand-ins and leave, which alerts use."""

from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import insert, select

from alerting.officer_calls.tables import officer_calls
from contacts.tables import DUTY_PERIODS, OFFICERS
from tests.support.city import COUNTY, FAR_TOWN, POLICY, QIANFO, TOWN
from tests.support.running import Json, Running

SECOND: Final = {"id": "second", "name": "officer second", "role": "duty_officer"}


@pytest.fixture(autouse=True)
async def county_office(service: Running) -> None:
    """Let the administrator keep the county's roster, which has two duty officers."""
    await service.assign_administrator(COUNTY)
    await service.change(insert(OFFICERS).values(division=COUNTY, **SECOND))


async def week(service: Running, division: str = COUNTY) -> Json:
    status, told = await service.get("/api/office/duty", "administrator", division=division)
    assert status == 200, told
    result: Json = told
    return result


async def turns_of(service: Running, officer: str) -> Json:
    """Return an officer's entry in the county's rota."""
    officers = (await week(service))["officers"]
    return next(each for each in officers if each["id"] == officer)


async def put_turns(
    service: Running, officer: str, *turns: tuple[int, str, str], version: str = ""
) -> int:
    """Change an officer's turns, based on the given version or else the newest."""
    url = f"{service.url}/api/office/duty/officers/{officer}/turns"
    headers = {"Authorization": f"Bearer {service.tokens['administrator']}"}
    body = {"turns": [{"weekday": d, "begins": b, "ends": e} for d, b, e in turns]}
    body["version"] = version or (await turns_of(service, officer))["version"]
    async with service.session.put(url, json=body, headers=headers) as answer:
        status: int = answer.status
    return status


async def post_period(service: Running, whose: str, **changes: Any) -> tuple[int, Json]:
    """Post a period; integers mean days after the last midnight."""
    body = {"officer": whose, "kind": "leave", "begins": 0, "ends": 24} | changes
    for name in ("begins", "ends"):
        if isinstance(body[name], int):
            body[name] = midnight(service, body[name])
    return await service.post("/api/office/duty/periods", "administrator", body)


async def delete_period(service: Running, id_: int) -> int:
    url = f"{service.url}/api/office/duty/periods/{id_}"
    headers = {"Authorization": f"Bearer {service.tokens['administrator']}"}
    async with service.session.delete(url, headers=headers) as answer:
        status: int = answer.status
    return status


def midnight(service: Running, days: int) -> str:
    """Return the midnight `days` days after the last one by the service's clock."""
    now = service.runtime.clock.now().astimezone(POLICY.alert.zone)
    return f"{now + timedelta(days=days):%Y-%m-%dT00:00}"


def names(found: Json) -> list[list[str]]:
    """Return the officers on duty in each span of time."""
    return [[each["officer"] for each in watch["officers"]] for watch in found["watches"]]


async def called(service: Running, division: str) -> set[str]:
    alert = (await service.raised("commander", division))["id"]
    query = select(officer_calls.c.officer).where(officer_calls.c.alert == alert)
    return {row.officer for row in service.rows(query)}


async def test_division_without_a_rota_has_everybody_on_duty(service: Running) -> None:
    found = await week(service)
    (post,) = found["posts"]
    assert (post["role"], names(post)) == ("duty_officer", [["county-duty", "second"]])
    assert {each["duty"] for each in post["watches"][0]["officers"]} == {"always"}
    assert found["time_zone"] == "Asia/Shanghai"


async def test_turns_are_stored_logged_and_used_by_alerts(service: Running) -> None:
    all_day = [(weekday, "08:00", "08:00") for weekday in range(1, 8)]
    assert await put_turns(service, "county-duty", *all_day) == 204
    assert await put_turns(service, "second", (1, "08:00", "20:00")) == 204
    found = await week(service)
    assert {each["id"]: len(each["turns"]) for each in found["officers"]} == {
        "county-duty": 7,
        "second": 1,
    }
    (post,) = found["posts"]
    assert ["county-duty"] in names(post)
    assert ["county-duty", "second"] in names(post)
    _, entries = await service.get("/api/administration", "administrator")
    assert [each["act"] for each in entries] == ["edit_duty", "edit_duty"]
    (line,) = entries[0]["details"]["lines"]
    assert (line["field"], line["before"], line["after"]) == ("turns", "", "1 08:00-20:00")
    await put_turns(service, "second", (1, "08:00", "20:00"))
    assert len((await service.get("/api/administration", "administrator"))[1]) == 2


async def test_turns_based_on_an_old_version_are_refused(service: Running) -> None:
    seen = (await turns_of(service, "second"))["version"]
    assert await put_turns(service, "second", (1, "08:00", "20:00"), version=seen) == 204
    assert await put_turns(service, "second", (2, "08:00", "20:00"), version=seen) == 409
    (turn,) = (await turns_of(service, "second"))["turns"]
    assert turn["weekday"] == 1


async def test_alert_calls_the_deputy_of_an_officer_on_leave(service: Running) -> None:
    deputy = {"id": "deputy", "name": "officer deputy", "role": "grid_officer"}
    await service.change(insert(OFFICERS).values(division=QIANFO, deputy_of="grid", **deputy))
    assert (await post_period(service, "grid"))[0] == 201
    assert (await post_period(service, "second"))[0] == 201
    everybody = {"city-duty", "county-duty", "commander", "informant", "deputy"}
    assert await called(service, QIANFO) == everybody


async def test_stand_in_is_called_instead_of_the_other(service: Running) -> None:
    swap = {"kind": "shift", "in_place_of": "county-duty"}
    status, told = await post_period(service, "second", **swap)
    assert status == 201
    (period,) = (await week(service))["periods"]
    assert (period["id"], period["in_place_of"]) == (told["id"], "county-duty")
    assert await called(service, QIANFO) >= {"second"}
    assert "county-duty" not in await called(service, QIANFO)
    assert await delete_period(service, told["id"]) == 204
    assert await delete_period(service, told["id"]) == 404
    assert (await week(service))["periods"] == []
    assert "county-duty" in await called(service, QIANFO)


async def test_leave_of_all_officers_is_shown_as_a_gap(service: Running) -> None:
    for officer in ("county-duty", "second"):
        assert (await post_period(service, officer, begins=2, ends=5))[0] == 201
    (post,) = (await week(service))["posts"]
    assert [] in names(post)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ends": -1, "begins": -3}, "in the future"),
        ({"ends": 1, "begins": 2}, "after the beginning"),
        ({"kind": "shift", "in_place_of": "second"}, "same division"),
        ({"kind": "shift", "in_place_of": "commander"}, "same division"),
        ({"begins": "1999-01-01T00:00"}, "2000 to 2099"),
        ({"officer": "administrator"}, "not called"),
    ],
)
async def test_wrong_period_is_refused(service: Running, wrong: Json, said: str) -> None:
    status, told = await post_period(service, "second", **wrong)
    assert (status, said in told["detail"]) == (422, True), told


async def test_leave_lasts_at_most_366_days(service: Running) -> None:
    too_long = {"begins": 1, "ends": f"{midnight(service, 367)[:-5]}00:01"}
    status, told = await post_period(service, "second", **too_long)
    assert (status, "ends: " in told["detail"], "366 days" in told["detail"]) == (422, True, True)
    assert (await post_period(service, "second", begins=1, ends=367))[0] == 201
    assert (await post_period(service, "second", kind="shift", **too_long))[0] == 201


async def test_stand_in_must_have_the_rights_of_the_other(service: Running) -> None:
    swap = {"kind": "shift", "in_place_of": "grid"}
    status, told = await post_period(service, "informant", **swap)
    assert (status, "may not do all" in told["detail"]) == (422, True)


async def test_second_leave_at_the_same_time_is_refused(service: Running) -> None:
    assert (await post_period(service, "second"))[0] == 201
    status, told = await post_period(service, "second", begins=23, ends=30)
    assert (status, "at this time" in told["detail"]) == (422, True)
    assert (await post_period(service, "second", begins=24, ends=30))[0] == 201


async def test_overlapping_turns_are_refused(service: Running) -> None:
    assert await put_turns(service, "second", (1, "20:00", "08:00"), (2, "07:00", "09:00")) == 422
    assert await put_turns(service, "second", (8, "20:00", "08:00")) == 422
    assert await put_turns(service, "second", (1, "24:00", "08:00")) == 422


async def test_rota_elsewhere_is_out_of_reach(service: Running) -> None:
    _, told = await post_period(service, "second")
    await service.assign_administrator(FAR_TOWN)
    assert await put_turns(service, "second", version="0" * 64) == 404
    assert (await post_period(service, "commander"))[0] == 404
    assert await delete_period(service, told["id"]) == 404
    assert (await service.get("/api/office/duty", "commander", division=TOWN))[0] == 403


async def test_retired_officer_leaves_the_rota(service: Running) -> None:
    await post_period(service, "second")
    await post_period(service, "county-duty", kind="shift", in_place_of="second")
    await put_turns(service, "second", (1, "08:00", "20:00"))
    path = "/api/office/officers/second/retire"
    assert (await service.post(path, "administrator", {"reason": "调走了"}))[0] == 204
    assert service.rows(select(DUTY_PERIODS.c.id)) == []
