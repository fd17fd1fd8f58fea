"""Alerts where another one is open: an exercise is refused beside an actual alert, never the
reverse."""

from collections.abc import AsyncIterator

import pytest

from tests.support.city import FAR_TOWN, NEXT_VILLAGE, QIANFO, TOWN, household_code
from tests.support.gateway import Gateway
from tests.support.hazard_points import CODE, stored_point
from tests.support.running import Json, Running, request_for, running_service

ONE_HOUSEHOLD = {"size": "one_phone", "household": household_code(QIANFO, 3)}


@pytest.fixture
async def service(database_url: str, gateway: Gateway) -> AsyncIterator[Running]:
    """A service whose clock is no drill's: it takes actual alerts."""
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
async def test_exercise_over_an_actual_alert_is_refused_whatever_is_said(
    service: Running, actual: str, asked: Json
) -> None:
    open_one = await service.raised("commander", actual, status="Actual")
    for path in ("/api/alerts", "/api/alerts?again=true"):
        status, told = await service.post(path, "commander", request_for() | asked)
        assert (status, told["code"]) == (409, "already_open")
        assert told["reasons"] == [f"#{open_one['number']}"]


async def test_exercise_of_one_phone_or_elsewhere_or_afterwards_is_held(service: Running) -> None:
    actual = await service.raised("commander", QIANFO, status="Actual")
    await service.raised("commander", QIANFO, exercise=ONE_HOUSEHOLD)
    await service.raised("commander", NEXT_VILLAGE)
    await service.raised("far-commander", FAR_TOWN, exercise={"size": "officers"})
    path = f"/api/alerts/{actual['id']}/cancel"
    assert (await service.post(path, "commander", {"reason": "误发"}))[0] == 200
    await service.raised("commander", QIANFO)


async def test_exercise_holds_back_no_actual_alert_and_is_named_beside_it(
    service: Running,
) -> None:
    for statement in stored_point():
        await service.change(statement)
    said = request_for() | {"area": {"hazard_point": CODE}}
    numbers = []
    for status in ("Exercise", "Actual"):
        code, raised = await service.post("/api/alerts", "commander", said | {"status": status})
        assert code == 201, raised
        numbers.append(f"#{raised['number']}")
    code, told = await service.post("/api/alerts", "informant", said | {"status": "Actual"})
    assert (code, sorted(told["reasons"])) == (409, sorted(numbers))
