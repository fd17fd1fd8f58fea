"""The command itself: what it offers, and how it says what is wrong."""

from importlib.metadata import version

import pytest

from tests.cli.conftest import Shell


def test_it_lists_what_it_does(empty: Shell) -> None:
    run = empty.run("--help")
    assert run.returncode == 0
    for command in ("serve", "doctor", "migrate", "contacts", "officers", "ledger", "drill"):
        assert command in run.stdout


@pytest.mark.parametrize(
    "arguments",
    [(), ("sing",), ("contacts",), ("serve", "--port", "many"), ("officers", "token")],
)
def test_what_it_does_not_understand_ends_with_two(
    empty: Shell, arguments: tuple[str, ...]
) -> None:
    assert empty.run(*arguments).returncode == 2


def test_it_tells_its_version(empty: Shell) -> None:
    run = empty.run("--version")
    assert (run.returncode, run.stdout) == (0, f"alerting {version('evacuation-alerting')}\n")


def test_a_misspelt_setting_stops_every_command(empty: Shell) -> None:
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


def test_before_the_first_migration_it_says_that_there_are_no_tables(empty: Shell) -> None:
    run = empty.run("officers", "revoke", "grid")
    assert run.returncode == 2
    assert "alerting migrate" in run.stderr
