"""Refused requests become security events with route, status and caller, but without the path."""

from typing import Any

import pytest
from sqlalchemy import func, select

from alerting.security_log.tables import security_events
from tests.support.city import QIANFO
from tests.support.running import Running

WHAT = security_events.c["kind", "officer", "division", "sender", "route", "detail"]
NOTED = (
    select(*WHAT, func.sum(security_events.c["count"]))
    .where(security_events.c.kind != "policy_changed")
    .group_by(*WHAT)
)
HERE = "127.0.0.1"


async def noted(service: Running, rows: int) -> list[tuple[Any, ...]]:
    found = await service.until(NOTED, lambda found: sum(row[-1] for row in found) >= rows)
    return sorted(tuple(row) for row in found)


async def test_refused_accesses_are_noted_and_equal_ones_are_counted(service: Running) -> None:
    for _ in range(3):
        await service.get("/api/me", "invented")
    await service.get("/metrics", "grid")
    await service.get("/api/alerts/77", "grid")
    await service.form("/twilio/sms", {"Body": "1"}, "invented")
    grid = ("grid", QIANFO, HERE)
    assert await noted(service, 6) == [
        ("access_refused", "", "", HERE, "GET /api/me", "401", 3),
        ("access_refused", *grid, "GET /api/alerts/{alert_id}", "404", 1),
        ("access_refused", *grid, "GET /metrics", "403", 1),
        ("bad_signature", "", "", HERE, "POST /twilio/sms", "403", 1),
    ]


async def test_exceeded_request_limits_are_noted_without_the_path(service: Running) -> None:
    secret = "secret" * 2_000
    status, _ = await service.get(f"/h/{secret}")
    assert status == 414
    rows = await noted(service, 1)
    assert rows == [("limit_reached", "", "", HERE, "", "414", 1)]


@pytest.mark.parametrize("path", ["/healthz", "/api/alerts/77"])
async def test_successful_and_unknown_requests_are_not_noted(service: Running, path: str) -> None:
    await service.get(path)
    await service.get("/api/me", "invented")
    rows = await noted(service, 1)
    assert {row[4] for row in rows} <= {"GET /api/me", "GET /api/alerts/{alert_id}"}
