"""`alerting ledger`: audit the ledger, and print anchors of its logs."""

from pathlib import Path
from typing import Annotated, Final

import typer

from alerting.accounting.audit import Anchor, anchors, check_anchors, verify
from alerting.config import DatabaseSettings, load_settings
from alerting.database.engine import Database

app = typer.Typer(no_args_is_help=True, help=__doc__)


@app.callback()
def ledger() -> None:
    """Audit the ledger."""


@app.command("verify")
def verify_ledger(
    anchor: Annotated[
        Path | None,
        typer.Option(help="A file that `anchor` printed: are the logs still those of then?"),
    ] = None,
) -> None:
    """Check the logs' hashes, rebuild standings and tallies, compare; exit 1 where they differ."""
    kept = _read(anchor) if anchor else []
    database = Database(load_settings(DatabaseSettings).database_url)
    audit = database.look(verify)
    differences = [
        *audit.differences,
        *database.look(lambda connection: list(check_anchors(connection, kept))),
    ]
    database.close()
    for each in differences:
        typer.echo(f"alert {each.alert}, {each.what}: kept {each.kept}, rebuilt {each.rebuilt}")
    typer.echo(
        f"{audit.alerts} alerts, {audit.households} households, {audit.evidence} pieces of "
        f"evidence: {len(differences)} differences"
    )
    raise typer.Exit(1 if differences else 0)


@app.command("anchor")
def print_anchors() -> None:
    """Print the end of each alert's log and its hash, to be kept where nobody here can write."""
    database = Database(load_settings(DatabaseSettings).database_url)
    for each in database.look(anchors):
        typer.echo(f"{each.alert} {each.seq} {each.chain}")
    database.close()


_FIELDS: Final = 3


def _read(path: Path) -> list[Anchor]:
    """Return the anchors in a file, a line each: alert, entry, hash.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if a line is no anchor.
    """
    lines = path.read_text("utf-8").splitlines()
    return [_anchor(number, line.split()) for number, line in enumerate(lines, start=1)]


def _anchor(number: int, words: list[str]) -> Anchor:
    if len(words) != _FIELDS or not (words[0].isdecimal() and words[1].isdecimal()):
        raise ValueError(
            f"anchor, line {number}: expected an alert, an entry and a hash, as 'alerting ledger "
            "anchor' prints them"
        )
    return Anchor(int(words[0]), int(words[1]), words[2])
