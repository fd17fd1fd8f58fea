"""Alerts over HTTP: status codes, bodies, scopes and idempotency keys."""

import asyncio
import itertools
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from alerting.deliveries.tables import deliveries
from alerting.ledger.tables import alerts
from alerting.roll.rules.standing import Standing
from tests.support.city import (
    CITY,
    COUNTY,
    FAR_TOWN,
    NEXT_VILLAGE,
    QIANFO,
    TOWN,
    headcount,
    household_code,
)
from tests.support.door_reports import all_out, found
from tests.support.running import Json, Running, request_for

PEOPLE = sum(headcount(n) for n in range(1, 11))


async def test_raise_returns_counts_of_the_audience(service: Running) -> None:
    status, body = await service.post("/api/alerts", "informant", request_for(QIANFO))
    assert status == 201
    assert body["state"] == "open"
    assert (body["status"], body["colour"], body["severity"]) == ("Exercise", "red", "Extreme")
    assert body["identifier"].startswith(QIANFO)
    assert 10 <= body["number"] <= 99
    reached = body["reached"]
    assert (reached["households"], reached["people"], reached["texts"]) == (10, PEOPLE, 14)
    assert reached["predicted_finish"] >= body["sent"]


async def test_preview_matches_the_raised_alert(service: Running) -> None:
    request = request_for(TOWN)
    status, body = await service.post("/api/alerts/preview", "commander", request)
    assert status == 200
    assert (body["households"], body["people"]) == (20, 2 * PEOPLE)
    assert (body["vulnerable_households"], body["households_without_phone"]) == (4, 2)
    assert body["languages"] == {"zh": 22, "en": 2}
    assert [each["language"] for each in body["variants"]] == ["zh", "en"]
    assert {each["code"] for each in body["warnings"]} >= {"no_issuer"}
    assert body["currency"] == "CNY"
    assert body["finishes_late"] is False
    assert service.rows(select(func.count()).select_from(alerts)) == [(0,)]
    status, raised = await service.post("/api/alerts", "commander", request)
    assert raised["reached"]["segments"] == body["segments"]


REFUSED_ALERTS: list[tuple[str, Json, int, str]] = [
    ("informant", {"area": {"divisions": [NEXT_VILLAGE]}}, 422, "area"),
    ("informant", {"area": {}}, 422, "area"),
    ("informant", {"area": {"divisions": ["51192110020"]}}, 422, "divisions"),
    ("city-duty", {"area": {"divisions": ["511999"]}}, 422, "area.divisions"),
    ("city-duty", {"area": {"polygon": [[1, 2], [3, 4]]}}, 422, "polygon"),
    ("informant", {"expires": "2020-01-01T00:00:00Z"}, 422, "expires"),
    ("informant", {"expires": "2030-01-01T00:00:00"}, 422, "expires"),
    ("informant", {"status": "Actual", "exercise": None}, 422, "status"),
    ("informant", {"event": ""}, 422, "event"),
    ("informant", {"colour": "purple"}, 422, "colour"),
    ("informant", {"siren": True}, 422, "siren"),
    ("administrator", {}, 403, "administrator"),
]


async def test_invalid_alert_is_refused_by_field(
    service: Running, subtests: pytest.Subtests
) -> None:
    for caller, changes, status, said in REFUSED_ALERTS:
        with subtests.test(str(changes), caller=caller):
            got, body = await service.post("/api/alerts", caller, request_for(QIANFO, **changes))
            assert got == status
            assert said in body["detail"]
    assert service.rows(select(func.count()).select_from(alerts)) == [(0,)]


async def test_repeated_key_returns_one_alert(service: Running) -> None:
    request, key = request_for(QIANFO), {"Idempotency-Key": "key-of-the-phone"}
    answers = await asyncio.gather(
        *(service.post("/api/alerts", "informant", request, **key) for _ in range(6))
    )
    assert sorted(status for status, _ in answers) == [200] * 5 + [201]
    assert {body["id"] for _, body in answers} == {1}
    assert sum(body["reached"] is not None for _, body in answers) == 1
    status, body = await service.post("/api/alerts", "informant", request_for(QIANFO), **key)
    assert (status, "Idempotency-Key" in body["detail"]) == (409, True)
    short = {"Idempotency-Key": "key"}
    assert (await service.post("/api/alerts", "informant", request, **short))[0] == 422


async def test_own_alerts_are_listed_newest_first(service: Running) -> None:
    await service.raised("informant", QIANFO)
    await service.raised("far-commander", FAR_TOWN)
    await service.raised("county-duty", COUNTY)
    for caller, ids in [
        ("city-duty", [3, 2, 1]),
        ("commander", [3, 1]),
        ("far-commander", [3, 2]),
        ("next-grid", [3]),
    ]:
        status, listed = await service.get("/api/alerts", caller)
        assert (status, [alert["id"] for alert in listed]) == (200, ids)


async def test_alert_outside_the_callers_division_is_not_found(
    service: Running, subtests: pytest.Subtests
) -> None:
    await service.raised("informant", QIANFO)
    for alert, path in itertools.product([1, 7, 2**31 - 1], ["", "/tally", "/households"]):
        with subtests.test(path, alert=alert):
            status, body = await service.get(f"/api/alerts/{alert}{path}", "far-commander")
            assert (status, f"no alert {alert}" in body["detail"]) == (404, True)
    for wrong in ("0", "-1", str(2**31), str(10**30), "one"):
        with subtests.test(wrong):
            assert (await service.get(f"/api/alerts/{wrong}", "city-duty"))[0] in {404, 422}


async def test_alert_is_counted_within_the_callers_division(service: Running) -> None:
    await service.raised("county-duty", COUNTY)
    await all_out(service, range(1, 11))
    for caller, people, obstacles in [
        ("county-duty", 2 * PEOPLE, [{"reason": "people_unaccounted", "number": PEOPLE}]),
        ("grid", PEOPLE, []),
        ("next-grid", PEOPLE, [{"reason": "people_unaccounted", "number": PEOPLE}]),
    ]:
        status, body = await service.get("/api/alerts/1", caller)
        assert status == 200
        assert body["counts"]["people_total"] == people
        assert body["not_clear"] == obstacles
    assert body["counts"]["people"]["unaccounted"] == PEOPLE
    status, body = await service.get("/api/alerts/1", "grid")
    assert body["counts"]["people_verified"] == PEOPLE


async def test_tally_lists_a_division_and_its_parts(service: Running) -> None:
    await service.raised("county-duty", COUNTY)
    await all_out(service, (1, 2))
    status, body = await service.get("/api/alerts/1/tally", "city-duty", division=TOWN)
    assert (status, body["division"], body["name"], body["tier"]) == (200, TOWN, "诺江镇", "town")
    assert body["households_total"] == 20
    assert {child["division"]: child["households"]["evacuated"] for child in body["children"]} == {
        QIANFO: 2,
        NEXT_VILLAGE: 0,
    }
    for standing in Standing:
        total = body["households"][standing]
        assert total == sum(child["households"][standing] for child in body["children"])
    status, body = await service.get("/api/alerts/1/tally", "city-duty")
    assert [child["division"] for child in body["children"]] == [COUNTY]
    status, body = await service.get("/api/alerts/1/tally", "grid")
    assert (body["division"], body["children"]) == (QIANFO, [])


async def test_tally_of_a_division_outside_the_callers_is_not_found(
    service: Running, subtests: pytest.Subtests
) -> None:
    await service.raised("county-duty", COUNTY)
    expected = {QIANFO: 200, NEXT_VILLAGE: 404, TOWN: 404, "x": 422}
    for (division, status), path in itertools.product(expected.items(), ("tally", "households")):
        with subtests.test(path, division=division):
            got, _ = await service.get(f"/api/alerts/1/{path}", "grid", division=division)
            assert got == status


async def test_close_is_refused_until_every_obstacle_is_gone(service: Running) -> None:
    await service.raised("informant", QIANFO)
    await found(service, "grid", 1, "needs_help")
    status, body = await service.post("/api/alerts/1/close", "commander")
    assert status == 409
    assert body["reasons"] == [
        f"{PEOPLE - headcount(1)} people are unaccounted",
        "1 calls for help are open",
    ]
    assert (await service.post("/api/alerts/1/close", "grid"))[0] == 403
    assert (await service.post("/api/alerts/1/close", "far-commander"))[0] == 404
    await all_out(service, range(1, 11))
    assert await service.post("/api/alerts/1/close", "commander") == (200, {"state": "closed"})
    status, body = await service.post("/api/alerts/1/close", "commander")
    assert (status, "closed" in body["detail"]) == (409, True)


async def test_widen_returns_counts_of_the_added_area(service: Running) -> None:
    await service.raised("informant", QIANFO)
    wider = {"area": {"divisions": [COUNTY]}}
    status, body = await service.post("/api/alerts/1/widen", "county-duty", wider)
    assert (status, body["reached"]["households"], body["reached"]["people"]) == (200, 10, PEOPLE)
    assert body["divisions"] == [COUNTY, QIANFO]
    for caller, asked, expected in [
        ("commander", {"area": {"divisions": [CITY]}}, 422),
        ("administrator", wider, 403),
        ("far-commander", {"area": {}}, 422),
        ("county-duty", wider | {"why": "rain"}, 422),
    ]:
        assert (await service.post("/api/alerts/1/widen", caller, asked))[0] == expected
    told = select(func.count()).where(deliveries.c.recipient == household_code(QIANFO, 1))
    assert service.rows(told) == [(1,)]


async def test_called_officers_may_confirm(service: Running) -> None:
    await service.raised("informant", QIANFO)
    again = ("informant", 204)
    for caller, status in [again, ("commander", 204), ("commander", 204), ("far-commander", 404)]:
        assert (await service.post("/api/alerts/1/confirm", caller))[0] == status
    _, body = await service.get("/api/alerts/1", "city-duty")
    # Two officers count: the commander, and the informant, who confirmed by raising the alert.
    assert body["officers_confirmed"] == 2


async def test_times_come_from_the_alert_clock_with_a_zone(service: Running) -> None:
    body = await service.raised("informant", QIANFO)
    validity = service.runtime.policy.alert.validity
    assert body["sent"].endswith("Z")
    row = service.rows(select(alerts.c.sent, alerts.c.expires))[0]
    assert row.expires - row.sent == validity
    assert abs(service.runtime.clock.now() - row.sent) < timedelta(hours=1)


async def test_alert_shows_its_instruction_and_location(service: Running) -> None:
    corners = [[31.9, 107.1], [31.9, 107.3], [31.905, 107.3], [31.905, 107.1]]
    drawn = {"area": {"polygon": corners}, "hazard_location": [31.9, 107.2]}
    await service.raised("commander", QIANFO)
    await service.raised("commander", **drawn)
    _, plain = await service.get("/api/alerts/1", "commander")
    assert (plain["hazard_location"], plain["geometry"], plain["circles"]) == (None, None, [])
    assert (plain["assembly_point"], plain["instruction"]) == ("村小学", "立即撤离")
    _, placed = await service.get("/api/alerts/2", "commander")
    assert placed["hazard_location"] == [31.9, 107.2]
    ring = [[longitude, latitude] for latitude, longitude in [*corners, corners[0]]]
    assert placed["geometry"] == {"type": "Polygon", "coordinates": [ring]}
