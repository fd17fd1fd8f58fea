"""The lists of planned and past exercises have pages."""

from datetime import timedelta

from sqlalchemy import insert

from alerting.exercises.calendar import PAGE
from alerting.exercises.tables import exercise_outcomes, exercise_plans
from tests.support.city import QIANFO
from tests.support.running import Running

PLANS = "/api/exercises/plans"


async def test_each_list_has_pages(service: Running) -> None:
    at = f"{service.runtime.clock.now().year + 2}-01-31T09:30"
    what = {"division": QIANFO, "size": "officers", "hazard": "landslide"}
    _, last = await service.post(PLANS, "commander", what | {"at": at})
    id_, now = last["id"], service.runtime.clock.now()
    row = what | {"monthly": True}
    times = {"first": now, "planned_at": now, "planned_by": "grid"}
    dues = [now + timedelta(hours=hour) for hour in range(1, PAGE + 1)]
    await service.change(insert(exercise_plans).values([row | times | {"due": at} for at in dues]))
    gone = [{"plan": id_, "due": now - timedelta(hours=hour)} for hour in range(PAGE)]
    missed = {"outcome": "missed", "detail": "", "chinese": ""}
    await service.change(insert(exercise_outcomes).values([missed | each for each in gone]))
    _, first = await service.get(PLANS, "commander")
    assert (first["more_upcoming"], first["more_past"]) == (True, False)
    assert (len(first["upcoming"]), len(first["past"])) == (PAGE, PAGE)
    _, second = await service.get(PLANS, "commander", offset=PAGE)
    assert (second["more_upcoming"], second["past"]) == (False, [])
    assert [each["id"] for each in second["upcoming"]] == [id_]
