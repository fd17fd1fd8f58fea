"""The keys that a database's values are encrypted with, compared with those of the key file."""

from datetime import datetime

from sqlalchemy import Connection, Engine, event, insert, select

from alerting.database.tables import encryption_keys
from contacts.encryption.cipher import KeyFileError
from contacts.encryption.keys import KEYS


def check_keys(connection: Connection) -> None:
    """Check that the key file holds every key of this database.

    Raises:
        KeyFileError: if it does not, or if there is no such file.
    """
    missing = sorted(keys_in_use(connection).difference(KEYS.ring.ids))
    if missing:
        raise KeyFileError(
            f"{KEYS.file}: this is the key file of another database; "
            f"put back the one with the key {', '.join(missing)}, or name it in ALERTING_KEY_FILE"
        )


def keys_in_use(connection: Connection) -> set[str]:
    """Return the ids of the keys that values of this database are encrypted with."""
    return set(connection.execute(select(encryption_keys.c.id)).scalars())


def register_key(connection: Connection, now: datetime) -> None:
    """Record the key that encrypts from now on."""
    if (id_ := KEYS.ring.ids[0]) not in keys_in_use(connection):
        connection.execute(insert(encryption_keys), {"id": id_, "since": now})


def check_once(engine: Engine) -> None:
    """Check the keys in the first transaction: nobody could read values written with others."""
    unchecked = [engine]

    @event.listens_for(engine, "begin")
    def began(connection: Connection) -> None:
        if unchecked:
            check_keys(connection)
            unchecked.clear()
