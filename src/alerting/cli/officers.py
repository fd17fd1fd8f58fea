"""Officers' bearer tokens."""

from datetime import timedelta
from typing import Annotated

import typer

from alerting.clock import wall_clock
from alerting.config import load_settings
from alerting.storage.database import writing
from contacts.tokens import issue_token, revoke_tokens

app = typer.Typer(no_args_is_help=True, help=__doc__)

Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="officers' ids")]


@app.command("token")
def token(
    ids: Ids, days: Annotated[float, typer.Option(help="how long the tokens are valid")] = 90.0
) -> None:
    """Issue a token for each officer and print 'ID TOKEN'; it cannot be shown again."""
    with writing(load_settings().database_url) as connection:
        for officer in ids:
            issued = issue_token(connection, officer, wall_clock(), timedelta(days=days))
            typer.echo(f"{officer} {issued}")


@app.command("revoke")
def revoke(ids: Ids) -> None:
    """Revoke every token of these officers."""
    with writing(load_settings().database_url) as connection:
        for officer in ids:
            typer.echo(f"{officer}: {revoke_tokens(connection, officer, wall_clock())} revoked")
