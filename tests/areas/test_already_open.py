"""Exercises are refused where an actual alert is open; actual alerts are never held back."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from alerting.approvals.propose import propose
from alerting.approvals.tables import approvals
from alerting.cap.alert import AlertRequest
from alerting.roll.tables import roll
from tests.support.city import FAR_TOWN, NEXT_VILLAGE, QIANFO, TOWN, household_code
from tests.support.gateway import Gateway
from tests.support.hazard_points import CODE, stored_point
from tests.support.running import Json, Running, request_for, running_service

ONE_HOUSEHOLD = {"size": "one_phone", "household": household_code(QIANFO, 3)}


@pytest.fixture
async def service(database_url: str, gateway: Gateway) -> AsyncIterator[Running]:
    """Yield a service that is not in a drill and so takes actual alerts."""
    async with running_service(database_url, gateway, clock=None) as service:
        yield service


@pytest.mark.parametrize(
    ("actual", "asked"),
    [
        (QIANFO, {"area": {"divisions": [QIANFO]}}),
        (QIANFO, {"area": {"divisions": [TOWN]}, "status": "Test"}),
        (TOWN, {"area": {"divisions": [QIANFO]}, "exercise": {"size": "officers"}}),
    ],
)
async def test_exercise_that_overlaps_an_actual_alert_is_refused(
    service: Running, actual: str, asked: Json
) -> None:
    open_one = await service.raised("commander", actual, status="Actual")
    for path in ("/api/alerts", "/api/alerts?again=true"):
        status, told = await service.post(path, "commander", request_for(**asked))
        assert (status, told["code"]) == (409, "already_open")
        assert told["reasons"] == [f"#{open_one['number']}"]


async def test_exercise_that_does_not_conflict_with_an_actual_alert_is_allowed(
    service: Running,
) -> None:
    actual = await service.raised("commander", QIANFO, status="Actual")
    await service.raised("commander", QIANFO, exercise=ONE_HOUSEHOLD)
    await service.raised("commander", NEXT_VILLAGE)
    await service.raised("far-commander", FAR_TOWN, exercise={"size": "officers"})
    path = f"/api/alerts/{actual['id']}/cancel"
    assert (await service.post(path, "commander", {"reason": "误发"}))[0] == 200
    await service.raised("commander", QIANFO)


async def test_open_exercise_does_not_hold_back_an_actual_alert(
    service: Running,
) -> None:
    for statement in stored_point():
        await service.change(statement)
    area = {"hazard_point": CODE}
    numbers = []
    for kind in ("Exercise", "Actual"):
        said = request_for(area=area, status=kind)
        code, raised = await service.post("/api/alerts", "commander", said)
        assert code == 201, raised
        numbers.append(f"#{raised['number']}")
    code, told = await service.post("/api/alerts", "informant", said)
    assert (code, sorted(told["reasons"])) == (409, sorted(numbers))


async def test_exercise_cannot_be_widened_into_an_actual_alerts_area(service: Running) -> None:
    exercise = await service.raised("informant", QIANFO, NEXT_VILLAGE)
    (approval,) = exercise["approvals"]
    actual = await service.raised("commander", NEXT_VILLAGE, status="Actual")
    told_of = (409, "already_open", [f"#{actual['number']}"])
    area = {"area": {"divisions": [NEXT_VILLAGE]}}
    for who, path, said in (
        ("commander", f"/api/alerts/{exercise['id']}/widen", area),
        ("informant", f"/api/alerts/{exercise['id']}/widen", area),
        ("commander", f"/api/approvals/{approval['id']}/approve", {}),
    ):
        status, told = await service.post(path, who, said)
        assert (status, told["code"], told["reasons"]) == told_of, path
    reached = select(roll.c.household).where(
        roll.c.alert == exercise["id"], roll.c.household.startswith(NEXT_VILLAGE)
    )
    assert service.rows(reached) == []
    status, _ = await service.post(f"/api/approvals/{approval['id']}/decline", "commander", {})
    assert status == 200


async def test_proposed_exercise_cannot_be_approved_during_an_actual_alert(
    service: Running,
) -> None:
    now = service.runtime.clock.now()
    request = AlertRequest.model_validate(request_for(QIANFO))
    proposal = await service.runtime.ledger.write(
        lambda tx: propose(tx, "cap:met", request, [QIANFO], now)
    )
    await service.raised("commander", QIANFO, status="Actual")
    (approval,) = service.rows(select(approvals.c.id).where(approvals.c.alert == proposal))
    path = f"/api/approvals/{approval.id}/approve"
    status, told = await service.post(path, "commander", {})
    assert (status, told["code"]) == (409, "already_open")


async def test_preview_names_the_alerts_that_hold_it_back(service: Running) -> None:
    for statement in stored_point():
        await service.change(statement)
    path, point = "/api/alerts/preview", {"hazard_point": CODE}
    actual = await service.raised("commander", area=point, status="Actual")
    for status, reason in (("Exercise", "actual"), ("Actual", "same_point")):
        _, seen = await service.post(path, "commander", request_for(area=point, status=status))
        assert seen["held_back"] == {"reason": reason, "numbers": [f"#{actual['number']}"]}
    _, seen = await service.post(path, "far-commander", request_for(FAR_TOWN))
    assert seen["held_back"] is None
