"""Record which keys encrypt a database, and check that the key file holds all of them."""

from datetime import datetime

from sqlalchemy import Connection, Engine, event, insert, select

from alerting.database.tables import encryption_keys
from contacts.encryption.cipher import KeyFileError
from contacts.encryption.keys import KEYS


def check_keys(connection: Connection) -> None:
    """Check that the key file holds every key of this database.

    Raises:
        KeyFileError: if a key is missing, or if there is no key file.
    """
    missing = sorted(keys_in_use(connection).difference(KEYS.ring.ids))
    if missing:
        raise KeyFileError(
            f"{KEYS.file}: this is the key file of another database; "
            f"put back the file with the key {', '.join(missing)}, or name it in ALERTING_KEY_FILE"
        )


def keys_in_use(connection: Connection) -> set[str]:
    """Return the ids of the keys that this database records as in use."""
    return set(connection.execute(select(encryption_keys.c.id)).scalars())


def register_key(connection: Connection, now: datetime) -> None:
    """Record the key file's current encryption key as in use; do nothing if it is recorded."""
    if (id_ := KEYS.ring.ids[0]) not in keys_in_use(connection):
        connection.execute(insert(encryption_keys), {"id": id_, "since": now})


def check_once(engine: Engine) -> None:
    """Check the keys in each transaction until one check succeeds.

    Values written with a key that is not in the key file could never be read.
    """
    unchecked = [engine]

    @event.listens_for(engine, "begin")
    def began(connection: Connection) -> None:
        if unchecked:
            check_keys(connection)
            unchecked.clear()
