"""The query for open alerts whose validity has ended."""

from sqlalchemy import Engine, update

from alerting.alerts.close import open_beyond_validity
from alerting.ledger.tables import alerts
from tests.support.alert_rows import stored_alert
from tests.support.city import after, found_city


def test_only_open_expired_alerts_are_found(engine: Engine) -> None:
    with engine.begin() as connection:
        found_city(connection)
        first, second, closed, valid = (stored_alert(connection, n) for n in (27, 28, 29, 30))
        for alert, seconds in {first: 100, second: 99, closed: 10, valid: 101}.items():
            expiring = update(alerts).where(alerts.c.id == alert)
            connection.execute(expiring.values(expires=after(seconds)))
        connection.execute(update(alerts).where(alerts.c.id == closed).values(state="closed"))
        assert open_beyond_validity(connection, after(100), 9) == [first, second]
        assert open_beyond_validity(connection, after(100), 1) == [first]
        assert open_beyond_validity(connection, after(98), 9) == []
