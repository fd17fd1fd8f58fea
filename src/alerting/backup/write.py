"""A backup: compressed JSON Lines, a head, then a line for each row, then the hash of them all."""

import gzip
import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy import Connection

from alerting.backup.stored_rows import KEPT, count, rows_of
from alerting.database.keys import keys_in_use
from alerting.migrations.upgrade import revision

FORMAT: Final = "alerting-backup-1"


class BackupHead(BaseModel):
    """The first line of a backup."""

    model_config = ConfigDict(frozen=True)

    format: str
    schema_revision: str
    """The migration that made the tables."""
    made_at: AwareDatetime
    keys: tuple[str, ...]
    """The ids of the keys that its values are encrypted with."""
    tables: dict[str, int]
    """The number of rows by table."""


def write_backup(connection: Connection, file: BinaryIO, now: datetime) -> BackupHead:
    """Write all rows as the caller's transaction sees them; values stay encrypted."""
    head = BackupHead(
        format=FORMAT,
        schema_revision=revision(connection),
        made_at=now,
        keys=tuple(sorted(keys_in_use(connection))),
        tables={name: count(connection, name) for name in KEPT},
    )
    hashed = hashlib.sha256()
    with gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as lines:
        for line in _lines(connection, head):
            content = f"{line}\n".encode()
            hashed.update(content)
            lines.write(content)
        lines.write(f"{json.dumps({'sha256': hashed.hexdigest()})}\n".encode())
    return head


def _lines(connection: Connection, head: BackupHead) -> Iterator[str]:
    yield head.model_dump_json()
    for name in KEPT:
        for row in rows_of(connection, name):
            yield json.dumps([name, row], ensure_ascii=False)
