"""Rows of the security log are added up, filtered, listed and deleted."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from alerting.security_log.rules import SecurityEvent, SecurityKind
from alerting.security_log.store import (
    Wanted,
    forget,
    last_policy,
    next_minute,
    note,
    seen_by,
    store,
)
from tests.support.city import CITY, COUNTY, FAR_TOWN, QIANFO, TOWN

AT = datetime(2026, 8, 29, 5, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
OF_TOWN = SecurityEvent(SecurityKind.SIGNED_IN, TOWN, "commander")
OF_VILLAGE = SecurityEvent(SecurityKind.ACCESS_REFUSED, QIANFO, "grid", detail="403")
OF_FAR = SecurityEvent(SecurityKind.SIGNED_IN, FAR_TOWN, "far-commander")
OF_ALL = SecurityEvent(SecurityKind.BAD_SIGNATURE, sender="192.0.2.1")


def policy(detail: str) -> SecurityEvent:
    return SecurityEvent(SecurityKind.POLICY_CHANGED, detail=detail)


def test_counts_of_equal_rows_are_added(engine: Engine) -> None:
    for _ in range(2):
        with engine.begin() as connection:
            store(connection, {(AT, OF_TOWN): 3, (AT + MINUTE, OF_TOWN): 1})
    with engine.begin() as connection:
        rows = seen_by(connection, CITY, Wanted(), 0, 10)
    assert [(row.minute, row.event, row.count) for row in rows] == [
        (AT + MINUTE, OF_TOWN, 2),
        (AT, OF_TOWN, 6),
    ]


def test_events_of_other_divisions_are_left_out_but_not_those_of_the_service(
    engine: Engine,
) -> None:
    events = (OF_TOWN, OF_VILLAGE, OF_FAR, OF_ALL)
    with engine.begin() as connection:
        store(connection, {(AT, each): 1 for each in events})
        seen = {
            home: {row.event for row in seen_by(connection, home, Wanted(), 0, 10)}
            for home in (COUNTY, TOWN, QIANFO)
        }
    assert seen == {
        COUNTY: {*events},
        TOWN: {OF_TOWN, OF_VILLAGE, OF_ALL},
        QIANFO: {OF_VILLAGE, OF_ALL},
    }


def test_filters_and_pages(engine: Engine) -> None:
    with engine.begin() as connection:
        store(connection, {(AT + number * MINUTE, OF_TOWN): 1 for number in range(5)})
        store(connection, {(AT, OF_VILLAGE): 1})

        def minutes(wanted: Wanted, offset: int = 0, limit: int = 10) -> list[int]:
            rows = seen_by(connection, CITY, wanted, offset, limit)
            return [(row.minute - AT) // MINUTE for row in rows]

        assert minutes(Wanted(kinds=[SecurityKind.ACCESS_REFUSED])) == [0]
        assert minutes(Wanted(officer="commander"), 1, 2) == [3, 2]
        within = Wanted(since=AT + MINUTE, until=AT + 3 * MINUTE)
        assert minutes(within) == [2, 1]


def test_next_minute_is_the_first_with_events_of_these_kinds(engine: Engine) -> None:
    with engine.begin() as connection:
        store(connection, {(AT, OF_TOWN): 1, (AT + MINUTE, OF_ALL): 1, (AT + MINUTE, OF_FAR): 1})
        kinds = [OF_ALL.kind]
        (row,) = next_minute(connection, kinds, AT - MINUTE, AT + 2 * MINUTE)
        assert row.event == OF_ALL
        assert next_minute(connection, kinds, AT - MINUTE, AT + MINUTE) == []
        assert next_minute(connection, kinds, AT + MINUTE, AT + 9 * MINUTE) == []


def test_last_policy_is_the_newest(engine: Engine) -> None:
    with engine.begin() as connection:
        assert last_policy(connection) is None
        note(connection, policy("first"), AT)
        note(connection, policy("second"), AT + MINUTE)
        assert last_policy(connection) == "second"


def test_old_minutes_are_forgotten_in_batches(engine: Engine) -> None:
    with engine.begin() as connection:
        store(connection, {(AT + number * MINUTE, OF_TOWN): 1 for number in range(5)})
        store(connection, {(AT, OF_ALL): 1})
        before = AT + 3 * MINUTE
        assert [forget(connection, before, 2) for _ in range(3)] == [2, 1, 0]
        left = seen_by(connection, CITY, Wanted(), 0, 10)
    assert [row.minute for row in left] == [AT + 4 * MINUTE, AT + 3 * MINUTE]
