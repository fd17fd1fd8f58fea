"""`alerting migrate`: migrate the database to the newest schema."""

import typer

from alerting.config import DatabaseSettings, load_settings
from alerting.migrations.upgrade import migrate

app = typer.Typer()


@app.command("migrate")
def migrate_database() -> None:
    """Migrate the database to the newest schema; create the schema if the database is empty."""
    if made := migrate(load_settings(DatabaseSettings).database_url):
        typer.echo(f"{made} made. Keep a copy of it, apart from the copies of the database.")
