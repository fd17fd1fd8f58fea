"""`alerting key`: manage the key file that encrypts the database's personal columns."""

from collections import Counter

import typer

import alerting.app  # noqa: F401 - declares all tables
from alerting.config import DatabaseSettings, load_settings
from alerting.database.engine import writer_engine, writing
from alerting.ledger.rotate_keys import begin_rotation, rotate
from alerting.runtime import wall_clock
from contacts.encryption.keys import KEYS, key_file_of, make_key_file

app = typer.Typer(
    no_args_is_help=True,
    help="Make and change the keys that encrypt phones, names, needs, texts and tokens.",
)


@app.command("new")
def new() -> None:
    """Create a key file for a database without one; 'alerting migrate' does this too."""
    file = key_file_of(load_settings(DatabaseSettings).database_url)
    try:
        make_key_file(file)
    except FileExistsError:
        raise ValueError(
            f"{file} exists already, and nothing was changed; 'alerting key rotate' brings a new "
            "key into use"
        ) from None
    typer.echo(f"{file} made. Keep a copy of it, apart from the copies of the database.")


@app.command("rotate")
def rotate_key() -> None:
    """Encrypt everything with a new key, while the service runs and no alert is under way.

    If a rotation was interrupted, the command continues it. The older keys stay in the key file.
    """
    url = load_settings(DatabaseSettings).database_url
    with writing(url) as connection:
        begin_rotation(connection, wall_clock())
    engine = writer_engine(url)
    done: Counter[str] = Counter()
    try:
        for table, rows in rotate(engine):
            done[table] += rows
    finally:
        engine.dispose()
    first, *older = KEYS.ring.ids
    typer.echo(f"{done.total()} rows are encrypted with the key {first}, the first in {KEYS.file}.")
    typer.echo(
        f"Copy this file anew, apart from the database. Only older copies of the database need "
        f"{', '.join(older)}."
    )
