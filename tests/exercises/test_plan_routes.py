"""Officers who may raise alerts plan and cancel exercises, and all officers can list them."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from alerting.exercises.plans import MOST_PLANS
from alerting.exercises.raise_planned import raise_planned
from alerting.exercises.tables import exercise_plans
from alerting.runtime import wall_clock
from tests.support.city import QIANFO, TOWN
from tests.support.running import Running

PLANS = "/api/exercises/plans"
YEAR = wall_clock().year + 1
AT = f"{YEAR}-01-31T09:30"


def body(**changes: Any) -> dict[str, Any]:
    said = {"division": QIANFO, "size": "officers", "hazard": "landslide", "at": AT}
    return said | {"monthly": True} | changes


async def planned(service: Running, by: str = "commander", **changes: Any) -> int:
    status, found = await service.post(PLANS, by, body(**changes))
    assert status == 201, found
    return int(found["id"])


async def cancelled(service: Running, id_: int, by: str) -> int:
    headers = {"Authorization": f"Bearer {service.tokens[by]}"}
    async with service.session.delete(f"{service.url}{PLANS}/{id_}", headers=headers) as answer:
        return answer.status


async def test_planned_exercises_are_listed_by_local_time(service: Running) -> None:
    id_ = await planned(service)
    await planned(service, size="everybody", at=f"{YEAR}-01-15T20:00", monthly=False)
    _, found = await service.get(PLANS, "informant")
    assert [each["due"] for each in found["upcoming"]] == [
        f"{YEAR}-01-15T20:00:00+08:00",
        f"{AT}:00+08:00",
    ]
    last = found["upcoming"][1]
    assert (last["id"], last["name"], last["size"]) == (id_, "千佛村", "officers")
    assert (last["monthly"], last["hazard"], last["may_cancel"]) == (True, "landslide", True)
    assert (found["time_zone"], found["past"]) == ("Asia/Shanghai", [])


async def test_cancelled_exercise_is_not_listed_and_not_raised(service: Running) -> None:
    id_ = await planned(service)
    assert await cancelled(service, id_, "grid") == 204
    assert await cancelled(service, id_, "grid") == 404
    _, found = await service.get(PLANS, "commander")
    assert found["upcoming"] == []
    later = service.runtime.clock.now() + timedelta(days=800)
    assert (
        await service.runtime.ledger.write(partial(raise_planned, now=later), own_transaction=True)
        == 0
    )
    assert service.rows(select(exercise_plans.c.cancelled_by)) == [("grid",)]


async def test_officers_plan_and_cancel_only_where_they_may_raise_alerts(service: Running) -> None:
    id_ = await planned(service, division=TOWN)
    status, told = await service.post(PLANS, "administrator", body())
    assert status == 403, told
    assert await cancelled(service, id_, "administrator") == 403
    for stranger in ("far-commander", "grid"):
        status, told = await service.post(PLANS, stranger, body(division=TOWN))
        assert (status, told["detail"][:9]) == (422, "division:"), told
        assert await cancelled(service, id_, stranger) == 404
    _, seen = await service.get(PLANS, "grid")
    assert [each["may_cancel"] for each in seen["upcoming"]] == [False]
    _, hidden = await service.get(PLANS, "far-commander")
    assert hidden["upcoming"] == []
    status, _ = await service.get(PLANS, "far-commander", division=TOWN)
    assert status == 404


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("at", f"{YEAR - 2}-01-01T00:00"),
        ("division", f"{TOWN}999"),
        ("hazard", "dragon"),
    ],
)
async def test_plan_with_an_invalid_field_is_refused(
    service: Running, field: str, wrong: str
) -> None:
    status, told = await service.post(PLANS, "commander", body(**{field: wrong}))
    assert (status, f"{field}: " in told["detail"]) == (422, True), told


async def test_duplicate_plan_and_plan_beyond_the_limit_are_refused(service: Running) -> None:
    await planned(service)
    status, _ = await service.post(PLANS, "grid", body())
    assert status == 409
    row = {"division": QIANFO, "size": "officers", "hazard": "landslide", "monthly": True}
    now = service.runtime.clock.now()
    times = {"first": now, "due": now, "planned_at": now, "planned_by": "commander"}
    await service.change(insert(exercise_plans).values([row | times] * MOST_PLANS))
    status, _ = await service.post(PLANS, "commander", body(size="everybody"))
    assert status == 429


async def test_office_log_shows_who_planned_and_cancelled(service: Running) -> None:
    await cancelled(service, await planned(service), "grid")
    _, entries = await service.get("/api/administration", "administrator")
    assert [(each["act"], each["officer"]) for each in entries] == [
        ("cancel_exercise", "grid"),
        ("plan_exercise", "commander"),
    ]
    lines = [
        [(line["field"], line["before"], line["after"]) for line in entry["details"]["lines"]]
        for entry in entries
    ]
    due = f"{YEAR}-01-31 09:30"
    values = {"size": "officers", "hazard": "滑坡", "due": due, "monthly": "✓"}
    assert lines[0] == [(field, value, "") for field, value in values.items()]
    assert lines[1] == [(field, "", value) for field, value in values.items()]
    assert {line["subject"] for each in entries for line in each["details"]["lines"]} == {QIANFO}


async def test_list_shows_the_outcomes_of_earlier_plans(service: Running) -> None:
    now = service.runtime.clock.now()
    ids = [await planned(service), await planned(service, size="everybody", monthly=False)]
    for id_, due in zip(ids, (now - timedelta(hours=2), now), strict=True):
        row = exercise_plans.c.id == id_
        await service.change(update(exercise_plans).where(row).values(due=due, first=due))
    while await service.runtime.ledger.write(partial(raise_planned, now=now), own_transaction=True):
        pass
    _, found = await service.get(PLANS, "commander")
    raised, missed = found["past"]
    assert (raised["outcome"], raised["plan"], raised["size"]) == ("raised", ids[1], "everybody")
    assert (missed["outcome"], missed["plan"], missed["alert"]) == ("missed", ids[0], None)
    assert [each["id"] for each in found["upcoming"]] == ids[:1]
    _, alert = await service.get(f"/api/alerts/{raised['alert']}", "commander")
    assert (alert["status"], alert["number"]) == ("Exercise", raised["number"])
