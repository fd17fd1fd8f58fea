"""`alerting replies read FILE.tsv`: print how the replies in a file are read."""

from pathlib import Path
from typing import Annotated

import typer

from alerting.policy.policy import default_policy
from alerting.replies.corpus import name_of, read, read_labelled

app = typer.Typer(no_args_is_help=True, help="See how people's replies are read.")


@app.callback()
def _group() -> None:
    """Make typer keep 'read' as a subcommand, although it is the only one."""


@app.command("read")
def read_file(
    file: Annotated[
        Path, typer.Argument(help="Tab-separated file with the columns of the corpus of replies.")
    ],
) -> None:
    """Print how each reply in a file is read: id, intent, count, and whether help is suspected."""
    thresholds = default_policy().second_reader
    typer.echo("id\tintent\tcount\tsuspected")
    for row in read_labelled(file):
        reply = read(row, thresholds)
        count = "" if reply.count is None else str(reply.count)
        suspected = str(reply.suspected).lower()
        typer.echo("\t".join([row.id, name_of(reply.intent), count, suspected]))
