"""`alerting migrate`: bring the database to the newest schema."""

import typer

from alerting.config import DatabaseSettings, load_settings
from alerting.migrations.upgrade import migrate

app = typer.Typer()


@app.command("migrate")
def migrate_database() -> None:
    """Bring the database to the newest schema, creating it where it is empty."""
    if made := migrate(load_settings(DatabaseSettings).database_url):
        typer.echo(f"{made} made. Keep a copy of it, apart from the copies of the database.")
