"""One step outwards: roll, tallies, texts, deliveries and the log, all counted from the rows."""

import pytest
from sqlalchemy import Engine, func, select

from alerting.core.cap import Area
from alerting.core.wording import Wording
from alerting.storage.audience import resolve
from alerting.storage.fan_out import Reach, Reached, reach
from alerting.storage.ledger import Transaction
from alerting.storage.tables import areas, deliveries, events, texts
from alerting.storage.tallies import tally_of
from alerting.storage.verify import verify
from tests.alert_rows import REQUEST, stored_alert
from tests.city import NEXT_VILLAGE, NOW, QIANFO, TOWN, after, found_city, headcount

PEOPLE = sum(headcount(n) for n in range(1, 11))


@pytest.fixture
def city(engine: Engine) -> Engine:
    with engine.begin() as connection:
        found_city(connection)
        stored_alert(connection)
    return engine


def reached(engine: Engine, *divisions: str) -> tuple[Reached, set[tuple[str, str]]]:
    with engine.begin() as connection:
        transaction = Transaction(connection)
        expected = resolve(connection, Area(divisions=divisions))
        step = Reach(1, expected, None, NOW, after(3600))
        counted = reach(transaction, step, "tested", "grid", Wording(REQUEST, "千佛村", NOW))
        transaction.flush()
    return counted, transaction.topics


def test_a_step_is_counted_from_what_it_stored(city: Engine) -> None:
    counted, topics = reached(city, QIANFO)
    assert (counted.seq, counted.households, counted.people, counted.texts) == (1, 10, PEOPLE, 14)
    assert topics == {("alerts", ""), ("deliveries", QIANFO)}
    with city.begin() as connection:
        owed = connection.execute(
            select(func.sum(texts.c.segments))
            .join(deliveries, deliveries.c.text == texts.c.id)
            .where(deliveries.c.channel == "sms")
        ).scalar_one()
        assert counted.segments == owed
        assert tally_of(connection, 1, QIANFO).people_unaccounted == PEOPLE
        logged = connection.execute(select(events.c.kind, events.c.subject, events.c.payload)).one()
        assert logged == ("tested", "grid", f'{{"divisions": ["{QIANFO}"]}}')


def test_the_next_step_reaches_only_who_was_not_reached(city: Engine) -> None:
    reached(city, QIANFO)
    counted, _ = reached(city, TOWN)
    assert (counted.seq, counted.households, counted.texts) == (2, 10, 10)
    again, _ = reached(city, NEXT_VILLAGE)
    assert (again.households, again.people, again.texts, again.segments) == (0, 0, 0, 0)
    with city.begin() as connection:
        joined = select(areas.c.division, areas.c.seq).order_by(areas.c.seq, areas.c.division)
        assert connection.execute(joined).all() == [(QIANFO, 0), (TOWN, 2), (NEXT_VILLAGE, 3)]
        assert tally_of(connection, 1, TOWN).people == 2 * PEOPLE
        assert verify(connection).differences == ()
