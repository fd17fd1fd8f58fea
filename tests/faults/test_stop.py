"""Tests that a service stops within its time limit at any moment and loses no accepted request."""

import statistics
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
from sqlalchemy import Engine

from alerting.database.engine import Database
from alerting.runtime import wall_clock
from alerting.stopping import STOP_SECONDS
from contacts.sign_in.credentials import issue_token
from tests.cli.test_serve import free_port
from tests.faults.busy_service import BusyService
from tests.faults.service_process import start_service
from tests.support.city import found_city
from tests.support.gateway import Gateway, running_gateway

_POLICY: Final = "[sending]\nlease = 3\nanswer_within = 2\n[provider]\ncallback = 1\n"
_RESTARTED: Final = 1012
_SEED: Final = 13


@pytest.fixture
def slow_gateway() -> Iterator[Gateway]:
    """Yield a gateway whose late answers keep texts in flight at the stop."""
    with running_gateway("--answer-delay", "0.1") as gateway:
        yield gateway


@pytest.fixture
def busy(
    engine: Engine, database_url: str, slow_gateway: Gateway, tmp_path: Path
) -> Iterator[BusyService]:
    """Yield a service with the tests' city, not yet started."""
    with engine.begin() as connection:
        found_city(connection)
        now = wall_clock()
        tokens = {
            officer: issue_token(connection, officer, now, timedelta(hours=2))
            for officer in ("informant", "commander")
        }
    port = free_port()
    settings = {
        "DATABASE_URL": database_url,
        "TWILIO_FROM": slow_gateway.sender(),
        "TWILIO_BASE_URL": slow_gateway.url,
    }
    start = partial(start_service, tmp_path, port, _POLICY, **settings)
    database = Database(database_url)
    busy = BusyService(start, port, database, tokens, Random(_SEED))
    yield busy
    busy.end()
    database.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("stops", [4, pytest.param(500, marks=pytest.mark.long)])
async def test_stop_at_any_moment_loses_no_accepted_request(
    busy: BusyService, stops: int, record_property: Any
) -> None:
    for _ in range(stops):
        await busy.cycle()
    audit = await busy.heal()
    record_property("longest stop, in seconds", round(max(busy.seconds), 2))
    record_property("median stop, in seconds", round(statistics.median(busy.seconds), 2))
    record_property("codes that closed boards", dict(busy.closed))
    assert busy.statuses == {0: stops + 1}
    assert max(busy.seconds) < STOP_SECONDS
    assert busy.closed.keys() == {_RESTARTED}
    assert len(busy.raised) == stops
    assert busy.lost() == (set(), set())
    assert audit.alerts == stops
    assert audit.differences == ()
