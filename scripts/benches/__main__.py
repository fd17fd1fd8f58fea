"""The benches by name: `scripts/bench NAME [--json FILE]`."""

from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_command

BENCHES: Final = (
    "send",
    "answer",
    "feed",
    "cancel",
    "faults",
    "mutants",
    "office",
    "performance",
    "plan",
    "prediction",
    "growth",
    "cluster",
    "fanout",
    "reconnect",
    "replies",
    "roster",
    "siege",
)
"""The names of the benches. A bench is the function `bench` in the module of its name."""


class _Benches(TyperGroup):
    """Imports a bench's module only when the bench runs, because some imports take seconds."""

    def list_commands(self, _context: Any) -> list[str]:
        return [*BENCHES]

    def get_command(self, _context: Any, cmd_name: str) -> Any:
        if cmd_name not in BENCHES:
            return None
        bench = typer.Typer(add_completion=False)
        bench.command(cmd_name)(import_module(f"{__package__}.{cmd_name}").bench)
        return get_command(bench)


app = typer.Typer(cls=_Benches, no_args_is_help=True, add_completion=False, help=__doc__)


@app.callback()
def benches() -> None:
    """Make Typer treat each bench as a subcommand."""


def main() -> None:
    """Run the bench that the command line names."""
    app(prog_name="scripts/bench")


if __name__ == "__main__":
    main()
