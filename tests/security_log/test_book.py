"""Noted events are stored once, in one batch, and kept while the database fails."""

from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from alerting.errors import LedgerClosedError
from alerting.runtime import wall_clock
from alerting.security_log.book import SecurityBook
from alerting.security_log.rules import SecurityEvent, SecurityKind
from alerting.security_log.tables import security_events
from tests.support.running import Workplace

REFUSED = SecurityEvent(SecurityKind.ACCESS_REFUSED, "51", "grid", detail="403")
SIGNED_IN = SecurityEvent(SecurityKind.SIGNED_IN, "51", "grid")


def stored(work: Workplace) -> list[tuple[str, int]]:
    query = select(security_events.c["kind", "count"]).order_by(security_events.c.kind)
    rows: list[Any] = work.runtime.database.look(lambda db: list(db.execute(query)))
    return [(row[0], row[1]) for row in rows]


async def test_events_are_stored_once_and_logged_as_one_line(work: Workplace) -> None:
    book, now = SecurityBook(), wall_clock()
    for _ in range(3):
        book.note(REFUSED, now)
    book.note(SIGNED_IN, now)
    with capture_logs() as lines:
        for _ in range(2):
            await book.store(work.runtime.ledger)
    assert stored(work) == [("access_refused", 3), ("signed_in", 1)]
    who = {"event": "security", "division": "51", "officer": "grid"}
    assert lines == [
        who | {"log_level": "warning", "kind": "access_refused", "detail": "403", "count": 3},
        who | {"log_level": "info", "kind": "signed_in", "count": 1},
    ]


async def test_events_wait_while_the_ledger_cannot_store_them(work: Workplace) -> None:
    book, now = SecurityBook(), wall_clock()
    book.note(REFUSED, now)
    closed = work.runtime.ledger
    closed._closed = True
    with pytest.raises(LedgerClosedError):
        await book.store(closed)
    closed._closed = False
    book.note(REFUSED, now)
    await book.store(closed)
    assert stored(work) == [("access_refused", 2)]
