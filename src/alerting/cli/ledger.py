"""`alerting ledger`: audit the ledger, and anchor, export, verify and reduce its logs."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer
from sqlalchemy import Connection

from alerting.accounting.audit import Anchor, anchors, check_anchors, verify
from alerting.cli.reduce import reduce_ledger
from alerting.cli.security_notes import note_export
from alerting.config import DatabaseSettings, PolicySettings, load_settings
from alerting.database.engine import Database, existing
from alerting.issuers.store import with_named_issuers
from alerting.ledger.alerts import StoredAlert, find_alert
from alerting.report.export import End, write_export
from alerting.report.proof import Proof, prove
from alerting.report.rules.account import Account, Number
from alerting.roll.tallies import EVERYWHERE
from alerting.runtime import wall_clock

app = typer.Typer(no_args_is_help=True, help=__doc__)


@app.callback()
def ledger() -> None:
    """Audit the ledger, and anchor, export, verify and reduce its logs."""


@app.command("verify")
def verify_ledger(
    anchor: Annotated[
        Path | None,
        typer.Option(help="Output of `anchor`: check that the logs still match it."),
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option(help="File written by `export`: check and fold it, without a database."),
    ] = None,
) -> None:
    """Check the logs' hashes, and recompute standings and tallies; exit 1 if anything differs."""
    kept = _read(anchor) if anchor else []
    if export:
        _verify_export(export, kept)
    database = Database(existing(load_settings(DatabaseSettings).database_url))
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
        f"evidence, {audit.reduced} reduced entries: {len(differences)} differences"
    )
    raise typer.Exit(1 if differences else 0)


def _verify_export(path: Path, kept: list[Anchor]) -> NoReturn:
    """Print how many people an exported log accounts for, and its faults; exit 1 if any."""
    with path.open("rb") as file:
        proof = prove(file, kept)
    for line in _told(proof):
        typer.echo(line)
    raise typer.Exit(1 if proof.faults else 0)


def _told(proof: Proof) -> Iterator[str]:
    head = proof.head
    yield (
        f"alert {head.alert} (#{head.number}, {head.status}, {head.event}), {head.issuer}, "
        f"exported at {head.exported_at:%Y-%m-%d %H:%M:%S} UTC"
    )
    for division, account in proof.accounts.items():
        yield f"{division}: {_sums(account)}"
    yield f"all: {_sums(sum(proof.accounts.values(), Account()))}"
    for percent, at in proof.reached.items():
        yield f"{percent} % known: {f'after {at - head.sent}' if at else 'not yet'}"
    for fault in proof.faults:
        yield f"line {fault.line}: {fault.what}"
    yield (
        f"{head.households} households to {head.roll}, {head.entries} entries to {head.chain}, "
        f"{proof.reduced} of them reduced: {len(proof.faults)} faults"
    )


def _sums(account: Account) -> str:
    def told(number: Number) -> str:
        return f"{number.households} households {number.people} people"

    return (
        f"{told(account.expected)}; verified {told(account.verified)}, claimed "
        f"{told(account.claimed)}, unaccounted {told(account.unaccounted)}, needs help "
        f"{told(account.needs_help)}, staying {told(account.staying)}"
    )


@app.command("export")
def export_log(
    alert: Annotated[int, typer.Argument(metavar="ALERT", help="the alert's id")],
    path: Annotated[Path, typer.Argument(metavar="FILE", help="a file that does not exist yet")],
) -> None:
    """Write an alert's log and roll into a file that `verify --export` can check.

    The file contains phone numbers and people's own words.
    """
    rules = load_settings(PolicySettings).policy.issuer
    database = Database(existing(load_settings(DatabaseSettings).database_url))

    def export(connection: Connection) -> End:
        found, issuers = _known(connection, alert), with_named_issuers(connection, rules)
        # Create the file readable only by its owner.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with open(descriptor, "w", encoding="utf-8", newline="\n") as file:
                return write_export(connection, found, issuers, wall_clock(), file.write)
        except BaseException:
            # Delete an incomplete export, which could not be verified.
            path.unlink()
            raise

    end = database.look(export)
    with database.writer.begin() as connection:
        note_export(connection, f"log {alert}")
    database.close()
    typer.echo(f"{end.households} households to {end.roll}, {end.entries} entries to {end.chain}")


def _known(connection: Connection, alert: int) -> StoredAlert:
    found = find_alert(connection, alert, EVERYWHERE)
    if found is None:
        raise ValueError(f"there is no alert {alert}; its id is in the address of its board")
    return found


app.command("reduce")(reduce_ledger)


@app.command("anchor")
def print_anchors() -> None:
    """Print the number and hash of each log's last entry; keep the output on another machine."""
    database = Database(existing(load_settings(DatabaseSettings).database_url))
    for each in database.look(anchors):
        typer.echo(f"{each.alert} {each.seq} {each.chain}")
    database.close()


_FIELDS: Final = 3


def _read(path: Path) -> list[Anchor]:
    """Return the anchors in a file; each line has an alert, an entry and a hash.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if a line has another form.
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
