"""Rows are copied as stored, and a row comes after the rows that it refers to."""

from datetime import UTC, datetime

from sqlalchemy import Engine, insert

from alerting.backup.stored_rows import KEPT, count, rows_of
from alerting.database.tables import heartbeat
from alerting.migrations.tables import TABLES
from contacts.tables import OFFICERS
from tests.support.city import QIANFO


def test_backup_omits_only_tables_of_running_processes() -> None:
    assert {table.name for table in TABLES} - set(KEPT) == {"leases", "heartbeat"}
    assert heartbeat.name not in KEPT


def test_deputies_come_after_their_principals(city: Engine) -> None:
    with city.begin() as connection:
        deputy = {"id": "a-deputy", "name": "副", "role": "grid_officer"}
        connection.execute(insert(OFFICERS).values(**deputy, division=QIANFO, deputy_of="grid"))
        ids = [row[0] for row in rows_of(connection, "officers")]
        assert ids.index("a-deputy") > ids.index("grid")
        assert len(ids) == count(connection, "officers")


def test_instants_are_numbers(city: Engine) -> None:
    with city.begin() as connection:
        (alert,) = rows_of(connection, "alerts")
    sent = alert[KEPT["alerts"].columns.keys().index("sent")]
    assert datetime.fromtimestamp(sent / 1e6, UTC).year >= 2022
