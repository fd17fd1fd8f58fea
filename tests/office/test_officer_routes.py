"""Officers of the roster over HTTP: search, changes and retirement, logged."""

from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import delete, insert, select, update

from alerting.access.callers import FRESH
from alerting.runtime import wall_clock
from contacts.tables import DUTY_PERIODS, HAZARD_POINTS, OFFICER_PHONES, OFFICER_SESSIONS
from tests.support.city import COUNTY, FAR_TOWN, NEXT_VILLAGE, QIANFO, TOWN, officer_phone
from tests.support.hazard_points import stored_point
from tests.support.running import Json, Running
from tests.support.signing_in import Browser, signed_in

NEW: Final[Json] = {
    "name": "何翠英",
    "role": "grid_officer",
    "division": QIANFO,
    "phones": ["13900000001", "+8613900000002", "13900000001"],
}


@pytest.fixture(autouse=True)
async def county_office(service: Running) -> None:
    """Let the administrator keep the county's roster."""
    await move_office(service, COUNTY)


async def move_office(service: Running, division: str) -> None:
    await service.assign_administrator(division)


async def found(service: Running, **query: str) -> list[Json]:
    status, told = await service.get("/api/office/officers", "administrator", **query)
    assert status == 200, told
    officers: list[Json] = told["officers"]
    return officers


async def one(service: Running, id_: str) -> Json:
    (officer,) = [each for each in await found(service, search=id_) if each["id"] == id_]
    return officer


async def ids(service: Running, **query: str) -> list[str]:
    return [each["id"] for each in await found(service, **query)]


async def add(service: Running, **changes: Any) -> tuple[int, Any]:
    browser = await signed_in(service, "administrator")
    return await browser.call("POST", "/api/office/officers", NEW | changes)


async def edit(
    service: Running, id_: str, browser: Browser | None = None, **changes: Any
) -> tuple[int, Any]:
    before = await one(service, id_)
    kept = ("name", "role", "division", "phones", "deputy_of", "language", "version")
    body = {name: before[name] for name in kept} | changes
    browser = browser or await signed_in(service, "administrator")
    return await browser.call("PUT", f"/api/office/officers/{id_}", body)


async def retire(service: Running, id_: str) -> tuple[int, Any]:
    path = f"/api/office/officers/{id_}/retire"
    return await service.post(path, "administrator", {"reason": "调走了"})


async def log(service: Running) -> list[Json]:
    _, entries = await service.get("/api/administration", "administrator")
    return list(entries)


async def test_officers_are_found_by_id_name_phone_role_and_division(service: Running) -> None:
    assert len(await ids(service)) == 7
    assert await ids(service, search="officer grid") == ["grid"]
    assert await ids(service, search=officer_phone("grid")) == ["grid"]
    assert await ids(service, role="grid_officer") == ["grid", "next-grid"]
    assert await ids(service, division=TOWN, own="true") == ["commander"]
    assert await ids(service, without_phone="true") == []
    await service.change(delete(OFFICER_PHONES).where(OFFICER_PHONES.c.officer == "grid"))
    assert await ids(service, without_phone="true") == ["grid"]


async def test_officers_on_duty_are_found_and_marked(service: Running) -> None:
    assert len(await ids(service, on_duty="true")) == 6
    (administrator,) = [each for each in await found(service) if not each["on_duty"]]
    assert administrator["id"] == "administrator"
    now = service.runtime.clock.now()
    leave = {"begins_at": now - timedelta(hours=1), "ends_at": now + timedelta(days=1)}
    await service.change(insert(DUTY_PERIODS).values(officer="grid", kind="leave", **leave))
    assert await ids(service, on_duty="true", division=QIANFO) == ["informant"]


async def test_new_officer_gets_an_id_and_is_logged(service: Running) -> None:
    assert await add(service) == (201, {"id": f"grid_officer-{QIANFO}"})
    status, told = await add(service, deputy_of="grid", language="en")
    assert (status, told["id"]) == (201, f"grid_officer-{QIANFO}-2")
    added = await one(service, told["id"])
    assert added["phones"] == ["+8613900000001", "+8613900000002"]
    assert (added["place"], added["principal"]) == ("千佛村", "officer grid")
    (entry, _) = await log(service)
    assert (entry["act"], entry["division"]) == ("add_officer", QIANFO)
    assert entry["details"]["lines"][0]["name"] == "何翠英"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"role": "town_commander"}, "is no place for a town_commander"),
        ({"division": "5119"}, "lies outside yours"),
        ({"role": "administrator", "division": "5119"}, "lies outside yours"),
        ({"division": "511921100999"}, "not a known division"),
        ({"phones": ["1390000"]}, "numbering plan"),
        ({"language": "xx"}, "language"),
        ({"deputy_of": "nobody"}, "deputy_of"),
        ({"deputy_of": "city-duty"}, "deputy_of"),
        ({"name": " "}, "name"),
    ],
)
async def test_refusal_names_the_wrong_field(
    service: Running, wrong: dict[str, Any], said: str
) -> None:
    status, told = await add(service, **{"role": "duty_officer"} | wrong)
    assert (status, said in told["detail"]) == (422, True), told
    assert len(await ids(service)) == 7


async def test_officer_is_changed_and_the_change_logged(service: Running) -> None:
    changed = {"division": NEXT_VILLAGE, "phones": ["13900000003"], "deputy_of": "next-grid"}
    assert (await edit(service, "grid", **changed))[0] == 204
    officer = await one(service, "grid")
    assert (officer["place"], officer["phones"]) == ("邻村", ["+8613900000003"])
    (entry,) = await log(service)
    # Both villages lie in the town.
    assert (entry["act"], entry["division"]) == ("edit_officer", TOWN)
    lines = {each["field"]: each for each in entry["details"]["lines"]}
    assert (lines["division"]["before"], lines["division"]["after"]) == (QIANFO, NEXT_VILLAGE)
    assert lines["phones"]["after"] == "+86139****0003"
    assert (await edit(service, "grid"))[0] == 204
    assert len(await log(service)) == 1


async def test_phone_and_role_change_only_in_a_fresh_session(service: Running) -> None:
    old = await signed_in(service, "administrator", since=wall_clock() - FRESH)
    assert (await old.get("/api/office/officers"))[1]["may_change"] is False
    for changed in ({"phones": ["13900000003"]}, {"role": "informant"}):
        status, told = await edit(service, "grid", old, **changed)
        assert (status, told["code"]) == (403, "forbidden"), told
        assert "sign in again" in told["detail"]
    assert (await old.call("POST", "/api/office/officers", NEW))[0] == 403
    assert (await service.post("/api/office/officers", "administrator", NEW))[0] == 403
    assert len(await ids(service)) == 7
    assert (await edit(service, "grid", old, name="新名"))[0] == 204
    young = await signed_in(service, "administrator")
    assert (await young.get("/api/office/officers"))[1]["may_change"] is True


async def test_change_based_on_an_old_version_is_refused(service: Running) -> None:
    before = await one(service, "informant")
    assert (await edit(service, "informant", name="新名"))[0] == 204
    status, told = await edit(service, "informant", version=before["version"])
    assert (status, "reload it" in told["detail"]) == (409, True)


async def test_officer_cannot_be_their_own_deputy(service: Running) -> None:
    assert (await edit(service, "next-grid", deputy_of="grid"))[0] == 204
    status, told = await edit(service, "grid", deputy_of="next-grid")
    assert (status, "their own deputy" in told["detail"]) == (422, True)


async def test_officer_elsewhere_is_out_of_reach(service: Running) -> None:
    await move_office(service, FAR_TOWN)
    assert await ids(service) == ["administrator", "far-commander"]
    assert (await retire(service, "grid"))[0] == 404


async def test_retired_officer_loses_sessions_and_the_reason_is_logged(
    service: Running,
) -> None:
    for statement in stored_point():
        await service.change(statement)
    await service.change(update(HAZARD_POINTS).values(watcher="next-grid"))
    assert (await retire(service, "next-grid"))[0] == 204
    assert service.rows(select(HAZARD_POINTS.c.watcher)) == [(None,)]
    assert "next-grid" not in await ids(service)
    sessions = select(OFFICER_SESSIONS.c.id).where(OFFICER_SESSIONS.c.officer == "next-grid")
    assert service.rows(sessions) == []
    assert (await service.get("/api/me", "next-grid"))[0] == 401
    (entry,) = await log(service)
    assert (entry["act"], entry["reason"]) == ("retire_officer", "调走了")
    assert (await retire(service, "next-grid"))[0] == 404


async def test_last_administrator_of_a_division_is_not_removed(service: Running) -> None:
    status, told = await retire(service, "administrator")
    assert (status, "last administrator" in told["detail"]) == (409, True)
    assert (await edit(service, "administrator", role="duty_officer"))[0] == 409
    assert (await edit(service, "administrator", division=TOWN))[0] == 409
    assert (await edit(service, "administrator", name="新名"))[0] == 204
    assert (await add(service, role="administrator", division=TOWN))[0] == 201
    assert (await retire(service, "administrator"))[0] == 409
    assert (await add(service, role="administrator", division=COUNTY))[0] == 201
    assert (await edit(service, "administrator", role="duty_officer"))[0] == 204


async def test_officer_with_a_waiting_call_or_door_is_not_retired(service: Running) -> None:
    alert = (await service.raised("commander", QIANFO))["id"]
    status, told = await retire(service, "grid")
    assert (status, "after they confirm" in told["detail"]) == (409, True)
    assert (await service.post(f"/api/alerts/{alert}/confirm", "grid"))[0] == 204
    door = {"household": f"{QIANFO}0001", "officer": "grid"}
    status, told = await service.post(f"/api/alerts/{alert}/tasks", "commander", door)
    assert status in {200, 201}, told
    status, told = await retire(service, "grid")
    assert (status, "hand them on" in told["detail"]) == (409, True)
    assert (await retire(service, "next-grid"))[0] == 204


async def test_only_administrators_keep_officers(service: Running) -> None:
    assert (await service.get("/api/office/officers", "commander"))[0] == 403
    assert (await service.post("/api/office/officers", "commander", NEW))[0] == 403
