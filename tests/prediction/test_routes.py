"""The prediction over HTTP."""

from datetime import datetime
from typing import Any

from sqlalchemy import update

from alerting.doors.tables import tasks
from tests.support.city import (
    NEXT_VILLAGE,
    QIANFO,
    TOWN,
    household_code,
    household_phone,
)
from tests.support.running import Running

HOMES = 10


async def prediction(service: Running, caller: str = "commander", **query: str) -> Any:
    status, body = await service.get("/api/alerts/1/prediction", caller, **query)
    assert status == 200, body
    return body


async def test_open_alert_has_a_range_and_a_log_position(service: Running) -> None:
    await service.raised("commander", QIANFO)
    seq = (await service.get("/api/alerts/1", "commander"))[1]["seq"]
    found = await prediction(service)
    assert found["kind"] == "range"
    assert found["seq"] == seq
    at, early, late = (datetime.fromisoformat(found[key]) for key in ("at", "earliest", "latest"))
    assert at < early < late


async def test_reached_zero_has_its_time(service: Running) -> None:
    await service.raised("commander", QIANFO)
    for number in range(1, HOMES + 1):
        home = {"household": household_code(QIANFO, number), "report": "evacuated"}
        status, answer = await service.post("/api/alerts/1/evidence", "grid", home)
        assert status < 300, answer
    found = await prediction(service)
    assert found["kind"] == "reached"
    assert datetime.fromisoformat(found["reached"]) <= datetime.fromisoformat(found["at"])


async def test_prediction_is_withheld_while_nobody_was_sent_to_a_call_for_help(
    service: Running,
) -> None:
    await service.raised("commander", QIANFO)
    await service.text(household_phone(QIANFO, 5), "2")
    await service.change(update(tasks).values(state="dropped"))
    found = await prediction(service)
    assert (found["kind"], found["reason"], found["number"]) == ("withheld", "help_open", 1)
    assert found["earliest"] is None


async def test_prediction_of_a_division_counts_only_that_division(service: Running) -> None:
    await service.raised("commander", TOWN)
    await service.text(household_phone(QIANFO, 5), "2")
    await service.change(update(tasks).values(state="dropped"))
    assert (await prediction(service, division=QIANFO))["kind"] == "withheld"
    assert (await prediction(service, division=NEXT_VILLAGE))["kind"] == "range"


async def test_cancelled_alert_has_no_prediction(service: Running) -> None:
    await service.raised("commander", QIANFO)
    assert (await prediction(service))["kind"] == "range"
    status, answer = await service.post("/api/alerts/1/cancel", "commander", {"reason": "false"})
    assert status < 300, answer
    assert (await prediction(service))["reason"] == "over"


async def test_alert_elsewhere_is_not_predicted(service: Running) -> None:
    await service.raised("commander", QIANFO)
    assert (await service.get("/api/alerts/1/prediction", "next-grid"))[0] == 404
    far = {"division": NEXT_VILLAGE}
    assert (await service.get("/api/alerts/1/prediction", "grid", **far))[0] == 404
