"""Route of hazard points: officers list those of their division, watched ones first."""

from alerting.hazard_points.routes import HazardPointBody
from tests.support.city import FAR_TOWN, NEXT_VILLAGE, TOWN
from tests.support.hazard_points import CODE, GEOMETRY, save
from tests.support.running import Json, Running


async def listed(service: Running, caller: str, **query: str) -> list[Json]:
    status, told = await service.get("/api/hazard-points", caller, **query)
    assert status == 200, told
    found: list[Json] = told["points"]
    return found


async def test_hazard_points_that_the_caller_watches_come_first(service: Running) -> None:
    assert await save(service) == 204
    assert await save(service, code="A", name="一号沟", watcher=None) == 204
    assert await save(service, code="B", division=NEXT_VILLAGE, watcher=None) == 204
    first, second = await listed(service, "informant")
    assert (first["code"], first["is_watched"], second["code"]) == (CODE, True, "A")
    assert first["geometry"] == GEOMETRY
    assert set(first) == set(HazardPointBody.model_fields)
    assert [each["code"] for each in await listed(service, "next-grid")] == ["B"]
    assert len(await listed(service, "commander")) == 3
    assert await listed(service, "far-commander") == []


async def test_search_matches_part_of_a_name_or_number(service: Running) -> None:
    assert await save(service) == 204
    assert await save(service, code="A_1", name="100%沟", division=TOWN, watcher=None) == 204
    for sought in ("0%", "A_"):
        assert [each["code"] for each in await listed(service, "commander", search=sought)] == [
            "A_1"
        ]
    assert await listed(service, "commander", search="%沟_") == []


async def test_role_that_may_not_raise_alerts_is_refused(service: Running) -> None:
    assert (await service.get("/api/hazard-points", "administrator"))[0] == 403


async def test_hazard_point_of_another_town_is_not_listed(service: Running) -> None:
    assert await save(service, division=FAR_TOWN, watcher=None) == 204
    assert [each["code"] for each in await listed(service, "far-commander")] == [CODE]
    assert await listed(service, "commander") == []
