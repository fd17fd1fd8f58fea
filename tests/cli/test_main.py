"""The command itself: what it offers, and how it says what is wrong."""

from pathlib import Path

import pytest

from tests.cli.conftest import shell_in


def test_it_lists_what_it_does(tmp_path: Path) -> None:
    run = shell_in(tmp_path).run("--help")
    assert run.returncode == 0
    for command in ("serve", "migrate", "contacts", "officers", "ledger", "drill"):
        assert command in run.stdout


@pytest.mark.parametrize(
    "arguments",
    [(), ("sing",), ("contacts",), ("serve", "--port", "many"), ("officers", "token")],
)
def test_what_it_does_not_understand_ends_with_two(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    run = shell_in(tmp_path).run(*arguments)
    assert run.returncode == 2
    assert "Traceback" not in run.stderr
