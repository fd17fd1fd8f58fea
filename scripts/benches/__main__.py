"""The benches by name: `scripts/bench NAME [--json FILE]`."""

from collections.abc import Callable
from typing import Final

import typer

from scripts.benches import (
    answer,
    cancel,
    cluster,
    fanout,
    faults,
    feed,
    growth,
    mutants,
    performance,
    plan,
    reconnect,
    replies,
    send,
)

BENCHES: Final[dict[str, Callable[..., None]]] = {
    "send": send.bench,
    "answer": answer.bench,
    "feed": feed.bench,
    "cancel": cancel.bench,
    "faults": faults.bench,
    "mutants": mutants.bench,
    "performance": performance.bench,
    "plan": plan.bench,
    "growth": growth.bench,
    "cluster": cluster.bench,
    "fanout": fanout.bench,
    "reconnect": reconnect.bench,
    "replies": replies.bench,
}


def main() -> None:
    """Run the bench that the command line names."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
    for name, bench in BENCHES.items():
        app.command(name)(bench)
    app(prog_name="scripts/bench")


if __name__ == "__main__":
    main()
