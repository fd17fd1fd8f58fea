"""The benches by name: `scripts/bench NAME [--json FILE]`."""

from collections.abc import Callable
from typing import Final

import typer

from scripts.benches import answer, cancel, faults, feed, mutants, send

BENCHES: Final[dict[str, Callable[..., None]]] = {
    "send": send.bench,
    "answer": answer.bench,
    "feed": feed.bench,
    "cancel": cancel.bench,
    "faults": faults.bench,
    "mutants": mutants.bench,
}


def main() -> None:
    """Run the bench that the command line names."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
    for name, bench in BENCHES.items():
        app.command(name)(bench)
    app(prog_name="scripts/bench")


if __name__ == "__main__":
    main()
