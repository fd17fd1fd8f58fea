"""A backup of SQLite or PostgreSQL can be restored into either, wholly or not at all."""

import asyncio
import gzip
import io
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, insert, select

from alerting.accounting.audit import anchors, verify
from alerting.backup.restore import BackupError, restore_backup
from alerting.backup.stored_rows import KEPT, rows_of
from alerting.backup.write import write_backup
from alerting.database.engine import writer_engine
from alerting.database.keys import register_key
from alerting.ledger.tables import alerts
from contacts.tables import DIVISIONS, OFFICERS
from tests.report.conftest import play
from tests.support.city import NOW, QIANFO, TOWN, after
from tests.support.closed_alert import raised
from tests.support.running import workplace

pytestmark = pytest.mark.both_databases


async def made_on(database_url: str) -> bytes:
    """Play an alert; return a backup made while the database is in use."""
    async with workplace(database_url) as work:
        with work.runtime.database.writer.begin() as connection:
            register_key(connection, NOW)
        deputy = {"id": "a-deputy", "name": "副", "role": "grid_officer"}
        work.change(insert(OFFICERS).values(**deputy, division=QIANFO, deputy_of="grid"))
        await play(await raised(work))
        file = io.BytesIO()
        work.runtime.database.look(lambda db: write_backup(db, file, after(900)))
        return file.getvalue()


@pytest.fixture
async def backup(database_url: str) -> bytes:
    """Return a backup of the test's database."""
    return await made_on(database_url)


@pytest.fixture(scope="module")
def stored(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return a backup of an SQLite database, for tests that do not depend on the database."""
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("stored"))
    return asyncio.run(made_on(f"sqlite:///{file}"))


@pytest.fixture
def elsewhere(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    """Yield an empty, migrated SQLite database."""
    engine = writer_engine(f"sqlite:///{shutil.copy(sqlite_template, tmp_path)}")
    yield engine
    engine.dispose()


def contents(connection: Connection) -> dict[str, list[str]]:
    return {name: sorted(map(json.dumps, rows_of(connection, name))) for name in KEPT}


async def test_restored_database_equals_the_original(
    backup: bytes, elsewhere: Engine, database_url: str
) -> None:
    with elsewhere.begin() as connection:
        head = restore_backup(connection, io.BytesIO(backup), NOW)
        assert verify(connection).differences == ()
    original = writer_engine(database_url)
    with original.begin() as before, elsewhere.begin() as after_:
        assert contents(before) == contents(after_)
        assert anchors(before) == anchors(after_)
        assert head.tables == {name: len(rows) for name, rows in contents(after_).items()}
    original.dispose()


async def test_ids_continue_after_a_round_trip_between_databases(
    backup: bytes, elsewhere: Engine, engine: Engine
) -> None:
    with elsewhere.begin() as connection:
        restore_backup(connection, io.BytesIO(backup), NOW)
        again = io.BytesIO()
        write_backup(connection, again, after(900))
    assert gzip.decompress(again.getvalue()) == gzip.decompress(backup)
    with engine.begin() as connection:
        for name in reversed(KEPT):
            connection.execute(KEPT[name].delete())
        restore_backup(connection, io.BytesIO(again.getvalue()), NOW)
        row = dict(connection.execute(select(alerts)).mappings().first() or {})
        last = row.pop("id")
        added = row | {"identifier": "another"}
        assert connection.execute(insert(alerts).values(added)).inserted_primary_key[0] == last + 1


def test_restore_needs_an_empty_database(stored: bytes, elsewhere: Engine) -> None:
    with elsewhere.begin() as connection:
        town = {"code": TOWN, "name": "诺江镇", "tier": "town"}
        connection.execute(insert(DIVISIONS).values(town))
        with pytest.raises(BackupError, match="not empty \\(table divisions\\)"):
            restore_backup(connection, io.BytesIO(stored), NOW)


def without_end(lines: list[bytes]) -> list[bytes]:
    return lines[:-1]


def without_a_row(lines: list[bytes]) -> list[bytes]:
    return [*lines[:3], *lines[4:]]


def changed(lines: list[bytes]) -> list[bytes]:
    return [lines[0], *(line.replace("诺江镇".encode(), "民胜镇".encode()) for line in lines[1:])]


def with_more(lines: list[bytes]) -> list[bytes]:
    return [*lines, lines[1]]


def of_another_table(lines: list[bytes]) -> list[bytes]:
    return [lines[0], b'["secrets", []]\n', *lines[1:]]


@pytest.mark.parametrize(
    "damage",
    [without_end, without_a_row, changed, with_more, of_another_table, lambda _: [b"{}\n"]],
)
def test_damaged_backup_is_refused(
    stored: bytes, elsewhere: Engine, damage: Callable[[list[bytes]], list[bytes]]
) -> None:
    lines = damage(gzip.decompress(stored).splitlines(keepends=True))
    with elsewhere.connect() as connection, pytest.raises(BackupError, match="damaged"):
        restore_backup(connection, io.BytesIO(gzip.compress(b"".join(lines))), NOW)


@pytest.mark.parametrize("content", [b"", b"no backup", b"\x1f\x8b"])
def test_file_that_is_not_a_backup_is_refused(elsewhere: Engine, content: bytes) -> None:
    with elsewhere.connect() as connection, pytest.raises(BackupError, match="not a backup"):
        restore_backup(connection, io.BytesIO(content), NOW)


def test_backup_of_another_version_is_refused(stored: bytes, elsewhere: Engine) -> None:
    lines = gzip.decompress(stored).splitlines(keepends=True)
    head = json.loads(lines[0]) | {"schema_revision": "9999"}
    other = gzip.compress(b"".join([f"{json.dumps(head)}\n".encode(), *lines[1:]]))
    with elsewhere.connect() as connection, pytest.raises(BackupError, match="migration 9999"):
        restore_backup(connection, io.BytesIO(other), NOW)
