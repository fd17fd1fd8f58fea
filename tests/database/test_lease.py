"""Leases: one process at a time holds a lease, and each takeover gets a new fencing token."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from alerting.database.engine import writer_engine
from alerting.database.lease import LEASE, hold
from alerting.database.tables import leases
from alerting.runtime import wall_clock

pytestmark = pytest.mark.both_databases

NOW = wall_clock()
CLOCK, ONE, OTHER = "clock", "one:1", "other:2"


def ask(engine: Engine, holder: str, fence: int | None, seconds: float) -> int | None:
    """Ask for the lease in a new transaction, `seconds` after the start; return the token."""
    with engine.begin() as connection:
        return hold(connection, CLOCK, holder, fence, NOW + timedelta(seconds=seconds))


def written(engine: Engine) -> tuple[str, int, float]:
    """Return the stored holder, fencing token, and expiry in seconds after the start."""
    with engine.begin() as connection:
        row = connection.execute(select(leases)).one()
    return row.holder, row.fence, round((row.until - NOW).total_seconds(), 3)


def test_first_holder_renews_while_the_other_stands_by(engine: Engine) -> None:
    assert ask(engine, ONE, None, 0) == 1
    assert ask(engine, OTHER, None, 1) is None
    assert ask(engine, ONE, 1, 3) == 1
    assert ask(engine, OTHER, None, 7) is None
    assert written(engine) == (ONE, 1, 8)


def test_early_renewal_writes_nothing(engine: Engine) -> None:
    ask(engine, ONE, None, 0)
    ask(engine, ONE, 1, 1)
    assert written(engine) == (ONE, 1, 5)
    ask(engine, ONE, 1, 1.1)
    assert written(engine) == (ONE, 1, 6.1)


def test_expired_lease_is_taken_over_under_a_higher_token(engine: Engine) -> None:
    ask(engine, ONE, None, 0)
    assert ask(engine, OTHER, None, 4.9) is None
    assert ask(engine, OTHER, None, 5) == 2
    assert ask(engine, ONE, 1, 5) is None
    assert ask(engine, ONE, None, 10) == 3
    assert ask(engine, OTHER, 2, 10) is None


def test_holder_renews_an_expired_lease_that_nobody_took(engine: Engine) -> None:
    ask(engine, ONE, None, 0)
    assert ask(engine, ONE, 1, 60) == 1
    assert written(engine) == (ONE, 1, 65)


def test_restarted_holder_without_its_token_is_refused(engine: Engine) -> None:
    ask(engine, ONE, None, 0)
    assert ask(engine, ONE, None, 1) is None


def test_rolled_back_takeover_has_no_effect(engine: Engine) -> None:
    ask(engine, ONE, None, 0)
    with engine.connect() as connection:
        assert hold(connection, CLOCK, OTHER, None, NOW + LEASE) == 2
        connection.rollback()
    assert ask(engine, ONE, 1, 5) == 1


def test_lease_is_not_taken_over_during_its_renewal(database_url: str) -> None:
    ours, theirs = writer_engine(database_url), writer_engine(database_url)
    ask(ours, ONE, None, 0)
    found: list[int | None] = []
    late = threading.Thread(target=lambda: found.append(ask(theirs, OTHER, None, 9)))
    with ours.begin() as connection:
        assert hold(connection, CLOCK, ONE, 1, NOW + timedelta(seconds=8)) == 1
        late.start()
        # On PostgreSQL the other caller is refused at once; on SQLite it waits for the commit.
        late.join(0.5)
    late.join()
    assert found == [None]
    ours.dispose()
    theirs.dispose()
