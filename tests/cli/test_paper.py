"""`alerting contacts cards` and `roll` write PDFs without a service."""

from sqlalchemy import Engine

from tests.cli.conftest import Shell
from tests.support.alert_rows import stored_alert
from tests.support.city import QIANFO, found_city


def test_cards_and_rolls_are_written(shell: Shell, engine: Engine) -> None:
    with engine.begin() as connection:
        found_city(connection)
        stored_alert(connection)
    for arguments in (
        ("cards", QIANFO, "a.pdf"),
        ("cards", QIANFO, "b.pdf", "--two", "--lang", "en"),
        ("roll", QIANFO, "c.pdf"),
        ("roll", QIANFO, "d.pdf", "--alert", "1"),
    ):
        run = shell.run("contacts", *arguments)
        assert (run.returncode, run.stderr) == (0, "")
        assert (shell.folder / arguments[2]).read_bytes().startswith(b"%PDF")
        assert run.stdout.startswith(f"{arguments[2]}: ")


def test_refused_print_tells_the_reason(shell: Shell) -> None:
    for arguments, said in (
        (("cards", QIANFO, "a.pdf"), f"there is no division {QIANFO}"),
        (("roll", QIANFO, "a.pdf", "--alert", "7"), "there is no alert 7"),
        (("roll", QIANFO, "a.pdf", "--lang", "xx"), "there is no language 'xx'"),
    ):
        run = shell.run("contacts", *arguments)
        assert (run.returncode, said in run.stderr) == (2, True), run.stderr
        assert not (shell.folder / "a.pdf").exists()
