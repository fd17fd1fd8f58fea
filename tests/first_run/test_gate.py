"""The gate of the first run decides which browsers need the one-time code."""

from pathlib import Path

import pytest
from starlette.requests import Request

from alerting.database.engine import Database
from alerting.first_run.gate import FirstRunGate


def request_from(host: str) -> Request:
    return Request({"type": "http", "headers": [], "client": (host, 50_000)})


@pytest.mark.parametrize(
    ("public_url", "client", "needs"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1", False),
        ("http://localhost:8000", "::1", False),
        ("http://127.0.0.1:8000", "192.0.2.7", True),
        ("https://alerts.example.org", "127.0.0.1", True),
    ],
)
def test_code_is_needed_unless_browser_and_public_url_are_on_this_machine(
    tmp_path: Path, public_url: str, client: str, needs: bool
) -> None:
    database = Database(f"sqlite:///{tmp_path}/empty.db")
    gate = FirstRunGate(database, public_url)
    assert gate.needs_code(request_from(client)) is needs
    database.close()
