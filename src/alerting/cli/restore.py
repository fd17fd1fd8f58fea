"""`alerting restore`: restore a backup into an empty database, and audit it."""

from pathlib import Path
from typing import Annotated

import typer

from alerting.backup.restore import check_key_file, restore_backup
from alerting.config import DatabaseSettings, load_settings
from alerting.database.engine import writing
from alerting.migrations.upgrade import migrate
from alerting.runtime import wall_clock
from contacts.encryption.keys import key_file_of

app = typer.Typer()


@app.command()
def restore(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="the file written by 'backup'")],
) -> None:
    """Restore a backup into a new SQLite or PostgreSQL database; store nothing if it is damaged."""
    url = load_settings(DatabaseSettings).database_url
    with path.open("rb") as file:
        check_key_file(file, key_file_of(url))
        file.seek(0)
        migrate(url)
        with writing(url) as connection:
            head = restore_backup(connection, file, wall_clock())
    typer.echo(
        f"{sum(head.tables.values()):,} rows as of {head.made_at:%Y-%m-%d %H:%M:%S} UTC, checked"
    )
