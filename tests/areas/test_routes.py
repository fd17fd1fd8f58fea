"""Divisions over HTTP, as the page that raises an alert asks for them."""

from tests.support.city import NEXT_VILLAGE, POLICY, QIANFO, TOWN
from tests.support.running import Running


async def test_a_town_and_its_villages(service: Running) -> None:
    status, town = await service.get(f"/api/divisions/{TOWN}", "informant")
    assert status == 200
    assert (town["code"], town["name"], town["tier"]) == (TOWN, "诺江镇", "town")
    assert [part["code"] for part in town["parts"]] == [QIANFO, NEXT_VILLAGE]
    latitude, longitude = town["parts"][0]["middle"]
    assert (round(latitude, 2), round(longitude, 2)) == (31.91, 107.2)


async def test_people_gather_where_they_last_did_or_as_the_policy_says(service: Running) -> None:
    _, before = await service.get(f"/api/divisions/{QIANFO}", "informant")
    assert before["assembly_point"] == POLICY.alert.assembly_point
    await service.raised("informant", QIANFO, assembly_point="祠堂前")
    _, after = await service.get(f"/api/divisions/{QIANFO}", "informant")
    assert after["assembly_point"] == "祠堂前"


async def test_an_unknown_one_is_not_there_and_a_wrong_code_is_refused(service: Running) -> None:
    assert (await service.get("/api/divisions/511999", "informant"))[0] == 404
    assert (await service.get("/api/divisions/village", "informant"))[0] == 422
