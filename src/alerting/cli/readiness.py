"""`alerting readiness`: tell whom an alert would miss tonight and why, by the current roster."""

import json
from collections import Counter
from dataclasses import asdict
from typing import Annotated, Final

import typer

from alerting.config import DatabaseSettings, PolicySettings, load_settings
from alerting.database.engine import Database, existing
from alerting.readiness.forecast import PlaceReadiness, Readiness
from alerting.readiness.gaps import MISSED
from alerting.readiness.look import look
from alerting.readiness.store import save
from alerting.runtime import wall_clock
from contacts.division import Tier, tier_of

_LISTED: Final = 20

_MINUTE: Final = 60

app = typer.Typer()


@app.command()
def readiness(
    as_json: Annotated[bool, typer.Option("--json", help="print it as JSON, for machines")] = False,
) -> None:
    """Forecast an alert of everybody tonight, and store the forecast for the page.

    It prints the codes of divisions and households, and the ids of officers. The exit status is 1
    if somebody would be missed.
    """
    settings, policy = load_settings(DatabaseSettings), load_settings(PolicySettings).policy
    database, now = Database(existing(settings.database_url)), wall_clock()
    try:
        found = database.look(lambda connection: look(connection, policy, now))
        with database.writer.begin() as connection:
            save(connection, found)
    finally:
        database.close()
    missed = sum(gap.number for gap in found.gaps if gap.reason in MISSED)
    if as_json:
        typer.echo(_json(found, missed))
    else:
        _tell(found, missed)
    raise typer.Exit(1 if missed else 0)


def _json(found: Readiness, missed: int) -> str:
    told = {
        "at": found.at.isoformat(),
        "missed": missed,
        "places": [asdict(each) for each in found.places],
        "gaps": [asdict(each) for each in found.gaps],
    }
    return json.dumps(told, ensure_ascii=False, indent=2, default=str)


def _tell(found: Readiness, missed: int) -> None:
    for each in found.places:
        if tier_of(each.division) in {Tier.CITY, Tier.COUNTY, Tier.TOWN}:
            typer.echo(_line(each, found))
    for reason, number in Counter(gap.reason for gap in found.gaps).items():
        typer.echo(f"{number:,} {reason}")
    for gap in found.gaps[:_LISTED]:
        what = gap.about.name.lower()
        typer.echo(f"{gap.reason}  {what} {gap.subject}  in {gap.division}  {gap.number:,}")
    if len(found.gaps) > _LISTED:
        typer.echo(f"{len(found.gaps) - _LISTED:,} more: see /admin/readiness")
    typer.echo(f"{missed:,} households would be missed" if missed else "Nobody would be missed")


def _line(each: PlaceReadiness, found: Readiness) -> str:
    made = each.prediction
    if made.earliest is None or made.latest is None:
        when = f"no time can be named: {made.reason} {made.number:,}"
    else:
        first, last = (
            round((at - found.at).total_seconds() / _MINUTE) for at in (made.earliest, made.latest)
        )
        when = f"zero after {first} to {last} min"
    return f"{each.division}  {each.people:,} people  {when}"
