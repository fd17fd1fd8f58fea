"""A backup restored into an empty database, whole or not at all."""

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO, Final

from pydantic import ValidationError
from sqlalchemy import Connection, delete
from sqlalchemy.exc import IntegrityError

from alerting.accounting.audit import verify
from alerting.backup.stored_rows import KEPT, add_rows, continue_numbers, count
from alerting.backup.write import FORMAT, BackupHead
from alerting.database.keys import register_key
from alerting.database.tables import encryption_keys
from alerting.migrations.upgrade import revision
from contacts.encryption.cipher import KeyFileError
from contacts.encryption.keys import read_keys

_AT_ONCE: Final = 1_000

_LONGEST_LINE: Final = 64 * 1024 * 1024


class BackupError(ValueError):
    """The backup cannot be restored; the text says why and what to do."""


def check_key_file(file: BinaryIO, keys: Path) -> None:
    """Check that a key file holds the keys of a backup, before a new one is made in its place.

    Raises:
        BackupError: if the backup's head is damaged.
        KeyFileError: if a key is missing, or the key file is.
    """
    held = {key.id for key in read_keys(keys)} if keys.exists() else set()
    if missing := sorted(set(_head(_Lines(file)).keys) - held):
        fault = "this key file does not hold" if held else "there is no such file with"
        raise KeyFileError(
            f"{keys}: {fault} the key {', '.join(missing)} of the backup; put the key file of the "
            "database that was backed up there, or name it in ALERTING_KEY_FILE"
        )


def restore_backup(connection: Connection, file: BinaryIO, now: datetime) -> BackupHead:
    """Insert all rows of a backup in the caller's transaction, and check them.

    Raises:
        BackupError: if the database is not empty, the file is damaged or of another version, or the
            ledger does not agree with itself.
    """
    # A migration has registered a key; the backup's take its place.
    connection.execute(delete(encryption_keys))
    if taken := [name for name in KEPT if count(connection, name)]:
        raise BackupError(
            f"the database is not empty ({taken[0]}): restore into a new one, after "
            "'alerting migrate'"
        )
    lines = _Lines(file)
    head = _head(lines)
    _check_version(connection, head)
    for name, group in groupby(lines, key=itemgetter(0)):
        rows = (row for _, row in group)
        while some := list(islice(rows, _AT_ONCE)):
            _add(connection, name, some)
    _check(connection, head)
    register_key(connection, now)
    return head


def _add(connection: Connection, name: str, rows: Sequence[Sequence[Any]]) -> None:
    try:
        add_rows(connection, name, rows)
    except (IntegrityError, ValueError):
        raise _damaged() from None


class _Lines:
    """The rows of a backup, read line by line; a damaged line ends the reading."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = gzip.GzipFile(fileobj=file)
        self._hashed = hashlib.sha256()

    def first(self) -> bytes:
        """Return the head's line."""
        return self._line()

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        while True:
            line = self._line()
            try:
                said = json.loads(line)
            except ValueError:
                raise _damaged() from None
            if isinstance(said, dict):
                self._check_end(said)
                return
            name, row = said
            if name not in KEPT:
                raise _damaged()
            yield name, row

    def _line(self) -> bytes:
        try:
            line = self._file.readline(_LONGEST_LINE)
        except (OSError, EOFError, zlib.error):
            raise _damaged() from None
        if not line.endswith(b"\n"):
            raise _damaged()
        if not line.startswith(b'{"sha256"'):
            self._hashed.update(line)
        return line

    def _check_end(self, said: dict[str, Any]) -> None:
        if said.get("sha256") != self._hashed.hexdigest() or self._file.read(1):
            raise _damaged()


def _damaged() -> BackupError:
    return BackupError("the backup is damaged, or is none: restore another copy of it")


def _head(lines: _Lines) -> BackupHead:
    try:
        return BackupHead.model_validate_json(lines.first())
    except ValidationError:
        raise _damaged() from None


def _check_version(connection: Connection, head: BackupHead) -> None:
    here = revision(connection)
    if head.format != FORMAT or head.schema_revision != here:
        raise BackupError(
            f"the backup has the tables of migration {head.schema_revision} and the database those "
            f"of {here}: restore it with the version of this program that made it, then migrate"
        )


def _check(connection: Connection, head: BackupHead) -> None:
    for name in KEPT:
        if count(connection, name) != head.tables.get(name):
            raise _damaged()
        continue_numbers(connection, name)
    differences = list(verify(connection).differences)
    if differences:
        first = differences[0]
        raise BackupError(
            f"the ledger does not agree with itself: alert {first.alert}, {first.what}, and "
            f"{len(differences) - 1} more; restore an earlier backup"
        )
