"""Alerting an area writes roll, tallies, texts, deliveries and log, and counts them correctly."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select, update

from alerting.accounting.audit import verify
from alerting.areas.audience import ResolvedArea, resolve
from alerting.areas.reach import Reached, reach_area, shows_code
from alerting.cap.alert import Area
from alerting.deliveries.tables import deliveries, texts
from alerting.ledger.alerts import stored
from alerting.ledger.events.alerts import AlertWidened
from alerting.ledger.tables import alerts, areas, events
from alerting.ledger.writer import Transaction
from alerting.roll.tallies import tally_of
from contacts.directory import households_in
from tests.support.alert_rows import stored_alert
from tests.support.city import NEXT_VILLAGE, NOW, POLICY, QIANFO, TOWN, headcount

PEOPLE = sum(headcount(n) for n in range(1, 11))


def reached(
    engine: Engine, *divisions: str, alert: int = 1
) -> tuple[Reached, set[tuple[str, str]]]:
    with engine.begin() as connection:
        transaction = Transaction(connection, POLICY)
        area = resolve(connection, Area(divisions=divisions))
        raised = stored(connection, alert)
        counted = reach_area(transaction, raised, area, AlertWidened, "grid", NOW)
        transaction.flush()
    return counted, transaction.topics


def test_counts_equal_the_stored_rows(city: Engine) -> None:
    counted, topics = reached(city, QIANFO)
    assert (counted.seq, counted.households, counted.people, counted.texts) == (1, 10, PEOPLE, 14)
    assert topics == {("alerts", ""), ("deliveries", "")}
    with city.begin() as connection:
        owed = connection.execute(
            select(func.sum(texts.c.segments))
            .join(deliveries, deliveries.c.text == texts.c.id)
            .where(deliveries.c.channel == "sms")
        ).scalar_one()
        assert counted.segments == owed
        assert tally_of(connection, 1, QIANFO).people_unaccounted == PEOPLE
        logged = connection.execute(select(events.c.kind, events.c.subject, events.c.payload)).one()
        assert logged == ("alert.widened", "grid", f'{{"divisions":["{QIANFO}"]}}')


def test_second_area_alerts_only_new_recipients(city: Engine) -> None:
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


def calling_texts(engine: Engine, alert: int) -> list[str]:
    with engine.begin() as connection:
        chosen = select(texts.c.body).where(texts.c.alert == alert, texts.c.kind == "alert")
        return list(connection.execute(chosen).scalars())


@pytest.mark.parametrize(
    ("division", "state", "shown"),
    [
        (QIANFO, "open", True),
        (TOWN, "open", True),
        (NEXT_VILLAGE, "open", False),
        (QIANFO, "closed", False),
    ],
)
def test_text_shows_the_code_if_a_household_is_on_another_open_alert(
    city: Engine, division: str, state: str, shown: bool
) -> None:
    reached(city, QIANFO)
    with city.begin() as connection:
        connection.execute(update(alerts).values(state=state))
        second = stored_alert(connection, 28)
    reached(city, division, alert=second)
    assert ["#27" in body for body in calling_texts(city, 1)] == [False] * 2
    assert {"#28" in body for body in calling_texts(city, second)} == {shown}


def test_shows_code_accepts_all_villages_of_a_city(
    city: Engine,
) -> None:
    reached(city, QIANFO)
    villages = [QIANFO, *(f"5119{n:08d}" for n in range(1_000, 2_999))]
    with city.begin() as connection:
        area = ResolvedArea(tuple(villages), households_in(villages))
        assert shows_code(connection, area)


def test_finish_includes_the_backlog_of_other_alerts(city: Engine) -> None:
    with city.begin() as connection:
        stored_alert(connection, 28)
    first, _ = reached(city, QIANFO)
    second, _ = reached(city, QIANFO, alert=2)
    pace = POLICY.sending.segments_per_second
    assert first.finish == NOW + timedelta(seconds=first.segments / pace)
    both = first.segments + second.segments
    assert second.finish == NOW + timedelta(seconds=both / pace)
