import asyncio
import json
from pathlib import Path

import pytest

from tests.drill.gateway.conftest import SENDER, StartProcess, phone
from tests.support.patience import PATIENCE_SECONDS

pytestmark = [
    pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The 'auth' parameter is deprecated:DeprecationWarning"),
]


async def test_gateway_stops_when_standard_input_closes(start_process: StartProcess) -> None:
    started = await start_process(1)
    assert started.process.stdin is not None
    started.process.stdin.close()
    assert await asyncio.wait_for(started.process.wait(), PATIENCE_SECONDS) == 0


async def test_gateway_stops_on_a_signal_with_texts_queued(start_process: StartProcess) -> None:
    started = await start_process(1, "--segments-per-second", "0.1")
    for number in range(3):
        await started.gateway.client.messages.create_async(to=phone(number), from_=SENDER, body="x")
    started.process.terminate()
    assert await asyncio.wait_for(started.process.wait(), PATIENCE_SECONDS) in {0, -15}


async def test_gateway_listens_only_on_loopback(start_process: StartProcess) -> None:
    started = await start_process(1)
    assert started.gateway.url.startswith("http://127.0.0.1:")


async def test_roster_and_faults_are_read_from_files(
    start_process: StartProcess, tmp_path: Path
) -> None:
    roster, faults = tmp_path / "people.json", tmp_path / "faults.json"
    officer = {"code": "officer-1", "kind": "officer", "phones": [phone(1)]}
    roster.write_text(json.dumps([officer]), "utf-8")
    faults.write_text(json.dumps([{"kind": "undelivered", "to": 3600, "count": 1}]), "utf-8")
    started = await start_process(
        1000, *("--seed", "3", "--roster", str(roster), "--faults", str(faults))
    )
    await started.gateway.client.messages.create_async(to=phone(2), from_=SENDER, body="lost")
    await started.gateway.until_stats(lambda stats: stats["undelivered"] == 1)
    await started.gateway.client.messages.create_async(
        to=phone(1), from_=SENDER, body="ACKNOWLEDGE, reply 1"
    )
    stats = await started.gateway.until_stats(lambda stats: stats["inbound"] == 1)
    assert (stats["undelivered"], stats["delivered"]) == (1, 1)
    [reply] = await started.gateway.client.messages.list_async(to=SENDER)
    assert (reply.from_, reply.body) == (phone(1), "1")
