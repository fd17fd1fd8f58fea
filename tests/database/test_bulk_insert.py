"""Inserts that meet an existing key skip the row or add to it, even when they run concurrently."""

import threading

import pytest
from sqlalchemy import Engine, bindparam, select

from alerting.database.bulk import insert_missing, insert_missing_from, insert_or_add
from alerting.database.engine import writer_engine
from alerting.database.tables import heartbeat
from alerting.ledger.tables import areas
from alerting.roll.tables import tallies
from alerting.roll.tallies import NAMES, tallies_at
from tests.support.alert_rows import stored_alert
from tests.support.city import NOW, after

pytestmark = pytest.mark.both_databases

OURS, THEIRS = NOW, after(5)


def rows(engine: Engine) -> list[tuple[int, object]]:
    with engine.begin() as connection:
        found = connection.execute(select(heartbeat.c.id, heartbeat.c.at).order_by(heartbeat.c.id))
        return [(row.id, row.at) for row in found]


def test_insert_missing_skips_existing_rows(engine: Engine) -> None:
    with engine.begin() as connection:
        insert_missing(connection, heartbeat, [{"id": 2, "at": OURS}])
        insert_missing(connection, heartbeat, [{"id": n, "at": THEIRS} for n in (1, 2, 3)])
    assert rows(engine) == [(1, THEIRS), (2, OURS), (3, THEIRS)]


@pytest.mark.parametrize(("ours_is_kept", "left"), [(True, OURS), (False, THEIRS)])
def test_second_insert_waits_for_the_first_transaction(
    database_url: str, ours_is_kept: bool, left: object
) -> None:
    ours, theirs = writer_engine(database_url), writer_engine(database_url)

    def come_second() -> None:
        with theirs.begin() as connection:
            insert_missing(connection, heartbeat, [{"id": 1, "at": THEIRS}])

    second = threading.Thread(target=come_second)
    with ours.connect() as connection:
        transaction = connection.begin()
        insert_missing(connection, heartbeat, [{"id": 1, "at": OURS}])
        second.start()
        second.join(0.2)
        assert second.is_alive()
        if ours_is_kept:
            transaction.commit()
        else:
            transaction.rollback()
    second.join()
    assert rows(ours) == [(1, left)]
    ours.dispose()
    theirs.dispose()


def test_insert_from_select_skips_existing_rows(engine: Engine) -> None:
    with engine.begin() as connection:
        insert_missing(connection, heartbeat, [{"id": n, "at": OURS} for n in (1, 2)])
        theirs = bindparam("theirs", type_=heartbeat.c.at.type)
        for step in (0, 1):
            moved = select(heartbeat.c.id + step, theirs).where(heartbeat.c.id > 0)
            insert_missing_from(connection, heartbeat, ["id", "at"], moved, {"theirs": THEIRS})
    assert rows(engine) == [(1, OURS), (2, OURS), (3, THEIRS)]


def test_insert_or_add_adds_to_existing_numbers(engine: Engine) -> None:
    with engine.begin() as connection:
        stored_alert(connection)
        for seq in (4, 3):
            row = {"alert": 1, "division": "51", "seq": seq}
            insert_or_add(connection, [areas.c[name] for name in row], [row])
        there = select(areas.c.seq).where(areas.c.alert == 1, areas.c.division == "51")
        assert connection.execute(there).scalars().all() == [7]


def test_insert_or_add_keeps_stored_values_of_same_columns(engine: Engine) -> None:
    with engine.begin() as connection:
        stored_alert(connection)
        columns = [tallies.c.division, tallies.c.people_staying]
        same = {"alert": 1, **dict.fromkeys(set(NAMES) - {"people_staying"}, 5)}
        for divisions in (["51"], ["51", "52"]):
            rows = [{"division": each, "people_staying": 2} for each in divisions]
            insert_or_add(connection, columns, rows, same)
        there = tallies_at(connection, 1, ["51", "52"])
    assert {
        place: (each.people_staying, each.people_evacuated) for place, each in there.items()
    } == {
        "51": (4, 5),
        "52": (2, 5),
    }
