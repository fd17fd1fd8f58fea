"""An alert's log, newest first and restricted to a division."""

from collections.abc import Sequence
from typing import Final

import pytest
from sqlalchemy import Engine

from alerting.board.log import log_before, names_of
from alerting.ledger.events.alerts import AlertRaised, RollCallEnded
from alerting.ledger.events.officers import OfficerCalled, TaskOpened
from alerting.ledger.events.payload import Payload
from alerting.ledger.events.sending import DeliveriesAttempted, ProviderDown
from alerting.ledger.writer import Transaction
from alerting.roll.enrol import enrol
from contacts.directory import households_in
from tests.support.alert_rows import stored_alert
from tests.support.city import (
    CITY,
    FAR_TOWN,
    NEXT_VILLAGE,
    NOW,
    POLICY,
    QIANFO,
    TOWN,
    found_city,
    household_code,
)
from tests.support.evidence import given

LOG: Final[Sequence[tuple[Payload, str]]] = (
    (AlertRaised(divisions=(QIANFO,)), ""),
    (DeliveriesAttempted(accepted=1), ""),
    (TaskOpened(officer="grid", cause="silent"), QIANFO),
    (given(people=4), QIANFO),
    (TaskOpened(officer="grid", cause="silent"), NEXT_VILLAGE),
    (OfficerCalled(deputy_of="grid"), TOWN),
    (ProviderDown(provider="twilio", since=NOW), ""),
)
"""Payload and division of each log entry, from sequence number 1."""


@pytest.fixture
def logged(engine: Engine) -> Engine:
    with engine.begin() as connection:
        found_city(connection)
        alert = stored_alert(connection)
        transaction = Transaction(connection, POLICY)
        for payload, division in LOG:
            transaction.append(alert, payload, NOW, division=division)
        transaction.flush()
    return engine


def read(engine: Engine, division: str, before: int | None = None, limit: int = 99) -> list[int]:
    with engine.begin() as connection:
        return [event.seq for event in log_before(connection, 1, division, before, limit)]


@pytest.mark.parametrize(
    ("division", "seqs"),
    [
        (QIANFO, [7, 6, 3, 1]),
        (NEXT_VILLAGE, [7, 6, 5, 1]),
        (TOWN, [7, 6, 5, 3, 1]),
        (CITY, [7, 6, 5, 3, 1]),
        (FAR_TOWN, [7, 1]),
    ],
)
def test_log_covers_the_division_and_those_above(
    logged: Engine, division: str, seqs: Sequence[int]
) -> None:
    assert read(logged, division) == seqs


@pytest.mark.parametrize(
    ("before", "limit", "seqs"), [(None, 2, [7, 6]), (6, 2, [5, 3]), (3, 2, [1]), (1, 2, [])]
)
def test_log_is_read_in_pages(
    logged: Engine, before: int | None, limit: int, seqs: Sequence[int]
) -> None:
    assert read(logged, TOWN, before, limit) == seqs


def test_log_covers_one_alert(logged: Engine) -> None:
    with logged.begin() as connection:
        other = stored_alert(connection, 28)
        assert log_before(connection, other, TOWN, None, 99) == []


def test_households_are_named_only_within_the_division(engine: Engine) -> None:
    with engine.begin() as connection:
        found_city(connection)
        stored_alert(connection)
        enrol(connection, 1, 1, households_in([TOWN]), POLICY.household, NOW)
        transaction = Transaction(connection, POLICY)
        for village in (QIANFO, NEXT_VILLAGE):
            home = household_code(village, 3)
            opened = TaskOpened(officer="grid", cause="silent")
            transaction.append(1, opened, NOW, subject=home)
        ended = RollCallEnded(number=1, answered=2, missed=0)
        transaction.append(1, ended, NOW, subject="nobody")
        transaction.flush()
        log = log_before(connection, 1, QIANFO, None, 99)
        mine, next_door = household_code(QIANFO, 3), household_code(NEXT_VILLAGE, 3)
        named = {mine: "住户0003 3号", "grid": "officer grid"}
        assert names_of(connection, 1, QIANFO, log) == named
        assert names_of(connection, 1, TOWN, log) == named | {next_door: "住户0003 3号"}
        assert names_of(connection, 1, TOWN, []) == {}
