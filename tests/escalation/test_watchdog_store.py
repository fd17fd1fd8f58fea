"""Forgotten households are found through a partial index, so a large roll costs no more."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, text, update

from alerting.escalation import watchdog as watch
from alerting.roll.enrol import enrol
from alerting.roll.rules.standing import Standing, danger_of
from alerting.roll.tables import roll
from contacts.directory import households_in
from tests.support.alert_rows import stored_alert
from tests.support.city import NOW, POLICY, QIANFO, found_city, household_code

HOUSEHOLDS = 400
HOME = household_code(QIANFO, 3)


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """Store a roll whose households are all safe except one, which nobody follows up."""
    with engine.begin() as connection:
        found_city(connection, HOUSEHOLDS)
        stored_alert(connection, 1)
        enrol(connection, 1, 1, households_in([QIANFO]), POLICY.household, NOW)
        connection.execute(update(roll).values(next_at=None))
        safe = {"danger": danger_of(Standing.EVACUATED, ""), "standing": Standing.EVACUATED}
        others = roll.c.household != HOME
        connection.execute(update(roll).where(others).values(unaccounted=0, **safe))
        if connection.dialect.name == "postgresql":  # Autovacuum would do this sooner or later.
            connection.execute(text("ANALYZE"))
    with engine.connect() as connection:
        yield connection


def test_forgotten_households_are_found_by_the_partial_index(connection: Connection) -> None:
    asked = {"of_alert": 1, "most": 500}
    found = connection.execute(watch._NEGLECTED, asked).all()
    assert [row.household for row in found] == [HOME]
    statement = watch._NEGLECTED.limit(500).params(of_alert=1)
    sql = str(statement.compile(connection, compile_kwargs={"literal_binds": True}))
    if connection.dialect.name == "postgresql":
        # A sequential scan of this small table costs about the same, so it is switched off.
        connection.execute(text("SET LOCAL enable_seqscan = off"))
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    plan = "\n".join(map(str, connection.exec_driver_sql(f"{explain} {sql}")))
    assert "roll_unfollowed" in plan


@pytest.mark.parametrize("standing", list(Standing))
def test_only_unsafe_standings_have_a_lower_danger_rank(standing: Standing) -> None:
    may_be = standing not in {Standing.ELSEWHERE, Standing.EVACUATED}
    assert {danger_of(standing, v) < watch._SAFE for v in ("", "elderly")} == {may_be}
