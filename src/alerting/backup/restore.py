"""Restore a backup into an empty database, in one transaction."""

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
    """The backup cannot be restored; the message tells why, and what to do."""


def check_key_file(file: BinaryIO, keys: Path) -> None:
    """Check that a key file has all keys of a backup.

    Without this check, the service would create a new key file in place of a missing one.

    Raises:
        BackupError: if the backup's head is damaged.
        KeyFileError: if the key file or one of the keys is missing.
    """
    held = {key.id for key in read_keys(keys)} if keys.exists() else set()
    if missing := sorted(set(_head(_Lines(file)).keys) - held):
        fault = "this key file does not have" if held else "there is no such file, which must have"
        raise KeyFileError(
            f"{keys}: {fault} the key {', '.join(missing)} of the backup; copy the key file of the "
            "backed-up database to this path, or set ALERTING_KEY_FILE to its path"
        )


def restore_backup(connection: Connection, file: BinaryIO, now: datetime) -> BackupHead:
    """Insert all rows of a backup in the caller's transaction; return the backup's head.

    Raises:
        BackupError: if the database is not empty, the file is damaged or of another schema version,
            or the audit of the restored ledger finds differences.
    """
    # The migration of the empty database has registered a key; the backup's keys replace it.
    connection.execute(delete(encryption_keys))
    if taken := [name for name in KEPT if count(connection, name)]:
        raise BackupError(
            f"the database is not empty (table {taken[0]}): restore into a new database, after "
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
    """Reads the rows of a backup line by line; raises `BackupError` at a damaged line."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = gzip.GzipFile(fileobj=file)
        self._hashed = hashlib.sha256()

    def first(self) -> bytes:
        """Return the first line, which is the head."""
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
    return BackupError("the file is a damaged backup, or not a backup: restore another copy")


def _head(lines: _Lines) -> BackupHead:
    try:
        return BackupHead.model_validate_json(lines.first())
    except ValidationError:
        raise _damaged() from None


def _check_version(connection: Connection, head: BackupHead) -> None:
    here = revision(connection)
    if head.format != FORMAT or head.schema_revision != here:
        raise BackupError(
            f"the backup has the schema of migration {head.schema_revision}, the database that of "
            f"{here}: restore with the program version that made the backup, then migrate"
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
            f"the audit of the ledger found differences: alert {first.alert}, {first.what}, and "
            f"{len(differences) - 1} more; restore an earlier backup"
        )
