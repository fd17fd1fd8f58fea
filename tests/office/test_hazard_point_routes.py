"""Hazard points over HTTP: saved, changed, retired, imported and logged."""

import json
from typing import Any, Final

import pytest
from sqlalchemy import insert, select, update

from contacts.tables import HAZARD_POINTS, HOUSEHOLDS, OFFICERS
from tests.support.city import FAR_TOWN, NEXT_VILLAGE, QIANFO, TOWN, headcount, household_code
from tests.support.hazard_points import CODE, GEOMETRY, LISTED, SAID, put, save
from tests.support.running import Json, Running, request_for

PATH: Final = "/api/office/hazard-points"


async def points(service: Running, **query: str) -> list[Json]:
    status, told = await service.get(PATH, "administrator", **query)
    assert status == 200, told
    found: list[Json] = told["points"]
    return found


async def retire(service: Running, version: int) -> int:
    body = {"version": version, "reason": "已治理"}
    return (await service.post(f"{PATH}/{CODE}/retire", "administrator", body))[0]


async def log_of(service: Running) -> list[Json]:
    _, found = await service.get("/api/administration", "administrator")
    entries: list[Json] = found
    return entries


def feature(code: str, geometry: object = GEOMETRY, **changes: object) -> Json:
    """Return a feature as map programs write it: with a numeric code, altitudes and more fields."""
    said = {
        "编号": code,
        "name": "二号沟",
        "division": int(QIANFO),
        "灾种": "泥石流",
        "households": f"{LISTED};",
        "OBJECTID": 7,
    }
    return {"type": "Feature", "properties": said | changes, "geometry": geometry}


def collection(*features: Json, **more: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features} | more).encode()


async def send(service: Running, step: str, content: bytes) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {service.tokens['administrator']}"}
    url = f"{service.url}{PATH}/{step}"
    async with service.session.post(url, data=content, headers=headers) as answer:
        return answer.status, await answer.json()


async def test_saved_point_counts_the_people_it_threatens(service: Running) -> None:
    assert await save(service) == 204
    (point,) = await points(service, division=QIANFO, search="大梁")
    assert {name: point[name] for name in SAID if name != "version"} == {
        name: value for name, value in SAID.items() if name != "version"
    }
    # The polygon contains the first three households of both villages.
    assert point["threatened_households"] == 7
    assert point["threatened_people"] == 2 * sum(map(headcount, (1, 2, 3))) + headcount(8)
    (entry,) = await log_of(service)
    assert (entry["act"], entry["division"]) == ("edit_hazard_point", QIANFO)
    assert entry["details"]["lines"][0]["name"] == "大梁滑坡"


async def test_change_based_on_an_old_version_is_refused(service: Running) -> None:
    assert await save(service) == 204
    assert await save(service) == 409
    assert await save(service, version=1, name="大梁崩塌", households=[]) == 204
    assert await save(service, version=1, name="大梁") == 409
    (point,) = await points(service)
    assert (point["name"], point["version"], point["households"]) == ("大梁崩塌", 2, [])
    lines = {each["field"]: each for each in (await log_of(service))[0]["details"]["lines"]}
    assert (lines["name"]["before"], lines["name"]["after"]) == ("大梁滑坡", "大梁崩塌")
    assert lines["households"]["before"] == LISTED
    assert await save(service, version=2, name="大梁崩塌", households=[]) == 204
    assert (await points(service))[0]["version"] == 2


async def test_doubtful_area_is_stored_if_confirmed(service: Running) -> None:
    far = {"geometry": None, "circles": [{"centre": [107.2, 31.0], "radius_km": 15}]}
    status, told = await put(service, **far)
    assert (status, told["code"]) == (409, "doubtful")
    assert told["reasons"] == ["far_from_homes", "very_large"]
    assert await points(service) == []
    assert await save(service, **far, confirmed=True) == 204
    assert await save(service, **far, version=1, name="大梁崩塌") == 204


async def test_retired_point_is_kept_and_can_be_restored(service: Running) -> None:
    assert await save(service) == 204
    assert await retire(service, 7) == 409
    assert await retire(service, 1) == 204
    assert await points(service) == []
    assert [each["version"] for each in await points(service, retired="true")] == [2]
    assert (await log_of(service))[0]["reason"] == "已治理"
    assert await save(service, version=2) == 204
    assert [each["version"] for each in await points(service)] == [3]


@pytest.mark.parametrize(
    "wrong",
    [
        {"division": "511921100999"},
        {"hazard": "dragon"},
        {"watcher": "nobody"},
        {"watcher": "next-grid"},
        {"watcher": "administrator"},
        {"households": [household_code(QIANFO, 99)]},
        {"geometry": None},
        {
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]],
            }
        },
        {"name": " "},
        {"name": "a\0b"},
        {"version": -1},
    ],
)
async def test_wrong_field_is_refused(service: Running, wrong: Json) -> None:
    assert await save(service, **wrong) == 422
    assert await points(service) == []


async def test_watchers_are_officers_who_may_raise_an_alert_there(service: Running) -> None:
    _, found = await service.get(f"{PATH}/watchers", "administrator", division=QIANFO)
    ids = [each["id"] for each in found]
    assert {"informant", "grid", "commander", "county-duty"} <= set(ids)
    assert ids.index("grid") < ids.index("commander") < ids.index("county-duty")
    assert not {"next-grid", "far-commander", "administrator"} & set(ids)
    assert (await service.get(f"{PATH}/watchers", "commander", division=QIANFO))[0] == 403


async def move(service: Running, village: str, latitude: float) -> None:
    """Move a village's households to a latitude; the point's area is at 31.9005 to 31.9035."""
    there = update(HOUSEHOLDS).where(HOUSEHOLDS.c.division == village)
    await service.change(there.values(latitude=latitude))


async def test_watcher_must_be_allowed_to_alert_the_households_in_the_area(
    service: Running,
) -> None:
    await move(service, QIANFO, 33.0)
    status, told = await put(service, households=[])
    assert (status, told["detail"].startswith("watcher: informant")) == (422, True), told
    assert NEXT_VILLAGE in told["detail"]
    assert "higher tier, or draw the area within" in told["detail"]
    _, told = await send(service, "preview", collection(feature("A", 责任人="grid", households="")))
    (fault,) = told["faults"]
    assert (fault["line"], fault["column"], "上级" in fault["chinese"]) == (1, "watcher", True)
    for watcher in ("commander", None):
        code = f"of-{watcher}"
        assert await save(service, code=code, households=[], watcher=watcher, confirmed=True) == 204
    said = request_for() | {"area": {"hazard_point": "of-commander"}}
    assert (await service.post("/api/alerts", "informant", said))[0] == 422
    assert (await service.post("/api/alerts", "commander", said))[0] == 201


async def test_faults_of_area_and_watcher_are_reported_together(service: Running) -> None:
    ring = [[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]
    crossed = {"type": "Polygon", "coordinates": [ring]}
    for watcher, columns in (("nobody", ["area", "watcher"]), ("informant", ["area"])):
        file = collection(feature("A", crossed, watcher=watcher))
        _, told = await send(service, "preview", file)
        assert [each["column"] for each in told["faults"]] == columns


async def test_watcher_must_be_allowed_to_alert_households_listed_by_hand(service: Running) -> None:
    await move(service, QIANFO, 33.0)
    await move(service, NEXT_VILLAGE, 33.0)
    listed = household_code(NEXT_VILLAGE, 8)
    assert await save(service, households=[listed]) == 422
    assert await save(service, households=[listed], watcher="commander", confirmed=True) == 204


async def test_informant_may_watch_across_villages_but_duty_officer_may_not(
    service: Running,
) -> None:
    """An informant's alert for another village waits for approval; a duty officer's is refused."""
    duty = {"id": "village-duty", "name": "officer", "role": "duty_officer", "division": QIANFO}
    await service.change(insert(OFFICERS).values(duty))
    assert await save(service, watcher="village-duty") == 422
    assert await save(service, watcher="informant") == 204
    await move(service, NEXT_VILLAGE, 33.0)
    assert await save(service, version=1, watcher="village-duty") == 204


async def test_area_without_households_has_a_watcher_of_its_division(
    service: Running,
) -> None:
    for village in (QIANFO, NEXT_VILLAGE):
        await move(service, village, 33.0)
    assert await save(service, households=[], watcher="next-grid") == 422
    assert await save(service, households=[], confirmed=True) == 204


async def test_point_elsewhere_is_out_of_reach(service: Running) -> None:
    assert await save(service) == 204
    await service.assign_administrator(FAR_TOWN)
    assert await points(service) == []
    assert await save(service, version=1) == 404
    assert await retire(service, 1) == 404
    assert await save(service, code="B") == 422
    status, told = await send(service, "preview", collection(feature(CODE, division=FAR_TOWN)))
    assert (status, told["faults"][0]["column"]) == (200, "code")


async def test_only_administrators_keep_points(service: Running) -> None:
    assert (await service.get(PATH, "commander"))[0] == 403
    assert await save(service, "commander") == 403


async def test_points_are_listed_in_pages(service: Running) -> None:
    row = {"name": "点", "division": TOWN, "hazard": "landslide", "version": 1}
    area = json.dumps({"geometry": GEOMETRY})
    rows = [row | {"code": f"P{number:02}", "area": area} for number in range(21)]
    await service.change(HAZARD_POINTS.insert().values(rows))
    _, first = await service.get(PATH, "administrator")
    assert (len(first["points"]), first["after"]) == (20, "P19")
    assert [each["code"] for each in await points(service, after="P19")] == ["P20"]


async def test_file_is_imported_as_previewed(service: Running) -> None:
    assert await save(service) == 204
    flat = {"type": "Point", "coordinates": [107.2, 31.905, 600.0]}
    file = collection(feature(CODE), feature("G2", flat, 半径=300, hazard="landslide"))
    status, told = await send(service, "preview", file)
    assert (status, told["faults"]) == (200, [])
    assert told["changes"]["changes"]["counts"] == {"added": 1, "changed": 1, "moved": 0, "gone": 0}
    token = told["changes"]["token"]
    assert (await send(service, "imports", file))[0] == 409
    assert await save(service, version=1, name="变了") == 204
    assert (await send(service, f"imports?token={token}", file))[0] == 409
    _, told = await send(service, "preview", file)
    assert (await send(service, f"imports?token={told['changes']['token']}", file))[0] == 200
    circle, polygon = sorted(await points(service), key=lambda each: len(each["circles"]))[::-1]
    assert circle["circles"] == [{"centre": [107.2, 31.905], "radius_km": 0.3}]
    assert (polygon["name"], polygon["hazard"]) == ("二号沟", "debris_flow")
    assert (await log_of(service))[0]["act"] == "import_hazard_points"
    _, again = await send(service, "preview", file)
    assert again["changes"]["unchanged"] == 2


async def test_county_sized_file_is_accepted(service: Running) -> None:
    flat = {"type": "Point", "coordinates": [107.2, 31.905]}
    file = collection(*(feature(f"G{n}", flat, 半径=300) for n in range(1_000)))
    status, told = await send(service, "preview", file)
    assert (status, told["faults"]) == (200, [])
    assert told["changes"]["changes"]["counts"]["added"] == 1_000


async def test_file_with_faults_is_not_stored_and_faults_are_named(service: Running) -> None:
    wrong = feature("B", name="", households="12"), feature("A"), feature("C", watcher="nobody")
    file = collection(feature("A"), *wrong)
    status, told = await send(service, "preview", file)
    assert status == 200
    found = {(each["line"], each["column"]) for each in told["faults"]}
    assert found == {(2, "name"), (2, "households"), (3, "code"), (4, "watcher")}
    assert all(each["message"] and each["chinese"] for each in told["faults"])
    assert (await send(service, "imports", file))[0] == 409
    status, told = await send(service, "preview", collection(feature("A", division="511921101")))
    assert told["faults"] == []
    _, told = await send(service, "preview", collection(feature("A", watcher="nobody")))
    assert [(each["line"], each["column"]) for each in told["faults"]] == [(1, "watcher")]
    assert service.rows(select(HAZARD_POINTS.c.code)) == []
