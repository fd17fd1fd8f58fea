"""The heartbeat is a write that tests whether the database accepts writes."""

from sqlalchemy import Engine, select

from alerting.database.lease import beat
from alerting.database.tables import heartbeat
from tests.support.city import NOW, after


def test_only_the_last_beat_is_stored(engine: Engine) -> None:
    for at in (NOW, after(5)):
        with engine.begin() as connection:
            beat(connection, at)
    with engine.begin() as connection:
        assert connection.execute(select(heartbeat.c.id, heartbeat.c.at)).all() == [(1, after(5))]
