"""`alerting ledger reduce`: remove personal data from alerts that ended long ago."""

from datetime import datetime, timedelta
from typing import Annotated

import typer

from alerting.config import DatabaseSettings, PolicySettings, load_settings
from alerting.database.engine import Database, existing, writer_engine
from alerting.policy.policy import Policy
from alerting.retention.reduce import due_alerts, reduce_due, reduce_strangers
from alerting.runtime import wall_clock


def reduce_ledger(
    apply: Annotated[
        bool,
        typer.Option("--apply", help="remove the data for good; if omitted, only list the alerts"),
    ] = False,
) -> None:
    """List alerts whose personal data is past its retention time, or remove that data.

    Names, phones, links and people's words are removed; counts, times and officers' acts stay.
    """
    policy, now = load_settings(PolicySettings).policy, wall_clock()
    if apply:
        reduce_alerts(policy, now)
        return
    database = Database(existing(load_settings(DatabaseSettings).database_url))
    due = database.look(lambda connection: due_alerts(connection, _kept_since(policy, now)))
    database.close()
    for alert in due:
        typer.echo(
            f"alert {alert.id} (#{alert.number}), ended at {alert.ended_at:%Y-%m-%d %H:%M} UTC"
        )
    typer.echo(f"{len(due)} alerts to be reduced; --apply reduces them")


def reduce_alerts(policy: Policy, now: datetime) -> None:
    """Remove personal data past its retention time; print the numbers."""
    before = _kept_since(policy, now)
    engine = writer_engine(existing(load_settings(DatabaseSettings).database_url))
    try:
        for alert, rows in reduce_due(engine, policy, before, now):
            typer.echo(f"alert {alert.id} (#{alert.number}): {rows:,} rows reduced")
        strangers = reduce_strangers(engine, before)
    finally:
        engine.dispose()
    typer.echo(f"{strangers:,} texts without an alert emptied")


def _kept_since(policy: Policy, now: datetime) -> datetime:
    return now - timedelta(days=policy.retention.personal_data)
