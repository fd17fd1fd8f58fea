from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, insert, select

from alerting.database.engine import Database, writing
from alerting.database.keys import keys_in_use, register_key
from alerting.database.tables import encryption_keys
from contacts.encryption.cipher import KeyFileError
from contacts.encryption.keys import read_keys
from tests.support.city import NOW
from tests.support.key_file import KEY_FILE

_OTHER = {"id": "none", "since": NOW}
_QUERY = select(encryption_keys)


@pytest.fixture
def of_other_key(engine: Engine) -> Iterator[None]:
    """Record in the database a key that is missing from the key file."""
    with engine.begin() as connection:
        connection.execute(delete(encryption_keys))
        connection.execute(insert(encryption_keys), _OTHER)
    yield
    with engine.begin() as connection:
        connection.execute(delete(encryption_keys))


def test_first_key_is_registered_once(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(delete(encryption_keys))
        register_key(connection, NOW)
        register_key(connection, NOW)
        assert keys_in_use(connection) == {read_keys(Path(KEY_FILE))[0].id}


@pytest.mark.usefixtures("of_other_key")
def test_service_neither_reads_nor_writes_without_the_key(database_url: str) -> None:
    database = Database(database_url)
    for _ in range(2):
        with pytest.raises(KeyFileError, match="put back the file with the key none"):
            database.look(lambda db: db.execute(_QUERY))
        with pytest.raises(KeyFileError, match="key file of another"), database.writer.begin():
            pass
    database.close()


@pytest.mark.usefixtures("of_other_key")
def test_command_does_not_write_without_the_key(database_url: str) -> None:
    with pytest.raises(KeyFileError, match="key file of another"), writing(database_url):
        pass
