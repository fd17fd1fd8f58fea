"""The growth bench measures the service's own operations."""

import pytest
from sqlalchemy import Engine, func, select, text

from alerting.deliveries.tables import deliveries
from alerting.roll.tables import evidence, roll
from scripts.benches.growing import Work, measure
from scripts.benches.plan_city import settle
from scripts.benches.planning import copy_its_rows, raise_for_the_city

# Long, because a bench protects no rule of the service.
pytestmark = pytest.mark.long


async def test_city_is_raised_copied_and_answers(database_url: str, engine: Engine) -> None:
    settle(database_url, 200)
    raised, copied = await raise_for_the_city(database_url), copy_its_rows(database_url)
    assert raised.households == copied.households == 200
    assert 192 < raised.texts < copied.texts
    with engine.begin() as connection:
        # Other tests use this server too, and empty only the service's own tables.
        for copy in ("bare_deliveries", "bare_roll"):
            connection.execute(text(f"DROP TABLE {copy}"))
    cost = await measure(database_url, Work("test", [2, 3, 4], 1))
    assert min(vars(cost).values()) > 0
    with engine.begin() as connection:
        moved = connection.execute(select(roll.c.standing).where(roll.c.standing != "unaccounted"))
        given = connection.execute(select(func.count()).select_from(evidence)).scalar_one()
        on_its_way = select(func.count()).where(deliveries.c.state == "sent")
        sent = connection.execute(on_its_way).scalar_one()
    # Three households answered once, and one alternates its answers.
    assert len(moved.all()) == 4
    assert given == 3 + 20 + 2
    assert sent == 1
