"""Write a backup: gzipped JSON Lines with a head, one line per row, and a hash at the end."""

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
    """The first line of a backup: its version, time, keys and row counts."""

    model_config = ConfigDict(frozen=True)

    format: str
    schema_revision: str
    """Id of the database's last migration."""
    made_at: AwareDatetime
    keys: tuple[str, ...]
    """Ids of the keys with which values are encrypted."""
    tables: dict[str, int]
    """Number of rows, by table name."""


def write_backup(connection: Connection, file: BinaryIO, now: datetime) -> BackupHead:
    """Write a backup of all rows that the caller's transaction sees; return its head."""
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
