"""Exercises on record: who took part how fast, and which villages practised."""

from sqlalchemy import update

from alerting.exercises.schemas import HELD_PAGE
from alerting.ledger.tables import alerts
from tests.support.city import FAR_TOWN, NEXT_VILLAGE, QIANFO, TOWN, household_phone, officer_phone
from tests.support.running import Running

OFFICERS = {"size": "officers"}


async def test_record_tells_who_took_part_and_how_fast(service: Running) -> None:
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


async def test_record_lists_exercises_alone_the_latest_first_and_pages(service: Running) -> None:
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


async def test_practice_lists_villages_the_overdue_ones_first(service: Running) -> None:
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


async def test_practice_grows_old_by_the_policy(service: Running) -> None:
    await service.raised("commander", TOWN)
    longest = service.runtime.policy.exercise.one_phone
    await service.change(update(alerts).values(sent=service.runtime.clock.now() - 2 * longest))
    _, found = await service.get("/api/exercises/practice", "administrator")
    assert found["overdue"] == {"one_phone": 2}


async def test_other_towns_see_nothing_of_it(service: Running) -> None:
    await service.raised("commander", QIANFO)
    _, found = await service.get("/api/exercises", "far-commander")
    assert found["exercises"] == []
    for path in ("/api/exercises", "/api/exercises/practice"):
        status, _ = await service.get(path, "far-commander", division=QIANFO)
        assert status == 404
    _, practice = await service.get("/api/exercises/practice", "far-commander")
    assert [each["division"] for each in practice["page"]] == [FAR_TOWN]
