"""The steps of setting up a service that can alert."""

from sqlalchemy import delete, update

from contacts.tables import DIVISIONS, HOUSEHOLD_PHONES
from tests.support.city import QIANFO
from tests.support.running import Json, Running


async def steps(service: Running) -> dict[str, Json]:
    status, found = await service.get("/api/office/steps", "administrator")
    assert status == 200
    return {each["name"]: each for each in found}


async def test_steps_count_what_is_there_and_what_is_missing(service: Running) -> None:
    found = await steps(service)
    assert [name for name, each in found.items() if each["is_done"]] == [
        *("divisions", "officers", "doors")
    ]
    assert (found["households"]["there"], found["households"]["missing"]) == (20, 2)
    assert (found["assembly_points"]["there"], found["assembly_points"]["missing"]) == (0, 2)


async def test_steps_change_with_the_roster_and_exercises(service: Running) -> None:
    village = update(DIVISIONS).where(DIVISIONS.c.code == QIANFO)
    await service.change(village.values(assembly_point="村小学"))
    await service.change(delete(HOUSEHOLD_PHONES))
    await service.raised("commander", QIANFO)
    found = await steps(service)
    assert (found["assembly_points"]["there"], found["assembly_points"]["missing"]) == (1, 1)
    assert found["households"]["missing"] == 20
    assert found["exercise"]["is_done"]


async def test_only_administrators_see_steps(service: Running) -> None:
    assert (await service.get("/api/office/steps", "commander"))[0] == 403
