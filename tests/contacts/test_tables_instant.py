"""Instants are stored by SQLite and PostgreSQL as UTC microseconds."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, Table, select, type_coerce
from sqlalchemy.exc import StatementError

from contacts.tables import Instant

MOMENTS = Table(
    "moments", MetaData(), Column("id", Integer, primary_key=True), Column("at", Instant)
)
EVENING = datetime(2022, 8, 29, 4, 30, 0, 123457, tzinfo=timezone(timedelta(hours=8)))


@pytest.mark.parametrize(
    "moment",
    [
        EVENING,
        datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
        None,
    ],
)
def test_instant_round_trips_in_utc(conn: Connection, moment: datetime | None) -> None:
    MOMENTS.create(conn)
    conn.execute(MOMENTS.insert().values(at=moment))
    back = conn.scalar(select(MOMENTS.c.at))
    assert back == moment
    assert back is None or back.tzinfo is UTC


def test_instant_is_stored_as_microseconds(conn: Connection) -> None:
    MOMENTS.create(conn)
    conn.execute(MOMENTS.insert().values(at=EVENING))
    assert conn.scalar(select(type_coerce(MOMENTS.c.at, BigInteger))) == 1661718600123457


def test_instants_compare_and_sort_across_zones(conn: Connection) -> None:
    MOMENTS.create(conn)
    later = EVENING.astimezone(UTC) + timedelta(microseconds=1)
    conn.execute(MOMENTS.insert(), [{"at": later}, {"at": EVENING}])
    assert conn.scalars(select(MOMENTS.c.at).order_by(MOMENTS.c.at)).all() == [EVENING, later]
    assert conn.scalars(select(MOMENTS.c.at).where(MOMENTS.c.at > EVENING)).all() == [later]


def test_naive_datetime_is_refused(conn: Connection) -> None:
    MOMENTS.create(conn)
    with pytest.raises(StatementError, match="can't subtract offset-naive"):
        conn.execute(MOMENTS.insert().values(at=EVENING.replace(tzinfo=None)))
