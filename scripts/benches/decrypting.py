"""SQLite's own connection to a database of the service, with a function that decrypts a column.

Benches judge by the file alone, without the service's engine.
"""

import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

from contacts.encryption.cipher import PERSONAL, PHONE, Keyring
from contacts.encryption.keys import key_file_of, read_keys


def opened(database: Path) -> "closing[sqlite3.Connection]":
    """Open a database read-only; in SQL, phone(COLUMN) and personal(COLUMN) decrypt a column."""
    beside = database.with_name("alerting.key")
    ring = Keyring(read_keys(beside if beside.exists() else key_file_of(f"sqlite:///{database}")))
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    for domain in (PHONE, PERSONAL):
        connection.create_function(domain.name, 1, partial(ring.decrypted, domain))
    return closing(connection)
