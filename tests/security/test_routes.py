"""Administrators read the security log of their divisions, page by page; nobody else does."""

from datetime import UTC, datetime, timedelta

import pytest

from alerting.security.schemas import MOST_LISTED
from alerting.security_log.rules import SecurityEvent, SecurityKind
from alerting.security_log.store import store
from tests.support.city import QIANFO
from tests.support.running import Running

AT = datetime(2026, 8, 29, 5, 10, tzinfo=UTC)
PATH = "/api/security-events"
SIGNED_IN = SecurityEvent(SecurityKind.SIGNED_IN, QIANFO, "grid", "192.0.2.1", detail="phone")


async def given(service: Running, rows: int) -> None:
    events = {(AT + timedelta(minutes=number), SIGNED_IN): number + 1 for number in range(rows)}
    await service.runtime.ledger.write(lambda tx: store(tx.connection, events))


@pytest.mark.parametrize(
    "caller", ["commander", "city-duty", "county-duty", "grid", "informant", "invented"]
)
async def test_only_administrators_read_the_security_log(service: Running, caller: str) -> None:
    status, _ = await service.get(PATH, caller)
    assert status == (401 if caller == "invented" else 403)


async def test_events_are_listed_newest_first(service: Running) -> None:
    await given(service, 2)
    status, body = await service.get(PATH, "administrator", officer="grid")
    assert status == 200
    assert body["next_offset"] is None
    assert [(each["minute"], each["count"]) for each in body["events"]] == [
        ("2026-08-29T05:11:00Z", 2),
        ("2026-08-29T05:10:00Z", 1),
    ]
    assert body["events"][0] == {
        "minute": "2026-08-29T05:11:00Z",
        "kind": "signed_in",
        "division": QIANFO,
        "officer": "grid",
        "sender": "192.0.2.1",
        "route": "",
        "detail": "phone",
        "count": 2,
    }


async def test_pages_follow_each_other(service: Running) -> None:
    await given(service, MOST_LISTED + 1)
    _, first = await service.get(PATH, "administrator", kind="signed_in")
    assert (len(first["events"]), first["next_offset"]) == (MOST_LISTED, MOST_LISTED)
    rest = str(first["next_offset"])
    _, second = await service.get(PATH, "administrator", kind="signed_in", offset=rest)
    assert [each["count"] for each in second["events"]] == [1]
    assert second["next_offset"] is None


async def test_events_are_filtered_by_time_and_kind(service: Running) -> None:
    await given(service, 5)
    since, until = AT + timedelta(minutes=1), AT + timedelta(minutes=3)
    within = {"since": since.isoformat(), "until": until.isoformat()}
    _, body = await service.get(PATH, "administrator", **within)
    assert [each["count"] for each in body["events"]] == [3, 2]
    _, none = await service.get(PATH, "administrator", kind="exported", **within)
    assert none["events"] == []
