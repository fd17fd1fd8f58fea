"""The key file, and the keys that this process reads from it."""

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
    """Return the key file of a database: of ALERTING_KEY_FILE, or else beside an SQLite file.

    The key file of a server's database is in the working folder, unless the setting names another.
    """
    if named := setting("key_file"):
        return Path(named)
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database:
        return Path(address.database).with_name(_DEFAULT)
    return Path(_DEFAULT)


def make_key_file(file: Path) -> Key:
    """Make a key file with one new key, readable by its owner alone, and return the key.

    Raises:
        FileExistsError: if there is a file of this name.
    """
    key = Key(secrets.token_bytes(KEY_BYTES))
    _write(file, (key,))
    return key


def add_key(file: Path) -> Key:
    """Put a new key before those of a key file, and return it."""
    key = Key(secrets.token_bytes(KEY_BYTES))
    beside = file.with_name(f"{file.name}.new")
    beside.unlink(missing_ok=True)
    _write(beside, (key, *read_keys(file)))
    beside.replace(file)
    return key


def read_keys(file: Path) -> tuple[Key, ...]:
    """Return the keys of a file, in order.

    Raises:
        KeyFileError: if it is missing, or holds something else.
    """
    try:
        lines = file.read_text("ascii").splitlines()
    except FileNotFoundError:
        raise KeyFileError(
            f"{file}: there is no such key file; put back the one of this database, or name it in "
            "ALERTING_KEY_FILE; for a new database 'alerting migrate' makes it"
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
    """The keys of this process's database, read again when the key file changes."""

    def __init__(self) -> None:
        self.file = Path(_DEFAULT)
        self._stamp: tuple[int, int] | None = None
        self._ring: Keyring | None = None

    def use(self, file: Path) -> None:
        """Use a key file, as it stands now; a file that is gone changes nothing.

        It is read when a value is first encrypted or decrypted.
        """
        if file != self.file:
            self.file, self._stamp, self._ring = file, None, None
        with suppress(OSError):
            found = os.stat(self.file)
            stamp = found.st_ino, found.st_mtime_ns
            if stamp != self._stamp:
                self._stamp, self._ring = stamp, None

    def forget(self) -> None:
        """Read the key file when a key is next needed."""
        self._stamp = self._ring = None

    @property
    def ring(self) -> Keyring:
        """The keys.

        Raises:
            KeyFileError: if the key file is missing, or is none.
        """
        ring = self._ring
        if ring is None:
            ring = self._ring = Keyring(read_keys(self.file))
        return ring


KEYS: Final = ProcessKeys()
"""A process works on one database, and so with one key file."""
