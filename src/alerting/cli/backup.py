"""`alerting backup`: write the whole database into one file, while the service runs."""

import os
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from alerting.backup.write import BackupHead, write_backup
from alerting.cli.security_notes import note_export
from alerting.config import DatabaseSettings, load_settings
from alerting.database.engine import Database, existing
from alerting.runtime import wall_clock

app = typer.Typer()


@app.command()
def backup(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="a file that does not exist yet")],
) -> None:
    """Write a snapshot of the database into a file, for 'restore' into SQLite or PostgreSQL."""
    database = Database(existing(load_settings(DatabaseSettings).database_url))

    def write(connection: Connection) -> BackupHead:
        # Create the file readable only by its owner.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with open(descriptor, "wb") as file:
                head = write_backup(connection, file, wall_clock())
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            # Delete an incomplete backup, which could not be restored.
            path.unlink()
            raise
        return head

    try:
        head = database.look(write)
        with database.writer.begin() as connection:
            note_export(connection, "backup")
    finally:
        database.close()
    typer.echo(f"{path}: {sum(head.tables.values()):,} rows, {path.stat().st_size:,} bytes")
