"""The command line itself: help and errors."""

import gc
import subprocess
import sys
from importlib.metadata import version

import pytest

from tests.cli.conftest import Shell


def test_help_lists_the_commands(empty: Shell) -> None:
    run = empty.run("--help")
    assert run.returncode == 0
    for command in ("serve", "doctor", "migrate", "contacts", "officers", "ledger", "drill"):
        assert command in run.stdout


@pytest.mark.parametrize(
    "arguments",
    [(), ("sing",), ("contacts",), ("serve", "--port", "many"), ("officers", "token")],
)
def test_unknown_arguments_exit_2(empty: Shell, arguments: tuple[str, ...]) -> None:
    assert empty.run(*arguments).returncode == 2


def test_version_is_printed(empty: Shell) -> None:
    run = empty.run("--version")
    assert (run.returncode, run.stdout) == (0, f"alerting {version('evacuation-alerting')}\n")


class Watching:
    """An import finder that finds nothing; it records whether the garbage collector is on."""

    def __init__(self, module: str) -> None:
        self.module, self.seen = module, list[bool]()

    def find_spec(self, name: str, *_given: object) -> None:
        if name == self.module:
            self.seen.append(gc.isenabled())


def test_garbage_collector_is_off_while_a_command_is_imported(
    empty: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    watching = Watching("alerting.cli.prune")
    monkeypatch.delitem(sys.modules, watching.module, raising=False)
    monkeypatch.setattr(sys, "meta_path", [watching, *sys.meta_path])
    assert empty.run("prune", "--help").returncode == 0
    assert (watching.seen, gc.isenabled()) == ([False], True)


_ENDING = """
import atexit, gc
from alerting.cli import main

# Runs after the functions that main registers.
atexit.register(lambda: print(gc.get_freeze_count()))
main()
"""


def test_shutdown_collects_none_of_the_imported_objects() -> None:
    # In a separate process, because it must end.
    command = [sys.executable, "-c", _ENDING, "--version"]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    assert int(run.stdout.split()[-1]) > 10_000


def test_misspelt_setting_stops_every_command(empty: Shell) -> None:
    (empty.folder / ".env").write_text("ALERTING_TWILIO_BASE_ULR=http://127.0.0.1:9\n")
    said = (
        "ALERTING_TWILIO_BASE_ULR in .env: there is no such setting; "
        "did you mean ALERTING_TWILIO_BASE_URL?\n"
    )
    for command in (
        ("serve",),
        ("migrate",),
        ("ledger", "verify"),
        ("contacts", "import", "divisions", "bazhong"),
        ("officers", "token", "grid"),
    ):
        run = empty.run(*command)
        assert (run.returncode, run.stdout, run.stderr) == (2, "", said)
    assert [file.name for file in empty.folder.iterdir()] == [".env"]


def test_unmigrated_database_error_names_the_migrate_command(empty: Shell) -> None:
    run = empty.run("officers", "revoke", "grid")
    assert run.returncode == 2
    assert "alerting migrate" in run.stderr
