"""A plain `sqlite3` connection, for tests that write encrypted columns by SQL."""

import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

from contacts.encryption.cipher import PERSONAL, PHONE, Keyring
from contacts.encryption.keys import read_keys
from tests.support.key_file import KEY_FILE


def opened(file: Path) -> "closing[sqlite3.Connection]":
    """Open a database file; SQL may use the functions as_phone(TEXT) and as_personal(TEXT)."""
    ring = Keyring(read_keys(Path(KEY_FILE)))
    connection = sqlite3.connect(file)
    for domain in (PHONE, PERSONAL):
        name = f"as_{domain.name}"
        connection.create_function(name, 1, partial(ring.encrypted, domain))
    return closing(connection)
