"""The command `alerting`: serve, migrate, keep the roster, and drill."""

import sys
from typing import Final

import typer
from sqlalchemy.exc import DBAPIError

from alerting.cli import contacts, drill, officers, service
from alerting.cli import service as ledger
from alerting.config import SettingsError
from contacts.roster.files import RosterError

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__
)

app.add_typer(contacts.app, name="contacts")

app.add_typer(officers.app, name="officers")

app.add_typer(ledger.app, name="ledger")

app.command("serve")(service.serve)

app.command("migrate")(service.migrate_database)

app.command("drill")(drill.drill)

USAGE_ERROR: Final = 2


def main() -> None:
    """Run the command line; what the user can mend is said without a traceback."""
    try:
        app()
    except (SettingsError, RosterError, ValueError, OSError) as wrong:
        sys.stderr.write(f"{wrong}\n")
        sys.exit(USAGE_ERROR)
    except DBAPIError as failure:
        sys.stderr.write(
            f"The database refused: {failure.orig}. See that it can be reached, and run "
            "'alerting migrate' where it has no tables.\n"
        )
        sys.exit(USAGE_ERROR)
