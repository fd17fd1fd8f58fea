"""The key file, and the keys that a process has read from it."""

import os
import secrets
from base64 import b64decode, b64encode
from contextlib import suppress
from pathlib import Path
from typing import Final

from sqlalchemy import make_url

from contacts.encryption.cipher import KEY_BYTES, Key, KeyFileError, Keyring
from contacts.locality import setting

_HEAD: Final = """\
# The keys of the personal columns of this service's database, one a line: the first encrypts, all
# decrypt. Without them nobody can read the database. Keep a copy of this file, apart from copies of
# the database.
"""

_DEFAULT: Final = "alerting.key"


def key_file_of(url: str) -> Path:
    """Return the path of a database's key file, which ALERTING_KEY_FILE may set.

    By default it is beside the file of an SQLite database, and in the working folder for a database
    server.
    """
    if named := setting("key_file"):
        return Path(named)
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database:
        return Path(address.database).with_name(_DEFAULT)
    return Path(_DEFAULT)


def make_key_file(file: Path) -> Key:
    """Create a key file with one new key, readable only by its owner; return the key.

    Raises:
        FileExistsError: if the file exists.
    """
    key = Key(secrets.token_bytes(KEY_BYTES))
    _write(file, (key,))
    return key


def add_key(file: Path) -> Key:
    """Add a new key to a key file as its first key; return the key."""
    key = Key(secrets.token_bytes(KEY_BYTES))
    beside = file.with_name(f"{file.name}.new")
    beside.unlink(missing_ok=True)
    _write(beside, (key, *read_keys(file)))
    beside.replace(file)
    return key


def read_keys(file: Path) -> tuple[Key, ...]:
    """Return the keys of a file, in order.

    Raises:
        KeyFileError: if the file is missing, or is not a key file.
    """
    try:
        lines = file.read_text("ascii").splitlines()
    except FileNotFoundError:
        raise KeyFileError(
            f"{file}: there is no such key file; put back the one of this database, or name it in "
            "ALERTING_KEY_FILE; for a new database, 'alerting migrate' creates it"
        ) from None
    except UnicodeDecodeError:
        lines = []
    said = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    keys = [_key(line) for line in said]
    if not keys or None in keys:
        raise KeyFileError(
            f"{file}: this is no key file; put back the one of this database, or name it in "
            "ALERTING_KEY_FILE"
        )
    return tuple(key for key in keys if key)


def _key(line: str) -> Key | None:
    with suppress(ValueError):
        secret = b64decode(line, validate=True)
        return Key(secret) if len(secret) == KEY_BYTES else None
    return None


def _write(file: Path, keys: tuple[Key, ...]) -> None:
    lines = "".join(f"{b64encode(key.secret).decode()}\n" for key in keys)
    with open(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as opened:
        opened.write(_HEAD + lines)
        opened.flush()
        os.fsync(opened.fileno())


class ProcessKeys:
    """The keys of this process's database, which are read again when the key file changes."""

    def __init__(self) -> None:
        self.file = Path(_DEFAULT)
        self._stamp: tuple[int, int] | None = None
        self._ring: Keyring | None = None

    def use(self, file: Path) -> None:
        """Use a key file; if it has changed since the last call, read it again when needed.

        A missing file changes nothing.
        """
        if file != self.file:
            self.file, self._stamp, self._ring = file, None, None
        with suppress(OSError):
            found = os.stat(self.file)
            stamp = found.st_ino, found.st_mtime_ns
            if stamp != self._stamp:
                self._stamp, self._ring = stamp, None

    def forget(self) -> None:
        """Forget the keys, so that the key file is read again when they are needed."""
        self._stamp = self._ring = None

    @property
    def ring(self) -> Keyring:
        """The keys in the key file.

        Raises:
            KeyFileError: if the file is missing, or is not a key file.
        """
        ring = self._ring
        if ring is None:
            ring = self._ring = Keyring(read_keys(self.file))
        return ring


KEYS: Final = ProcessKeys()
"""The keys of this process, which works on one database and so with one key file."""
