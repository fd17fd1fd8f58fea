"""`alerting contacts export`: write the roster as a file with the columns of the import."""

import os
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Final

import typer
from sqlalchemy import Connection

from alerting.cli.security_notes import note_export
from alerting.config import DatabaseSettings, load_settings
from alerting.database.engine import Database, existing
from contacts.division import parse_division
from contacts.roster.exporting import KINDS, write_csv, write_workbook

_CSV, _XLSX = ".csv", ".xlsx"

_FOR_EXCEL: Final = "utf-8-sig"
"""Excel reads a CSV file as UTF-8 only if it begins with a byte order mark."""


def export_roster(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=", ".join(KINDS))],
    path: Annotated[Path, typer.Argument(metavar="FILE", help="a new .xlsx or .csv file")],
    division: Annotated[str, typer.Option(help="the division to export; if omitted, all")] = "",
) -> None:
    """Write divisions, officers or households to a file that 'import' reads without a change."""
    if kind not in KINDS:
        raise ValueError(f"there is no kind {kind!r}: write one of {', '.join(KINDS)}")
    if path.suffix not in {_CSV, _XLSX}:
        raise ValueError(f"{path}: name a file that ends in {_XLSX} or {_CSV}")
    within = parse_division(division) if division else ""
    database = Database(existing(load_settings(DatabaseSettings).database_url))

    def export(connection: Connection) -> int:
        # Create the file readable only by its owner.
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as file:
            if path.suffix == _XLSX:
                return write_workbook(connection, kind, within, file)
            with TextIOWrapper(file, _FOR_EXCEL, newline="") as text:
                return write_csv(connection, kind, within, text)

    try:
        count = database.look(export)
        with database.writer.begin() as connection:
            note_export(connection, kind, within)
    finally:
        database.close()
    typer.echo(f"{path}: {count:,} {kind}")
