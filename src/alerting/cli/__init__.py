"""The command line `alerting`: serve, migrate, diagnose, maintain the roster, and drill."""

import atexit
import gc
import sys
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_command

from alerting.cli.refusals import MENDABLE, message_for

COMMANDS: Final = (
    "contacts",
    "officers",
    "cap",
    "sensors",
    "ledger",
    "replies",
    "serve",
    "key",
    "doctor",
    "readiness",
    "migrate",
    "backup",
    "restore",
    "prune",
    "drill",
)
"""Names of the commands. The module of the same name has the command's `app`."""


class _Commands(TyperGroup):
    """Imports a command's module only when needed, because importing all modules takes seconds."""

    def list_commands(self, _context: Any) -> list[str]:
        return [*COMMANDS]

    def get_command(self, _context: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        command = get_command(_loaded(cmd_name))
        command.name = cmd_name
        return command


def _loaded(command: str) -> typer.Typer:
    """Import the module of a command and return its app.

    The garbage collector is off meanwhile: imported objects are not garbage, and scanning them
    repeatedly takes a fifth of the startup time.
    """
    gc.disable()
    try:
        loaded: typer.Typer = import_module(f"{__name__}.{command}").app
    finally:
        gc.enable()
    return loaded


app = typer.Typer(
    cls=_Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)

USAGE_ERROR: Final = 2


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"alerting {version('evacuation-alerting')}")
        raise typer.Exit


@app.callback()
def alerting(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Serve, migrate, diagnose, maintain the roster, and drill."""


def main() -> None:
    """Run the command line; print failures that the user can repair without a traceback."""
    # Spares the interpreter's collections at shutdown, up to a quarter of a short command's time.
    atexit.register(gc.freeze)
    try:
        app()
    except MENDABLE as wrong:
        sys.stderr.write(f"{message_for(wrong)}\n")
        sys.exit(USAGE_ERROR)
