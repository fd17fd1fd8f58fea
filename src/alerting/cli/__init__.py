"""The command `alerting`: serve, migrate, look for what is wrong, keep the roster, and drill."""

import sys
from importlib.metadata import version
from typing import Annotated, Final

import typer

from alerting.cli import contacts, doctor, drill, officers, replies, service
from alerting.cli import service as ledger
from alerting.cli.refusals import MENDABLE, told

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

app.add_typer(contacts.app, name="contacts")

app.add_typer(officers.app, name="officers")

app.add_typer(ledger.app, name="ledger")

app.add_typer(replies.app, name="replies")

app.command("serve")(service.serve)

app.command("doctor")(doctor.doctor)

app.command("migrate")(service.migrate_database)

app.command("drill")(drill.drill)

USAGE_ERROR: Final = 2


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"alerting {version('evacuation-alerting')}")
        raise typer.Exit


@app.callback()
def alerting(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Serve, migrate, look for what is wrong, keep the roster, and drill."""


def main() -> None:
    """Run the command line; failures that the user can repair print without a traceback."""
    try:
        app()
    except MENDABLE as wrong:
        sys.stderr.write(f"{told(wrong)}\n")
        sys.exit(USAGE_ERROR)
