"""The benches by name: `scripts/bench NAME [--json FILE]`."""

from typing import Final

import typer

from scripts.benches import answer, send

BENCHES: Final = {
    "send": send.bench,
    "answer": answer.bench,
}


def main() -> None:
    """Run the bench that the command line names."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
    for name, bench in BENCHES.items():
        app.command(name)(bench)
    # With a single command typer would take no name: a callback keeps it.
    app.callback()(lambda: None)
    app(prog_name="scripts/bench")


if __name__ == "__main__":
    main()
