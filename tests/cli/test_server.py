"""`alerting serve` reports its address and the board's, or why it cannot start."""

import json
import os
import pty
import signal
import socket
from collections.abc import Iterator

import pytest

from tests.cli.conftest import Shell
from tests.support.key_file import KEY_FILE
from tests.support.nursery import Forked


def told_of(process: Forked) -> dict[str, str]:
    """Return the log entry with the address."""
    assert process.stderr
    for line in process.stderr:
        entry: dict[str, str] = json.loads(line)
        if entry["event"] == "listening":
            return entry
    raise AssertionError


def test_log_has_the_addresses_of_service_and_board(empty: Shell) -> None:
    empty.set(ALERTING_PUBLIC_URL="https://alerts.example.org")
    process = empty.start("serve", "--port", "0", "--loops", "api")
    try:
        told = told_of(process)
        host, _, port = told["address"].removeprefix("http://").rpartition(":")
        socket.create_connection((host, int(port))).close()
        assert told["board"] == "https://alerts.example.org/"
        assert told["loops"] == "api"
    finally:
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=60)
    # Plain lines are printed only in a terminal.
    assert out == ""


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    ours, theirs = pty.openpty()
    yield ours, theirs
    os.close(ours)


@pytest.mark.parametrize(
    ("loops", "is_said"), [pytest.param("api", False, marks=pytest.mark.long), ("read-only", True)]
)
def test_terminal_gets_plain_lines(
    empty: Shell, terminal: tuple[int, int], loops: str, is_said: bool
) -> None:
    ours, theirs = terminal
    process = empty.start("serve", "--port", "0", "--loops", loops, stdout=theirs)
    os.close(theirs)
    try:
        line = b""
        while not line.endswith(b"\n"):
            line += os.read(ours, 1)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    said = line.decode()
    assert said.startswith("Listening on http://127.0.0.1:")
    assert "the board is at http://127.0.0.1:9/" in said
    assert ("read-only: nothing is sent or recorded" in said) is is_said


@pytest.mark.long
def test_error_of_an_address_in_use_has_a_remedy(empty: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = empty.start("serve", "--port", str(port), "--loops", "api")
        _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "Traceback" not in said
    assert said.splitlines()[-1] == (
        f"127.0.0.1:{port} cannot be listened on (Address already in use): stop what listens "
        "there, or choose others with --host and --port"
    )


def test_error_of_a_failed_start_names_the_doctor_command(empty: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"postgresql+psycopg://u@127.0.0.1:{silent.getsockname()[1]}/d?connect_timeout=2"
        empty.set(ALERTING_DATABASE_URL=address, ALERTING_KEY_FILE=KEY_FILE)
        process = empty.start("serve", "--port", "0")
        _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "alerting doctor" in said.splitlines()[-1]
