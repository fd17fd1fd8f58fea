"""`alerting prune`: delete or reduce data after the policy's retention time, in batches."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Final

import typer
from sqlalchemy import Connection

from alerting.cap_inbox.store import forget_messages
from alerting.cli.reduce import reduce_alerts
from alerting.config import DatabaseSettings, PolicySettings, load_settings
from alerting.database.engine import existing, writing
from alerting.runtime import wall_clock
from alerting.security_log.store import forget
from alerting.sensors.store import forget_readings

app = typer.Typer()

_AT_ONCE: Final = 1_000
"""Rows per transaction, so that a running service waits only milliseconds."""


@app.command()
def prune() -> None:
    """Delete data older than the policy's [retention]; run it daily, while the service runs.

    Personal data of alerts that ended long ago is removed too; see `alerting ledger reduce`.
    """
    policy, now = load_settings(PolicySettings).policy, wall_clock()
    rules = policy.retention
    old = now - timedelta(days=rules.sensor_readings)
    count = _delete(partial(forget_readings, before=old, most=_AT_ONCE))
    typer.echo(f"{count:,} readings of sensors deleted")
    old = now - timedelta(days=rules.cap_inbox)
    count = _delete(partial(forget_messages, before=old, now=now, most=_AT_ONCE))
    typer.echo(f"{count:,} CAP messages deleted")
    old = now - timedelta(days=rules.security_log)
    count = _delete(partial(forget, before=old, most=_AT_ONCE))
    typer.echo(f"{count:,} minutes of the security log deleted")
    reduce_alerts(policy, now)


def _delete(forget: Callable[[Connection], int]) -> int:
    url, total = existing(load_settings(DatabaseSettings).database_url), 0
    while True:
        with writing(url) as connection:
            count = forget(connection)
        total += count
        if count < _AT_ONCE:
            return total
