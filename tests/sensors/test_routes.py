"""Sensors over HTTP: readings are received, sensors listed, and proposals decided."""

import json
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from alerting.access.machines import MachineKind, issue_machine_token, revoke_machine_tokens
from alerting.runtime import wall_clock
from alerting.sensors.tables import sensor_readings
from tests.support.city import QIANFO
from tests.support.gateway import Gateway
from tests.support.sensors import POLICY, Station, running_station

AT = "2026-08-29T19:05:00+08:00"
READING = {"value": 12.5, "unit": "mm/h", "at": AT, "status": "ok"}


async def test_response_has_the_level_and_a_verdict_for_each_reading(station: Station) -> None:
    assert await station.read(31, 12) == {"level": "normal", "verdicts": ["counted", "counted"]}
    assert (await station.read(55))["level"] == "red"


async def test_officers_around_the_place_see_the_sensor(station: Station) -> None:
    await station.read(31)
    for caller in ("city-duty", "commander", "grid", "informant"):
        gauge, crack = await station.seen(caller)
        assert (gauge["name"], gauge["level"], gauge["value"]) == ("gauge-1", "yellow", 31)
        assert (gauge["place"], gauge["silent"], gauge["clock_wrong"]) == (QIANFO, False, False)
        assert [note["news"] for note in gauge["notes"]] == ["yellow"]
        assert (crack["level"], crack["value"], crack["notes"]) == ("normal", None, [])
    for caller in ("far-commander", "next-grid"):
        assert await station.seen(caller) == []


async def test_officer_approves_the_proposal_of_a_sensor(station: Station) -> None:
    await station.read(55)
    (seen, _) = await station.seen("grid")
    assert (seen["alert"], seen["approval"], seen["may_decide"]) == (1, 1, False)
    (seen, _) = await station.seen()
    assert seen["may_decide"] is True
    service = station.service
    assert (await service.get("/api/alerts", "commander"))[1] == []
    status, decided = await service.post("/api/approvals/1/approve", "commander")
    assert (status, decided["reached"]["households"]) == (200, 10)
    (alert,) = (await service.get("/api/alerts", "commander"))[1]
    assert (alert["state"], alert["raised_by"], alert["event"]) == ("open", "commander", "暴雨")
    (seen, _) = await station.seen()
    assert (seen["alert"], seen["approval"]) == (1, None)


async def test_sensor_raises_an_alert_at_once_if_the_policy_says_so(station: Station) -> None:
    await station.read(9.5, name="crack-1", unit="mm")
    (alert,) = (await station.service.get("/api/alerts", "commander"))[1]
    assert (alert["state"], alert["raised_by"]) == ("open", "county-duty")


async def test_token_of_another_sensor_is_refused(station: Station) -> None:
    crack = station.tokens["crack-1"]
    assert (await station.post({"readings": []}, "gauge-1", crack))[0] == 401
    assert (await station.post({"readings": []}, "gauge-1", "wrong"))[0] == 401
    assert (await station.post({"readings": []}, "nobody", crack))[0] == 401
    assert (await station.post({"readings": []}, "gauge-1", "commander"))[0] == 401
    assert (await station.post({"readings": []}, "crack-1", crack))[0] == 200
    for path in ("/api/sensors", "/api/alerts", "/api/notes"):
        assert (await station.service.get(path, crack))[0] == 401


async def test_token_ends_when_revoked_or_expired(station: Station) -> None:
    ledger, now = station.service.runtime.ledger, wall_clock()
    past, second = now - timedelta(seconds=2), timedelta(seconds=1)
    expired = await ledger.write(
        lambda tx: issue_machine_token(tx.connection, MachineKind.SENSOR, "gauge-1", past, second)
    )
    assert (await station.post({"readings": []}, token=expired))[0] == 401
    await ledger.write(
        lambda tx: revoke_machine_tokens(tx.connection, MachineKind.SENSOR, "gauge-1", now)
    )
    assert (await station.post({"readings": [READING]}))[0] == 401
    assert station.service.rows(select(sensor_readings)) == []


async def test_sensor_removed_from_the_policy_is_refused(
    database_url: str, gateway: Gateway, tmp_path: Path
) -> None:
    changed = POLICY.replace('"gauge-1"', '"gauge-2"')
    async with running_station(database_url, gateway, tmp_path, changed) as station:
        token = await station.service.runtime.ledger.write(
            lambda tx: issue_machine_token(
                tx.connection, MachineKind.SENSOR, "gauge-1", wall_clock(), timedelta(days=1)
            )
        )
        assert (await station.post({"readings": []}, "gauge-1", token))[0] == 401


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "readings"),
        ({"readings": [READING] * 101}, "readings"),
        ({"readings": [READING | {"at": "2026-08-29T19:05:00"}]}, "at"),
        ({"readings": [READING, READING | {"at": "x" * 41}]}, "at"),
        ({"readings": [READING | {"at": None}]}, "at"),
        ({"readings": [READING | {"value": "many"}]}, "value"),
        ({"readings": [READING | {"unit": "a\0b"}]}, "NUL"),
        ({"readings": [READING | {"status": "x" * 41}]}, "status"),
        ({"readings": [READING | {"place": QIANFO}]}, "place"),
    ],
)
async def test_refusal_names_the_field(station: Station, body: object, field: str) -> None:
    status, answer = await station.post(body)
    assert status == 422
    assert field in json.dumps(answer)


@pytest.mark.parametrize(
    "at",
    [
        "1970-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "2106-02-07T06:28:15Z",
        "2026-02-30T12:00:00+08:00",
        "",
        "never",
        0,
    ],
)
async def test_impossible_time_counts_as_a_wrong_clock(station: Station, at: object) -> None:
    now = station.service.runtime.clock.now().isoformat()
    good = READING | {"at": now, "value": 55}
    status, taken = await station.post({"readings": [good, READING | {"at": at, "value": 56}]})
    assert (status, taken) == (200, {"level": "red", "verdicts": ["counted", "clock_wrong"]})
    (seen, _) = await station.seen()
    assert (seen["value"], seen["clock_wrong"]) == (56, True)
    assert {note["news"] for note in seen["notes"]} == {"red", "clock_wrong"}


async def test_readings_with_a_dead_clock_still_count(station: Station) -> None:
    dead = [READING | {"at": "1970-01-01T00:00:00Z", "value": value} for value in (55, 1, 55)]
    wrong = ["clock_wrong"] * 3
    for _ in range(2):
        status, taken = await station.post({"readings": dead})
        assert (status, taken) == (200, {"level": "red", "verdicts": wrong})


async def test_made_up_readings_never_break_the_service(station: Station) -> None:
    chance = random.Random(21)
    odd: list[Any] = [None, True, -1, 1e308, float("nan"), float("inf"), 10**400, "", "NaN", "\0"]
    odd += ["mm/h", "ok", AT, "2099-12-31T23:59:59-14:00", [], {}, "😀" * 9, "x" * 5_000]
    answers = set()
    for _ in range(150):
        readings = [
            {
                key: chance.choice([*odd, value, value, value, value])
                for key, value in READING.items()
            }
            for _ in range(chance.randrange(4))
        ]
        status, answer = await station.post({"readings": readings})
        assert status in {200, 422}, answer
        if status == 200:
            assert len(answer["verdicts"]) == len(readings)
        answers.add(status)
    assert answers == {200, 422}
    assert (await station.seen())[0]["name"] == "gauge-1"
