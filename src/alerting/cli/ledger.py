"""`alerting ledger`: audit the ledger."""

import typer

from alerting.accounting.audit import verify
from alerting.config import DatabaseSettings, load_settings
from alerting.database.engine import Database

app = typer.Typer(no_args_is_help=True, help=__doc__)


@app.callback()
def ledger() -> None:
    """Audit the ledger."""


@app.command("verify")
def verify_ledger() -> None:
    """Rebuild standings and tallies from the log and compare; exit 1 where they differ."""
    database = Database(load_settings(DatabaseSettings).database_url)
    audit = database.look(verify)
    database.close()
    for each in audit.differences:
        typer.echo(f"alert {each.alert}, {each.what}: kept {each.kept}, rebuilt {each.rebuilt}")
    typer.echo(
        f"{audit.alerts} alerts, {audit.households} households, {audit.evidence} pieces of "
        f"evidence: {len(audit.differences)} differences"
    )
    raise typer.Exit(1 if audit.differences else 0)
