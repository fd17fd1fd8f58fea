"""One holder at a time, each under a token of its own, on both databases."""

import threading
from datetime import timedelta

from sqlalchemy import Engine, select

from alerting.database.engine import writer_engine
from alerting.database.lease import LEASE, hold
from alerting.database.tables import leases
from alerting.runtime import wall_clock

NOW = wall_clock()
CLOCK, ONE, OTHER = "clock", "one:1", "other:2"


def ask(engine: Engine, holder: str, fence: int | None, seconds: float) -> int | None:
    """Ask for the clock in a transaction of its own, so many seconds after the first."""
    with engine.begin() as connection:
        return hold(connection, CLOCK, holder, fence, NOW + timedelta(seconds=seconds))


def written(engine: Engine) -> tuple[str, int, float]:
    """Who holds it by the table, under which token, and for how many seconds from the first."""
    with engine.begin() as connection:
        row = connection.execute(select(leases)).one()
    return row.holder, row.fence, round((row.until - NOW).total_seconds(), 3)


def test_the_first_has_it_and_keeps_it_the_other_stands_by(engine: Engine) -> None:
    assert ask(engine, ONE, None, 0) == 1
    assert ask(engine, OTHER, None, 1) is None
    assert ask(engine, ONE, 1, 3) == 1
    assert ask(engine, OTHER, None, 7) is None
    assert written(engine) == (ONE, 1, 8)


def test_who_holds_it_long_enough_need_not_write(engine: Engine) -> None:
    ask(engine, ONE, None, 0)
    ask(engine, ONE, 1, 1)
    assert written(engine) == (ONE, 1, 5)
    ask(engine, ONE, 1, 1.1)
    assert written(engine) == (ONE, 1, 6.1)


def test_once_it_has_ended_the_other_takes_over_under_a_higher_token(engine: Engine) -> None:
    ask(engine, ONE, None, 0)
    assert ask(engine, OTHER, None, 4.9) is None
    assert ask(engine, OTHER, None, 5) == 2
    assert ask(engine, ONE, 1, 5) is None
    assert ask(engine, ONE, None, 10) == 3
    assert ask(engine, OTHER, 2, 10) is None


def test_who_is_late_and_finds_it_his_goes_on(engine: Engine) -> None:
    ask(engine, ONE, None, 0)
    assert ask(engine, ONE, 1, 60) == 1
    assert written(engine) == (ONE, 1, 65)


def test_one_who_starts_anew_under_the_same_name_is_another(engine: Engine) -> None:
    ask(engine, ONE, None, 0)
    assert ask(engine, ONE, None, 1) is None


def test_what_is_rolled_back_was_not_taken(engine: Engine) -> None:
    ask(engine, ONE, None, 0)
    with engine.connect() as connection:
        assert hold(connection, CLOCK, OTHER, None, NOW + LEASE) == 2
        connection.rollback()
    assert ask(engine, ONE, 1, 5) == 1


def test_nobody_takes_over_from_one_who_is_in_the_midst_of_it(database_url: str) -> None:
    ours, theirs = writer_engine(database_url), writer_engine(database_url)
    ask(ours, ONE, None, 0)
    found: list[int | None] = []
    late = threading.Thread(target=lambda: found.append(ask(theirs, OTHER, None, 9)))
    with ours.begin() as connection:
        assert hold(connection, CLOCK, ONE, 1, NOW + timedelta(seconds=8)) == 1
        late.start()
        # On PostgreSQL it is told at once; SQLite lets it wait for the end.
        late.join(0.5)
    late.join()
    assert found == [None]
    ours.dispose()
    theirs.dispose()
