"""`alerting contacts move-village`: give a village another code, or merge it into another."""

from pathlib import Path
from typing import Annotated

import typer

from alerting.cli.security_notes import note_import
from alerting.config import DatabaseSettings, FileSettings, load_settings
from alerting.database.engine import writing
from alerting.office.village_move import VillageMove, plan_village_move, store_village_move
from alerting.runtime import wall_clock
from contacts.division import parse_division


def move_village(
    old: Annotated[str, typer.Argument(help="the present code of the village")],
    new: Annotated[
        str, typer.Argument(help="its new code, or the code of the village that it joins")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="count what would be moved, without storing it")
    ] = False,
) -> None:
    """Give a village another code, or merge it with everything in it into another village."""
    old, new = parse_division(old), parse_division(new)
    files = load_settings(FileSettings)
    with writing(load_settings(DatabaseSettings).database_url) as connection:
        move = plan_village_move(connection, old, new)
        told = _told(move)
        if not dry_run:
            store_village_move(connection, move, wall_clock())
            note_import(connection, "village", new, told)
    typer.echo(f"{'would move ' if dry_run else 'moved '}{told}")
    for file in (files.policy, files.outlines, files.work_groups):
        if file is not None and _names(file, old):
            typer.echo(f"{file} names {old}: write {new} there, then restart each process")


def _told(move: VillageMove) -> str:
    counts = [
        f"{len(move.divisions) - 1} grids",
        f"{len(move.households)} households",
        f"{move.people} people",
        f"{move.officers} officers",
        f"{move.points} hazard points",
    ]
    if move.joins:
        counts.append(f"{move.renumbered} households under another number")
    return f"{move.old} to {move.new}: {', '.join(counts)}"


def _names(file: Path, code: str) -> bool:
    return code.encode() in file.read_bytes()
