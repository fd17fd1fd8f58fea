"""Tests of starting the service. `tests/faults/test_crash` has the tests of kills."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from alerting.drill.service.hosting import (
    HOST,
    Killed,
    OneProcess,
    free_port,
    seconds_of,
    until_ready,
)
from alerting.drill.service.processes import Processes
from alerting.drill.story_time import DrillError
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running import listening

_UNREADY = """
import http.server
class Unready(http.server.BaseHTTPRequestHandler):
    asked = 0
    def do_GET(self):
        Unready.asked += 1
        self.send_response(200 if Unready.asked > 2 else 503)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", {port}), Unready).serve_forever()
"""


@pytest.fixture
async def processes(tmp_path: Path) -> AsyncIterator[Processes]:
    made = Processes(tmp_path, {})
    made.environment["PYTHONPATH"] = str(tmp_path)
    yield made
    await made.close()


async def test_start_waits_until_the_service_is_ready(processes: Processes, tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "slow.py").write_text(_UNREADY.format(port=port))
    await processes.start("slow", "slow")
    await until_ready(processes, "slow", f"http://{HOST}:{port}")
    assert (tmp_path / "slow.log").read_text().count(" 503 ") == 2


async def test_error_names_a_process_that_ends_early_and_shows_its_log(
    processes: Processes, tmp_path: Path
) -> None:
    (tmp_path / "brief.py").write_text("import sys; sys.exit('I cannot go on')\n")
    await processes.start("brief", "brief")
    with pytest.raises(DrillError, match=r"the brief ended by itself[\s\S]*I cannot go on"):
        await until_ready(processes, "brief", f"http://{HOST}:{free_port()}")


async def test_service_counts_as_spared_until_it_is_killed(tmp_path: Path) -> None:
    assert OneProcess().spared == []
    falling = OneProcess(crash_at=5.0)
    assert falling.spared == ["service"]
    falling.killed.append(Killed("service", "service", 5.0, 1.0, 1.0))
    assert falling.spared == []
    settings = await falling.open(Processes(tmp_path, {}), tmp_path)
    assert settings == {"ALERTING_DATABASE_URL": f"sqlite:///{tmp_path}/alerting.db"}


async def test_seconds_of_returns_the_duration_of_the_work() -> None:
    assert 0.05 <= await seconds_of(asyncio.sleep(0.05)) < PATIENCE_SECONDS


def test_no_process_listens_on_a_free_port() -> None:
    with listening() as plug:
        assert free_port() != plug.getsockname()[1]


def test_server_can_listen_on_a_free_port() -> None:
    with socket.create_server((HOST, free_port())):
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a server could not listen then")
def test_free_port_is_assigned_to_no_other_socket() -> None:
    port = free_port()
    with socket.socket() as plug, pytest.raises(OSError, match="in use"):
        plug.bind((HOST, port))
