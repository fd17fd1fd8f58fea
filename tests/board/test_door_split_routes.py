"""Splitting one officer's doors: previewed, then done, by officers who may send others."""

from typing import Any

import pytest
from sqlalchemy import insert, select, update

from alerting.doors.rules import TaskState
from alerting.doors.tables import tasks
from alerting.ledger.tables import events
from alerting.officer_calls.tables import officer_calls
from contacts.tables import OFFICERS
from tests.support.city import NOW, QIANFO, TOWN, household_code
from tests.support.running import Running

DOORS = range(1, 10)


@pytest.fixture
async def crowded(service: Running) -> Running:
    """Return a service where one grid officer has nine open doors and colleagues nearby."""
    people = [
        {"id": "mate", "name": "张勇", "role": "grid_officer", "division": QIANFO},
        {"id": "town-duty", "name": "李敏", "role": "duty_officer", "division": TOWN},
    ]
    await service.change(insert(OFFICERS).values(people))
    await service.raised("commander", QIANFO)
    for number in DOORS:
        home = {"household": household_code(QIANFO, number), "officer": "grid"}
        assert (await service.post("/api/alerts/1/tasks", "commander", home))[0] == 201
    return service


async def shown(service: Running, caller: str = "commander") -> Any:
    return await service.get("/api/alerts/1/door-split", caller, officer="grid")


async def split(service: Running, caller: str = "commander") -> Any:
    return await service.post("/api/alerts/1/door-split", caller, {"officer": "grid"})


def waiting(service: Running) -> dict[str, int]:
    rows = service.rows(select(tasks.c.officer).where(tasks.c.state == TaskState.OPEN))
    found = sorted(row.officer for row in rows)
    return {officer: found.count(officer) for officer in found}


async def test_preview_equals_the_split_that_follows(crowded: Running) -> None:
    status, plan = await shown(crowded)
    assert (status, plan["doors"]) == (200, len(DOORS))
    shares = {each["officer"]: each["doors"] for each in plan["shares"]}
    assert shares == {"town-duty": 2, "grid": 3, "informant": 2, "mate": 2}
    assert waiting(crowded) == {"grid": len(DOORS)}
    assert await split(crowded) == (200, plan)
    assert waiting(crowded) == shares
    logged = crowded.rows(select(events.c.subject).where(events.c.kind == "task.opened"))
    assert len(logged) == len(DOORS) + len(DOORS) - shares["grid"]


async def test_repeated_split_moves_nothing(crowded: Running) -> None:
    await split(crowded)
    before = crowded.rows(select(tasks.c.id, tasks.c.officer).order_by(tasks.c.id))
    assert (await split(crowded))[0] == 200
    assert crowded.rows(select(tasks.c.id, tasks.c.officer).order_by(tasks.c.id)) == before


async def test_officer_who_did_not_respond_gets_no_doors(crowded: Running) -> None:
    called = update(officer_calls).where(officer_calls.c.officer == "informant")
    await crowded.change(called.values(told_above_at=NOW, steps_done=99, next_at=None))
    _, plan = await shown(crowded)
    assert "informant" not in {each["officer"] for each in plan["shares"]}


async def test_door_to_which_the_officer_has_set_out_is_not_moved(crowded: Running) -> None:
    (first,) = crowded.rows(select(tasks.c.id).order_by(tasks.c.id).limit(1))
    assert (await crowded.post(f"/api/tasks/{first.id}/take", "grid"))[0] == 200
    _, plan = await split(crowded)
    assert plan["doors"] == len(DOORS) - 1
    taken = crowded.rows(select(tasks.c.officer).where(tasks.c.state == TaskState.TAKEN))
    assert [row.officer for row in taken] == ["grid"]


async def test_only_officers_who_may_send_others_can_split_doors(crowded: Running) -> None:
    for caller in ("informant", "grid", "administrator"):
        assert (await shown(crowded, caller))[0] == 403, caller
        assert (await split(crowded, caller))[0] == 403, caller
    assert (await split(crowded, "far-commander"))[0] == 404


async def test_split_without_another_officer_nearby_is_refused(crowded: Running) -> None:
    gone = ("mate", "town-duty", "informant")
    called = update(officer_calls).where(officer_calls.c.officer.in_(gone))
    await crowded.change(called.values(told_above_at=NOW, steps_done=99, next_at=None))
    status, refused = await split(crowded)
    assert status == 409
    assert "no other officer is on duty" in refused["detail"]
