"""`alerting serve`, started as a process."""

import asyncio
import contextlib
import signal
import sqlite3

import aiohttp
import pytest

from alerting.drill.service.hosting import free_port
from tests.cli.conftest import Shell
from tests.support.patience import PATIENCE_SECONDS


async def until_ready(port: int) -> None:
    async with aiohttp.ClientSession() as session, asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("loops", "senders"),
    [
        pytest.param("api", 0, marks=pytest.mark.long),
        pytest.param("escalate", 0, marks=pytest.mark.long),
        ("deliver", 2),
    ],
)
async def test_service_starts_in_an_empty_folder_and_stops_cleanly(
    empty: Shell, loops: str, senders: int
) -> None:
    port = free_port()
    process = empty.start("serve", "--port", str(port), "--loops", loops)
    await until_ready(port)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=PATIENCE_SECONDS)
    assert "Traceback" not in said
    assert process.returncode == 0
    with contextlib.closing(sqlite3.connect(empty.folder / "alerting.db")) as database:
        assert database.execute("SELECT count(*) FROM providers").fetchone() == (senders,)


def test_wrong_settings_are_all_listed(empty: Shell) -> None:
    empty.set(ALERTING_TWILIO_FROM="x", ALERTING_PUBLIC_URL="y")
    run = empty.run("serve")
    assert (run.returncode, run.stdout) == (2, "")
    assert [line.partition(":")[0] for line in run.stderr.splitlines()] == [
        "ALERTING_PUBLIC_URL",
        "ALERTING_TWILIO_FROM",
    ]
    assert not (empty.folder / "alerting.db").exists()
