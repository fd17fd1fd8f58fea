"""Replies read from a file: `alerting replies read FILE.tsv`."""

from pathlib import Path
from typing import Annotated

import typer

from alerting.policy.policy import default_policy
from alerting.replies.corpus import name_of, read, read_labelled

app = typer.Typer(no_args_is_help=True, help="See how people's replies are read.")


@app.callback()
def _group() -> None:
    """Keep 'read' a subcommand, although it is the only one."""


@app.command("read")
def read_file(
    file: Annotated[Path, typer.Argument(help="Tab-separated, with the columns of a corpus.")],
) -> None:
    """Print how each reply of a file is read: id, intent, count, and whether it is suspected."""
    thresholds = default_policy().second_reader
    typer.echo("id\tintent\tcount\tsuspected")
    for row in read_labelled(file):
        reply = read(row, thresholds)
        count = "" if reply.count is None else str(reply.count)
        suspected = str(reply.suspected).lower()
        typer.echo("\t".join([row.id, name_of(reply.intent), count, suspected]))
