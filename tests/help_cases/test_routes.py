"""Route of help cases: it lists their owners, opening times and resolution rates."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from alerting.ledger.tables import alerts
from tests.support.city import (
    COUNTY,
    FAR_TOWN,
    NEXT_VILLAGE,
    QIANFO,
    TOWN,
    headcount,
    household_code,
)
from tests.support.running import Json, Running

LONG_AGO = timedelta(hours=1)
STEPS = {("village", 300.0), ("town", 600.0), ("county", None)}
"""Owner tiers of an open case, and the seconds after the call until it passes on."""


@pytest.fixture
async def alerted(service: Running) -> Running:
    """Raise an alert for the whole county."""
    await service.raised("county-duty", COUNTY)
    return service


async def found(
    service: Running, caller: str, number: int, report: str, at: datetime, village: str = QIANFO
) -> None:
    body = {
        "household": household_code(village, number),
        "report": report,
        "given_at": at.isoformat(),
    }
    assert (await service.post("/api/alerts/1/evidence", caller, body))[0] == 200


async def seen(service: Running, caller: str, **query: str) -> Any:
    status, body = await service.get("/api/alerts/1/help-cases", caller, **query)
    assert status == 200, body
    return body


def passes_after(case: Json) -> float | None:
    """Return the seconds from the case's opening until it passes on."""
    if case["passes_at"] is None:
        return None
    opened, passes = (datetime.fromisoformat(case[name]) for name in ("opened_at", "passes_at"))
    return (passes - opened).total_seconds()


async def test_open_case_has_owner_and_opening_time(alerted: Running) -> None:
    now = alerted.runtime.clock.now()
    await found(alerted, "informant", 5, "needs_help", now)
    (case,) = (await seen(alerted, "grid"))["cases"]
    assert (case["household"], case["division"]) == (household_code(QIANFO, 5), QIANFO)
    assert (case["address"], case["head"]) == ("5号", "住户0005")
    assert (case["headcount"], case["vulnerable"]) == (headcount(5), "elderly")
    assert (case["state"], case["resolved_at"], case["resolved_by"]) == ("open", None, None)
    assert datetime.fromisoformat(case["opened_at"]) == now
    assert (case["owner"]["tier"], passes_after(case)) in STEPS
    assert QIANFO.startswith(case["owner"]["division"])
    assert 0 <= case["seconds_open"] <= (alerted.runtime.clock.now() - now).total_seconds()


async def test_oldest_open_case_comes_first_and_belongs_to_the_county(alerted: Running) -> None:
    now = alerted.runtime.clock.now()
    await found(alerted, "informant", 3, "needs_help", now)
    await found(alerted, "informant", 4, "needs_help", now - LONG_AGO)
    first, second = (await seen(alerted, "grid"))["cases"]
    assert (first["owner"], first["passes_at"]) == ({"division": COUNTY, "tier": "county"}, None)
    assert first["seconds_open"] >= LONG_AGO.total_seconds() > second["seconds_open"]


async def test_resolved_case_names_its_resolver(alerted: Running) -> None:
    called = alerted.runtime.clock.now() - LONG_AGO
    await found(alerted, "informant", 3, "needs_help", called)
    await found(alerted, "grid", 3, "evacuated", called + timedelta(seconds=120))
    (case,) = (await seen(alerted, "grid"))["cases"]
    assert (case["state"], case["seconds_open"]) == ("resolved", 120)
    assert (case["resolved_by"], case["resolved_by_name"]) == ("grid", "officer grid")
    assert datetime.fromisoformat(case["resolved_at"]) == called + timedelta(seconds=120)
    assert case["owner"] == {"division": QIANFO, "tier": "village"}
    assert case["passes_at"] is None


async def test_later_text_from_the_household_leaves_the_case_open(
    alerted: Running,
) -> None:
    await alerted.text("+8610020800003", "2")
    await alerted.text("+8610020800003", "1")
    body = await seen(alerted, "grid")
    assert [case["state"] for case in body["cases"]] == ["open"]
    assert body["resolution"]["rate"] == 0


async def test_rates_are_given_for_the_division_and_its_parts(
    alerted: Running,
) -> None:
    called = alerted.runtime.clock.now() - LONG_AGO
    for number in (3, 4):
        await found(alerted, "grid", number, "needs_help", called)
    await found(alerted, "next-grid", 3, "needs_help", called, NEXT_VILLAGE)
    await found(alerted, "grid", 3, "evacuated", called + timedelta(seconds=60))
    body = await seen(alerted, "commander")
    resolution = body["resolution"]
    children = resolution.pop("children")
    assert resolution == {
        "division": TOWN,
        "name": "诺江镇",
        "tier": "town",
        "cases": 3,
        "resolved": 1,
        "rate": pytest.approx(1 / 3),
    }
    assert [(c["division"], c["name"], c["cases"], c["rate"]) for c in children] == [
        (QIANFO, "千佛村", 2, 0.5),
        (NEXT_VILLAGE, "邻村", 1, 0.0),
    ]
    narrowed = await seen(alerted, "commander", division=NEXT_VILLAGE)
    assert [case["division"] for case in narrowed["cases"]] == [NEXT_VILLAGE]
    assert (narrowed["resolution"]["cases"], narrowed["resolution"]["children"]) == (1, [])
    assert (await seen(alerted, "next-grid"))["resolution"] == narrowed["resolution"]


async def test_rate_without_cases_is_null(alerted: Running) -> None:
    body = await seen(alerted, "far-commander")
    _, alert = await alerted.get("/api/alerts/1", "far-commander")
    assert body == {
        "seq": alert["seq"],
        "cases": [],
        "resolution": {
            "division": FAR_TOWN,
            "name": "远镇",
            "tier": "town",
            "cases": 0,
            "resolved": 0,
            "rate": None,
            "children": [],
        },
    }


async def test_division_outside_the_callers_division_is_not_found(alerted: Running) -> None:
    path = "/api/alerts/1/help-cases"
    assert (await alerted.get(path, "grid", division=NEXT_VILLAGE))[0] == 404
    assert (await alerted.get(path, "grid", division="here"))[0] == 422
    assert (await alerted.get("/api/alerts/7/help-cases", "grid"))[0] == 404


async def test_case_of_an_ended_alert_has_no_next_owner(alerted: Running) -> None:
    await alerted.change(update(alerts).values(state="cancelled"))
    await found(alerted, "informant", 3, "needs_help", alerted.runtime.clock.now())
    (case,) = (await seen(alerted, "grid"))["cases"]
    assert (case["state"], case["owner"]["tier"], case["passes_at"]) == ("open", "village", None)
