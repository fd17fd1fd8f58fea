"""The ledger audited."""

import typer

from alerting.config import load_settings
from alerting.storage.database import Database
from alerting.storage.verify import verify

app = typer.Typer(no_args_is_help=True, help=__doc__)


@app.callback()
def ledger() -> None:
    """Audit the ledger."""


@app.command("verify")
def verify_ledger() -> None:
    """Rebuild standings and tallies from the log and compare; exit 1 where they differ."""
    database = Database(load_settings().database_url)
    audit = database.look(verify)
    database.close()
    for each in audit.differences:
        typer.echo(f"alert {each.alert}, {each.what}: kept {each.kept}, rebuilt {each.rebuilt}")
    typer.echo(
        f"{audit.alerts} alerts, {audit.households} households, {audit.evidence} pieces of "
        f"evidence: {len(audit.differences)} differences"
    )
    raise typer.Exit(1 if audit.differences else 0)
