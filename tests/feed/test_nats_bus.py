"""Hints pass between processes through a real NATS server, which starts and dies."""

import asyncio
import sysconfig
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path

import nats
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import NoServersError

from alerting.drill.service.hosting import free_port
from alerting.feed.nats_bus import NatsBus, subject_of, subjects_of
from alerting.ledger.hints import ALERTS, DELIVERIES
from tests.support.patience import PATIENCE_SECONDS

SERVER = Path(sysconfig.get_path("scripts")) / "nats-server"
COUNTY, VILLAGE, GRID = "511921", "511921100208", "511921100208001"


@pytest.fixture
def port() -> int:
    return free_port()


@asynccontextmanager
async def server(port: int) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        SERVER, "--addr", "127.0.0.1", "--port", str(port), stdout=DEVNULL, stderr=DEVNULL
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def connected(url: str) -> Client:
    """Return a client, after waiting until the server listens."""
    while True:
        try:
            return await nats.connect(url, allow_reconnect=False)
        except (OSError, NoServersError):
            await asyncio.sleep(0.05)


async def hint_until(sender: NatsBus, division: str, heard: Collection[str]) -> None:
    """Publish hints until one arrives, because hints are lost until the sender is connected."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while division not in heard:
            sender.publish((ALERTS, division))
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("division", "subject"),
    [
        (VILLAGE, "alerts.51.19.21.100.208"),
        (GRID, "alerts.51.19.21.100.208.001"),
        (COUNTY, "alerts.51.19.21"),
        ("51", "alerts.51"),
        ("", "alerts.all"),
    ],
)
def test_subjects_follow_the_division_tree(division: str, subject: str) -> None:
    assert subject_of(ALERTS, division) == subject


def test_county_subscribes_to_its_parts_and_the_divisions_above() -> None:
    assert subjects_of(ALERTS, COUNTY) == [
        *("alerts.all", "alerts.51.19", "alerts.51", "alerts.51.19.21", "alerts.51.19.21.>")
    ]
    assert subjects_of(ALERTS, "") == ["alerts.>"]


async def test_hints_go_both_ways_without_echo(port: int) -> None:
    url = f"nats://127.0.0.1:{port}"
    here, there = list[str](), list[str]()
    async with server(port), NatsBus(url) as one, NatsBus(url) as other:
        one.subscribe(ALERTS, here.append)
        other.subscribe(ALERTS, there.append)
        await hint_until(one, VILLAGE, there)
        await hint_until(other, GRID, here)
        here.clear()
        one.publish((ALERTS, COUNTY))
        assert here == [COUNTY]
        await hint_until(other, "", here)
        assert here[0] == COUNTY
        assert here.count(COUNTY) == 1


async def test_process_of_a_county_gets_no_hints_about_another_county(port: int) -> None:
    url, elsewhere = f"nats://127.0.0.1:{port}", "511902001001"
    own, everywhere = list[str](), list[str]()
    buses = (NatsBus(url), NatsBus(url, COUNTY), NatsBus(url))
    async with server(port), buses[0] as one, buses[1] as county, buses[2] as city:
        county.subscribe(ALERTS, own.append)
        city.subscribe(ALERTS, everywhere.append)
        await hint_until(one, VILLAGE, own)
        await hint_until(one, elsewhere, everywhere)
        for division in ("51", "", GRID):
            await hint_until(one, division, own)
    assert elsewhere not in own


async def test_simultaneous_hints_are_coalesced_by_kind(port: int) -> None:
    url = f"nats://127.0.0.1:{port}"
    subjects = list[str]()

    async def listen(message: Msg) -> None:
        subjects.append(message.subject)

    async def hear(mark: str) -> None:
        """Publish a mark until the listener gets it; all earlier hints have then arrived too."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while mark not in subjects:
                bus.publish(("marks", mark.removeprefix("marks.")))
                await asyncio.sleep(0.05)

    async with server(port), NatsBus(url) as bus:
        async with asyncio.timeout(PATIENCE_SECONDS):
            listener = await connected(url)
        await listener.subscribe(">", cb=listen)
        await hear("marks.51")
        for number in range(200, 300):
            bus.publish((ALERTS, f"511921100{number}"))
            bus.publish((DELIVERIES, COUNTY))
        await hear("marks.52")
        await listener.close()
    assert sorted(subject for subject in subjects if not subject.startswith("marks")) == [
        "alerts.51.19.21.100",
        "deliveries.51.19.21",
    ]


async def test_hints_resume_after_server_restart(port: int) -> None:
    url = f"nats://127.0.0.1:{port}"
    here, there = list[str](), list[str]()
    async with NatsBus(url) as one, NatsBus(url) as other:
        one.subscribe(ALERTS, here.append)
        other.subscribe(ALERTS, there.append)
        one.publish((ALERTS, "51"))
        assert here == ["51"]
        async with server(port) as process:
            await hint_until(one, VILLAGE, there)
            process.kill()
            await process.wait()
            for _ in range(50):
                one.publish((ALERTS, COUNTY))
                await asyncio.sleep(0.01)
            assert here.count(COUNTY) == 50
        async with server(port):
            await hint_until(one, GRID, there)


async def test_bus_closes_even_if_no_server_runs(port: int) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS), NatsBus(f"nats://127.0.0.1:{port}") as bus:
        bus.publish((ALERTS, VILLAGE))
        await asyncio.sleep(0.1)
