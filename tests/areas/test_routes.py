"""Divisions over HTTP, as the alert form requests them."""

from sqlalchemy import update

from contacts.tables import DIVISIONS
from tests.support.city import NEXT_VILLAGE, QIANFO, TOWN
from tests.support.running import Running


async def test_town_lists_its_villages(service: Running) -> None:
    status, town = await service.get(f"/api/divisions/{TOWN}", "informant")
    assert status == 200
    assert (town["code"], town["name"], town["tier"]) == (TOWN, "诺江镇", "town")
    assert [part["code"] for part in town["parts"]] == [QIANFO, NEXT_VILLAGE]
    latitude, longitude = town["parts"][0]["middle"]
    assert (round(latitude, 2), round(longitude, 2)) == (31.91, 107.2)


async def test_assembly_point_comes_from_the_roster(service: Running) -> None:
    _, before = await service.get(f"/api/divisions/{QIANFO}", "informant")
    assert before["assembly_point"] is None
    await service.change(
        update(DIVISIONS).where(DIVISIONS.c.code == QIANFO).values(assembly_point="祠堂前")
    )
    _, after = await service.get(f"/api/divisions/{QIANFO}", "informant")
    assert after["assembly_point"] == "祠堂前"


async def test_unknown_division_is_not_found_and_malformed_code_is_refused(
    service: Running,
) -> None:
    assert (await service.get("/api/divisions/511999", "informant"))[0] == 404
    assert (await service.get("/api/divisions/village", "informant"))[0] == 422
