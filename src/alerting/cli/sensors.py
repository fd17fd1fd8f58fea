"""Sensors: their bearer tokens, issued and revoked."""

from datetime import timedelta
from typing import Annotated

import typer

from alerting.config import DatabaseSettings, PolicySettings, load_settings
from alerting.database.engine import writing
from alerting.runtime import wall_clock
from alerting.sensors.tokens import issue_sensor_token, revoke_sensor_tokens

app = typer.Typer(no_args_is_help=True, help=__doc__)

Names = Annotated[
    list[str], typer.Argument(metavar="NAME...", help="sensors, as [[sensors]] names them")
]


@app.command("token")
def token(
    names: Names,
    days: Annotated[float, typer.Option(help="how long the tokens are valid")] = 365.0,
) -> None:
    """Issue a token for each sensor and print 'NAME TOKEN'; it cannot be shown again."""
    known = {sensor.name for sensor in load_settings(PolicySettings).policy.sensors}
    if unknown := sorted(set(names) - known):
        raise ValueError(
            f"{', '.join(unknown)}: the policy names no such sensor; add it to [[sensors]], "
            "or correct it"
        )
    with writing(load_settings(DatabaseSettings).database_url) as connection:
        for name in names:
            issued = issue_sensor_token(connection, name, wall_clock(), timedelta(days=days))
            typer.echo(f"{name} {issued}")


@app.command("revoke")
def revoke(names: Names) -> None:
    """Revoke every token of these sensors."""
    with writing(load_settings(DatabaseSettings).database_url) as connection:
        for name in names:
            count = revoke_sensor_tokens(connection, name, wall_clock())
            typer.echo(f"{name}: {count} revoked")
