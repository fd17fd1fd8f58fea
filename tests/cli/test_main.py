"""The command itself: what it offers, and how it says what is wrong."""

import pytest

from tests.cli.conftest import Shell


def test_it_lists_what_it_does(empty: Shell) -> None:
    run = empty.run("--help")
    assert run.returncode == 0
    for command in ("serve", "migrate", "contacts", "officers", "ledger", "drill"):
        assert command in run.stdout


@pytest.mark.parametrize(
    "arguments",
    [(), ("sing",), ("contacts",), ("serve", "--port", "many"), ("officers", "token")],
)
def test_what_it_does_not_understand_ends_with_two(
    empty: Shell, arguments: tuple[str, ...]
) -> None:
    assert empty.run(*arguments).returncode == 2


def test_before_the_first_migration_it_says_that_there_are_no_tables(empty: Shell) -> None:
    run = empty.run("officers", "revoke", "grid")
    assert run.returncode == 2
    assert "alerting migrate" in run.stderr
