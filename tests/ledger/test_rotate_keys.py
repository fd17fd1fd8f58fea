from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, String, delete, insert, literal, select, type_coerce, update
from sqlmodel import SQLModel

import alerting.app  # noqa: F401 - declares all tables
from alerting.cap.lifecycle import AlertState
from alerting.database.engine import Database
from alerting.database.keys import keys_in_use
from alerting.database.tables import encryption_keys
from alerting.ledger.rotate_keys import FollowedError, begin_rotation, rotate
from alerting.ledger.tables import alerts
from contacts.encryption.cipher import ID_CHARACTERS, KeyFileError
from contacts.encryption.columns import Encrypted
from contacts.encryption.keys import add_key, make_key_file, read_keys
from contacts.tables import HOUSEHOLD_PHONES, OFFICERS
from tests.support.city import NOW, QIANFO, household_code, household_phone
from tests.support.incoming_texts import PHONE, given, says
from tests.support.running import Workplace, workplace

FOUND = select(HOUSEHOLD_PHONES.c.household).where(HOUSEHOLD_PHONES.c.number == PHONE)
END_ALL = update(alerts).values(state=AlertState.ALL_CLEAR)


@pytest.fixture
def own_key(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test a key file of its own, and a database that only uses this file."""
    file = tmp_path / "own.key"
    make_key_file(file)
    with engine.begin() as connection:
        connection.execute(delete(encryption_keys))
        connection.execute(insert(encryption_keys), {"id": read_keys(file)[0].id, "since": NOW})
    monkeypatch.setenv("ALERTING_KEY_FILE", str(file))
    return file


@pytest.fixture
async def work(own_key: Path, database_url: str) -> AsyncIterator[Workplace]:
    async with workplace(database_url) as place:
        yield place


def replace_file(file: Path) -> None:
    file.unlink()
    make_key_file(file)


def stored_under(engine: Engine) -> set[str]:
    """Return the ids of all keys with which stored values are encrypted."""
    found: set[str] = set()
    with engine.connect() as connection:
        for table in SQLModel.metadata.sorted_tables:
            for column in table.c:
                if isinstance(column.type, Encrypted):
                    values = connection.scalars(select(type_coerce(column, String)))
                    found |= {value[:ID_CHARACTERS] for value in values if value}
    return found


def begin(work: Workplace) -> None:
    with work.runtime.database.writer.begin() as connection:
        begin_rotation(connection, NOW)


async def test_rotation_encrypts_everything_with_the_new_key(
    work: Workplace, own_key: Path
) -> None:
    await work.raised("informant", QIANFO)
    await says(work, "2 快来人")
    before = given(work)
    work.change(END_ALL)
    engine = work.runtime.database.writer
    (old,) = stored_under(engine)
    begin(work)
    tables = {table for table, _ in rotate(engine, rows_in_set=7)}
    new = read_keys(own_key)[0].id
    assert stored_under(engine) == {new} != {old}
    assert {"events", "alerts", "roll", "inbound", "evidence", "officers"} <= tables
    assert given(work) == before
    assert work.rows(FOUND) == [(household_code(QIANFO, 3),)]
    assert work.runtime.database.look(keys_in_use) == {new}


async def test_interrupted_rotation_still_finds_phones_and_can_resume(
    work: Workplace, own_key: Path
) -> None:
    engine = work.runtime.database.writer
    begin(work)
    phones = select(HOUSEHOLD_PHONES.c.household).where(
        HOUSEHOLD_PHONES.c.number.in_([household_phone(QIANFO, n) for n in range(1, 10)])
    )
    for _ in rotate(engine, rows_in_set=3):
        assert len(work.rows(phones)) == 9
        break
    assert len(stored_under(engine)) == 2
    begin(work)
    assert len(read_keys(own_key)) == 2
    assert list(rotate(engine))
    assert len(stored_under(engine)) == 1
    assert list(rotate(engine)) == []


async def test_rotation_is_refused_during_an_alert(work: Workplace, own_key: Path) -> None:
    await work.raised("informant", QIANFO)
    with pytest.raises(FollowedError, match="run 'alerting key rotate' again"):
        begin(work)
    assert len(read_keys(own_key)) == 1


async def test_rotation_stops_when_an_alert_begins(work: Workplace) -> None:
    begin(work)
    sets = rotate(work.runtime.database.writer, rows_in_set=3)
    next(sets)
    await work.raised("informant", QIANFO)
    await says(work, "1")
    with pytest.raises(FollowedError):
        list(sets)
    assert [(row.household, row.report) for row in given(work)] == [
        (household_code(QIANFO, 3), "evacuated")
    ]


async def test_running_service_reads_values_under_added_key(work: Workplace, own_key: Path) -> None:
    new = add_key(own_key)
    names = update(OFFICERS).where(OFFICERS.c.id == "grid").values(name="新名")
    work.change(names)
    assert new.id in stored_under(work.runtime.database.writer)
    assert work.rows(select(OFFICERS.c.name).where(OFFICERS.c.id == "grid")) == [("新名",)]


async def test_database_is_not_opened_with_a_foreign_key_file(
    work: Workplace, own_key: Path, database_url: str
) -> None:
    replace_file(own_key)
    other = Database(database_url)
    with pytest.raises(KeyFileError, match=r"own\.key: this is the key file of another database"):
        other.look(lambda db: db.execute(FOUND))
    other.close()


async def test_damaged_value_does_not_stop_the_rotation(work: Workplace, own_key: Path) -> None:
    engine = work.runtime.database.writer
    damaged = {"name": literal("AAAA damaged", String)}
    work.change(update(OFFICERS).where(OFFICERS.c.id == "grid").values(damaged))
    begin(work)
    assert [table for table, _ in rotate(engine)]
    assert stored_under(engine) == {read_keys(own_key)[0].id, "AAAA"}
    with engine.connect() as connection:
        assert keys_in_use(connection) == {read_keys(own_key)[0].id}
