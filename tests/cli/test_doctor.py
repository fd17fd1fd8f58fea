"""`alerting doctor` prints one screen, and exits 1 if alerting would fail."""

import json
import os
import pty
import socket

import pytest
from sqlalchemy import Engine, delete

from contacts.tables import HOUSEHOLD_PHONES
from tests.cli.conftest import SERVICE, Shell
from tests.support.city import found_city
from tests.support.gateway import TOKEN, Gateway


@pytest.fixture
def ready(shell: Shell, engine: Engine, gateway: Gateway) -> Shell:
    """Return a shell with a roster and a reachable provider."""
    with engine.begin() as connection:
        found_city(connection)
    shell.set(ALERTING_TWILIO_AUTH_TOKEN=TOKEN, ALERTING_TWILIO_BASE_URL=gateway.url)
    return shell


def marks(stdout: str) -> set[tuple[str, str]]:
    """Return the part and mark of each line except the verdict."""
    rows = [line.split() for line in stdout.splitlines()[:-1]]
    return {(row[1], row[0]) for row in rows}


def test_warnings_alone_exit_0(ready: Shell) -> None:
    run = ready.run("doctor")
    assert (run.returncode, run.stderr) == (0, "")
    assert marks(run.stdout) == {
        *((part, "ok") for part in ("settings", "database", "schema", "providers", "roster")),
        ("roster", "warning"),
        ("paper", "ok"),
        ("clock", "ok"),
    }
    assert "2 households have no phone" in run.stdout
    assert run.stdout.endswith("Alerts can be sent: 0 wrong, 1 warning.\n")


def test_empty_folder_gets_all_findings_and_no_files(empty: Shell) -> None:
    empty.unset(*SERVICE)
    run = empty.run("doctor")
    assert (run.returncode, run.stderr) == (1, "")
    for words in (
        "ALERTING_PUBLIC_URL: it is missing -> set the address",
        "nothing can be sent -> set ALERTING_TWILIO_ACCOUNT_SID",
        "there is no alerting.db -> run 'alerting migrate' to make it",
    ):
        assert words in run.stdout
    assert list(empty.folder.iterdir()) == []


def test_fault_of_one_part_does_not_stop_the_other_checks(ready: Shell) -> None:
    ready.set(ALERTING_PUBLIC_URL="alerts.example.org")
    run = ready.run("doctor")
    assert run.returncode == 1
    assert ("settings", "WRONG") in marks(run.stdout)
    assert {("providers", "ok"), ("schema", "ok"), ("roster", "ok")} <= marks(run.stdout)


def test_refused_credentials_exit_1(ready: Shell) -> None:
    ready.set(ALERTING_TWILIO_AUTH_TOKEN="another")
    run = ready.run("doctor")
    assert run.returncode == 1
    assert "WRONG    providers  Twilio refuses the credentials -> copy" in run.stdout


def test_unreachable_provider_exits_1(ready: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    ready.set(ALERTING_TWILIO_BASE_URL=url)
    run = ready.run("doctor")
    assert run.returncode == 1
    assert f"Twilio does not answer at {url}" in run.stdout


def test_unreachable_database_server_exits_1(ready: Shell) -> None:
    ready.set(ALERTING_DATABASE_URL="postgresql+psycopg://u:geheim@127.0.0.1:1/d")
    run = ready.run("doctor")
    assert (run.returncode, run.stderr) == (1, "")
    assert "u:***@127.0.0.1:1/d cannot be used" in run.stdout
    assert "geheim" not in run.stdout


def test_json_output_has_findings(ready: Shell, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(delete(HOUSEHOLD_PHONES))
    run = ready.run("doctor", "--json")
    told = json.loads(run.stdout)
    assert (run.returncode, told["ok"]) == (0, True)
    (phoneless,) = [each for each in told["findings"] if each["severity"] == "warning"]
    assert phoneless["part"] == "roster"
    assert phoneless["said"].startswith("20 households have no phone")
    assert phoneless["remedy"]


def test_terminal_output_is_a_table_of_one_screen(ready: Shell) -> None:
    ours, theirs = pty.openpty()
    ready.set(COLUMNS="80", TERM="xterm")
    process = ready.start("doctor", stdout=theirs)
    os.close(theirs)
    said = b""
    while chunk := _read(ours):
        said += chunk
    os.close(ours)
    process.communicate(60)
    assert process.returncode == 0
    lines = said.decode().splitlines()
    assert len(lines) < 24
    assert "\x1b[32mok" in lines[0]
    assert any(line.strip().startswith("\x1b[1m-> ") for line in lines)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:
        # Linux raises OSError when the other end is closed.
        return b""
