"""Routes that list past exercises with their participation, and the villages' practice."""

from sqlalchemy import update

from alerting.exercises.schemas import HELD_PAGE
from alerting.ledger.tables import alerts
from tests.support.city import FAR_TOWN, NEXT_VILLAGE, QIANFO, TOWN, household_phone, officer_phone
from tests.support.running import Running

OFFICERS = {"size": "officers"}


async def test_past_exercise_shows_participants_and_their_speed(service: Running) -> None:
    raised = await service.raised("commander", QIANFO)
    await service.hand_over()
    await service.text(officer_phone("grid"), "收到")
    await service.text(household_phone(QIANFO, 3), "1")
    _, found = await service.get("/api/exercises", "commander")
    (held,) = found["exercises"]
    assert (held["id"], held["exercise_size"], held["state"]) == (raised["id"], "everybody", "open")
    assert (held["officers_called"], held["officers_confirmed"]) == (3, 2)
    assert held["half_confirmed_after"] >= 0
    assert held["last_confirmed_after"] is None
    assert (held["households"], held["people"], held["people_accounted"]) == (10, 25, 4)
    assert found["before"] is None


async def test_pages_list_only_held_exercises_the_latest_first(service: Running) -> None:
    for _ in range(HELD_PAGE + 1):
        await service.raised("commander", QIANFO, exercise=OFFICERS)
    other = await service.raised("commander", QIANFO, status="Test")
    cancelled = await service.raised("commander", QIANFO)
    status, told = await service.post(
        f"/api/alerts/{cancelled['id']}/cancel", "commander", {"reason": "误发"}
    )
    assert status == 200, told
    _, first = await service.get("/api/exercises", "commander")
    ids = [each["id"] for each in first["exercises"]]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == HELD_PAGE
    assert not {other["id"], cancelled["id"]} & set(ids)
    _, rest = await service.get("/api/exercises", "commander", before=str(first["before"]))
    assert [len(rest["exercises"]), rest["before"]] == [1, None]


async def test_practice_lists_overdue_villages_first(service: Running) -> None:
    await service.raised("commander", QIANFO)
    await service.raised("commander", NEXT_VILLAGE, exercise=OFFICERS)
    _, found = await service.get("/api/exercises/practice", "county-duty")
    assert [(each["division"], each["overdue"]) for each in found["page"]] == [
        (NEXT_VILLAGE, ["everybody"]),
        (QIANFO, []),
    ]
    assert found["page"][0]["last"]["officers"] is not None
    assert (found["places"], found["overdue"]) == (2, {"everybody": 1})
    _, rest = await service.get("/api/exercises/practice", "county-duty", offset="1")
    assert [each["name"] for each in rest["page"]] == ["千佛村"]


async def test_exercise_size_is_overdue_after_the_policys_time(service: Running) -> None:
    await service.raised("commander", TOWN)
    longest = service.runtime.policy.exercise.one_phone
    await service.change(update(alerts).values(sent=service.runtime.clock.now() - 2 * longest))
    _, found = await service.get("/api/exercises/practice", "administrator")
    assert found["overdue"] == {"one_phone": 2}


async def test_exercises_of_another_town_are_not_shown(service: Running) -> None:
    await service.raised("commander", QIANFO)
    _, found = await service.get("/api/exercises", "far-commander")
    assert found["exercises"] == []
    for path in ("/api/exercises", "/api/exercises/practice"):
        status, _ = await service.get(path, "far-commander", division=QIANFO)
        assert status == 404
    _, practice = await service.get("/api/exercises/practice", "far-commander")
    assert [each["division"] for each in practice["page"]] == [FAR_TOWN]
