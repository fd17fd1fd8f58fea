"""Logs have one JSON object per line, with every phone number masked."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from aiohttp import ClientSession, InvalidURL, NonHttpUrlClientError, ServerDisconnectedError

from alerting.logs import failure_told, mask_numbers

NUMBER = "+8610002080001"
MASKED = "+86100****0001"


SCRIPT = f"""
import logging
import structlog
from alerting.logs import configure_logs
configure_logs()
log = structlog.get_logger()
log.info("sent to {NUMBER}", number="{NUMBER}", nested={{"to": ["{NUMBER}"]}}, nobody=None,
    address="https://api/Messages?To=%2B{NUMBER[1:]}&From={NUMBER}")
try:
    raise ValueError("{NUMBER} does not answer\\nat all")
except ValueError:
    log.exception("failed")
    logging.getLogger("uvicorn.error").exception("a library failed with %s", "{NUMBER}")
logging.getLogger("sqlalchemy").info("not this")
logging.getLogger("sqlalchemy").warning("parameters: %s", {{"number": "{NUMBER}"}})
log.debug("nor this")
log.info("滑坡")
"""


@pytest.fixture(scope="module")
def written() -> str:
    """Return what a process with the service's logging wrote to stderr."""
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return run.stderr


@pytest.fixture
def entries(written: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.splitlines()]


def test_no_phone_number_is_logged(written: str) -> None:
    assert NUMBER[1:] not in written
    assert written.count("****0001") >= 9


def test_every_value_is_masked(entries: list[dict[str, Any]]) -> None:
    entry = entries[0]
    assert entry["event"] == f"sent to {MASKED}"
    assert entry["number"] == MASKED
    assert entry["nested"] == f"{{'to': ['{MASKED}']}}"
    assert entry["address"] == f"https://api/Messages?To=%2B86100****0001&From={MASKED}"
    assert (entry["level"], entry["nobody"]) == ("info", None)
    assert entry["timestamp"].endswith("Z")


def test_exception_stays_on_one_line(entries: list[dict[str, Any]]) -> None:
    ours, theirs = entries[1:3]
    for entry in (ours, theirs):
        assert entry["level"] == "error"
        assert f"ValueError: {MASKED} does not answer\nat all" in entry["exception"]
    assert theirs["event"] == f"a library failed with {MASKED}"


def test_library_warnings_use_the_same_format(entries: list[dict[str, Any]]) -> None:
    assert len(entries) == 5
    assert entries[3]["level"] == "warning"
    assert entries[3]["event"] == f"parameters: {{'number': '{MASKED}'}}"


def test_chinese_stays_readable(written: str) -> None:
    assert '"滑坡"' in written


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("+1234567", "+1234567"),
        ("+12345678", "+****5678"),
        ("+8610002080001+8610002080002", "+86100****0001+86100****0002"),
        ("2026-08-29T05:10:00+00:00", "2026-08-29T05:10:00+00:00"),
        ("511921100208", "511921100208"),
    ],
)
def test_only_phone_numbers_are_masked(text: str, masked: str) -> None:
    assert mask_numbers(None, "info", {"event": text}) == {"event": masked}


def test_full_disk_does_not_stop_the_process() -> None:
    script = """
import sys
import structlog
from alerting.logs import configure_logs
configure_logs()
structlog.get_logger().error("not written")
print("went on")
"""
    with open("/dev/full", "w") as full:
        run = subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdout=subprocess.PIPE,
            stderr=full,
            encoding="utf-8",
            check=False,
        )
    assert run.stdout == "went on\n"


@pytest.mark.parametrize("failure", [ServerDisconnectedError(), TimeoutError("late")])
def test_ordinary_failure_is_logged_in_full(failure: Exception) -> None:
    assert failure_told(failure) == repr(failure)


@pytest.mark.parametrize("url", ["http://?key=secret", "ftp://a.example/?key=secret"])
async def test_failure_with_a_url_is_logged_without_it(url: str) -> None:
    async with ClientSession() as session:
        with pytest.raises((InvalidURL, NonHttpUrlClientError)) as failed:
            await session.get(url)
    assert "secret" in repr(failed.value)
    assert "secret" not in failure_told(failed.value)
