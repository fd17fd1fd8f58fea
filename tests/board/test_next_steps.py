"""What is to be done next follows what happened to an alert."""

from alerting.dark_villages.store import DarkVillage, darken
from tests.support.city import NOW, QIANFO, TOWN, household_code, household_phone
from tests.support.running import Running


async def steps(service: Running, caller: str = "commander") -> list[tuple[str, int]]:
    status, body = await service.get("/api/alerts/1/next-steps", caller)
    assert status == 200, body
    alert = (await service.get("/api/alerts/1", caller))[1]
    assert body["seq"] == alert["seq"]
    return [(step["reason"], step["number"]) for step in body["steps"]]


async def test_call_for_help_is_a_step_until_somebody_is_on_the_way(service: Running) -> None:
    await service.raised("commander", QIANFO)
    assert await steps(service) == [("many_left", 25)]
    await service.text(household_phone(QIANFO, 5), "2")
    assert (await steps(service))[0] == ("help_unattended", 1)
    home = {"household": household_code(QIANFO, 5), "officer": "grid"}
    _, task = await service.post("/api/alerts/1/tasks", "commander", home)
    assert (await steps(service))[0] == ("help_unattended", 1)
    assert ("own_doors", 1) in await steps(service, "grid")
    assert (await service.post(f"/api/tasks/{task['id']}/take", "grid"))[0] < 300
    assert [reason for reason, _ in await steps(service)] == ["many_left"]


async def test_dark_village_is_a_step_with_its_people(service: Running) -> None:
    await service.raised("commander", QIANFO, TOWN)
    dark = DarkVillage(QIANFO, NOW, None, 0.0, 0.9)
    await service.runtime.ledger.write(lambda tx: darken(tx, 1, dark))
    assert ("village_dark", 25) in await steps(service)
