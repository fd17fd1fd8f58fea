"""Divisions of the roster over HTTP: search and changes within the caller's division."""

from typing import Any, Final

import pytest
from sqlalchemy import insert, select

from contacts.tables import DIVISIONS
from tests.support.city import COUNTY, FAR_TOWN, NEXT_VILLAGE, QIANFO, TOWN
from tests.support.running import Json, Running

GRID: Final = f"{QIANFO}001"
POINT: Final = {"assembly_point": "村小学", "route": "沿河向上", "contact_phone": "13900000001"}


@pytest.fixture(autouse=True)
async def county_office(service: Running) -> None:
    """Let the administrator keep the county's roster, and add a grid to a village."""
    await service.assign_administrator(COUNTY)
    grid = {"code": GRID, "name": "一网格", "tier": "grid", "parent": QIANFO}
    await service.change(insert(DIVISIONS).values(words={"name_en": "Grid 1"}, **grid))


async def found(service: Running, **query: str) -> dict[str, Json]:
    status, told = await service.get("/api/office/divisions", "administrator", **query)
    assert status == 200, told
    return {each["code"]: each for each in told["divisions"]}


async def edit(service: Running, code: str, **changes: Any) -> tuple[int, str]:
    stored = (await found(service)).get(code, {"name": "", "version": "0" * 64})
    body = {"name": stored["name"], "version": stored["version"]} | changes
    url = f"{service.url}/api/office/divisions/{code}"
    headers = {"Authorization": f"Bearer {service.tokens['administrator']}"}
    async with service.session.put(url, json=body, headers=headers) as answer:
        told = await answer.text()
        return answer.status, told


async def test_divisions_are_found_by_name_code_and_parent(service: Running) -> None:
    everybody = [COUNTY, TOWN, QIANFO, GRID, NEXT_VILLAGE, FAR_TOWN]
    assert list(await found(service)) == everybody
    assert list(await found(service, search="千佛")) == [QIANFO]
    assert list(await found(service, search=QIANFO)) == [QIANFO, GRID]
    assert list(await found(service, search="%")) == []
    assert list(await found(service, division=FAR_TOWN)) == [FAR_TOWN]
    assert list(await found(service, after=QIANFO)) == [GRID, NEXT_VILLAGE, FAR_TOWN]


async def test_divisions_without_an_assembly_point_are_marked(service: Running) -> None:
    assert list(await found(service, without_point="true")) == [QIANFO, GRID, NEXT_VILLAGE]
    assert not (await found(service))[TOWN]["lacks_point"]
    assert (await edit(service, QIANFO, **POINT))[0] == 204
    assert list(await found(service, without_point="true")) == [NEXT_VILLAGE]
    assert not (await found(service))[GRID]["lacks_point"]


async def test_division_is_changed_and_the_change_logged(service: Running) -> None:
    where = {"latitude": 31.9, "longitude": 107.2}
    assert (await edit(service, GRID, name="新网格", **POINT, **where))[0] == 204
    grid = (await found(service))[GRID]
    assert (grid["name"], grid["contact_phone"]) == ("新网格", "+8613900000001")
    assert (grid["latitude"], grid["longitude"]) == (31.9, 107.2)
    words = service.rows(select(DIVISIONS.c.words).where(DIVISIONS.c.code == GRID))
    assert words == [({"name_en": "Grid 1"},)]
    _, (entry,) = await service.get("/api/administration", "administrator")
    assert (entry["act"], entry["division"]) == ("edit_division", GRID)
    lines = {each["field"]: each for each in entry["details"]["lines"]}
    assert (lines["name"]["before"], lines["name"]["after"]) == ("一网格", "新网格")
    assert lines["contact_phone"]["after"] == "+86139****0001"
    assert (await edit(service, GRID, name="新网格", **POINT, **where))[0] == 204
    assert len((await service.get("/api/administration", "administrator"))[1]) == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "name"),
        ({"latitude": 31.9}, "belong together"),
        ({"latitude": 0, "longitude": 0}, "Gulf of Guinea"),
        ({"latitude": 91, "longitude": 0}, "latitude"),
        ({"contact_phone": "1390000"}, "numbering plan"),
        ({"assembly_point": "长" * 41}, "assembly_point"),
    ],
)
async def test_refusal_names_the_wrong_field(service: Running, wrong: Json, said: str) -> None:
    status, told = await edit(service, QIANFO, **wrong)
    assert (status, said in told) == (422, True), told


async def test_doubtful_assembly_point_is_stored_if_confirmed(service: Running) -> None:
    away = {"latitude": 31.5, "longitude": 107.2}
    status, told = await edit(service, QIANFO, **POINT, **away)
    assert (status, '"doubtful"' in told, '"far_from_homes"' in told) == (409, True, True)
    assert (await found(service))[QIANFO]["latitude"] is None
    assert (await edit(service, QIANFO, **POINT, **away, confirmed=True))[0] == 204
    assert (await edit(service, QIANFO, **POINT, **away, name="千佛"))[0] == 204


async def test_change_based_on_an_old_version_is_refused(service: Running) -> None:
    old = (await found(service))[QIANFO]["version"]
    assert (await edit(service, QIANFO, **POINT))[0] == 204
    assert (await edit(service, QIANFO, version=old))[0] == 409


async def test_division_elsewhere_is_out_of_reach(service: Running) -> None:
    assert (await edit(service, "5119", name="市"))[0] == 404
    assert (await edit(service, f"{COUNTY}999", name="镇"))[0] == 404
    assert (await service.get("/api/office/divisions", "commander"))[0] == 403
