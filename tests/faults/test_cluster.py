"""A test of a cluster whose processes are killed one after the other."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
import pytest

from alerting.drill.progress.milestones import Journal
from alerting.drill.service.hosting import until_ready
from alerting.drill.service.processes import Processes
from scripts.cluster_hosting import BLOWS, Cluster
from scripts.cluster_servers import BALANCER, POSTGRES
from tests.support.clocks import story_time
from tests.support.gateway import ACCOUNT, TOKEN
from tests.support.patience import PATIENCE_SECONDS


@pytest.fixture
async def processes(tmp_path: Path) -> AsyncIterator[Processes]:
    settings = {
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM": "+8610007009999",
        "TWILIO_BASE_URL": "http://127.0.0.1:9",
    }
    made = Processes(tmp_path, {f"ALERTING_{name}": value for name, value in settings.items()})
    yield made
    await made.close()


async def ready(url: str) -> tuple[int, str]:
    """Return the status and body of the service's answer to /readyz."""
    async with aiohttp.ClientSession() as session, session.get(f"{url}/readyz") as answer:
        return answer.status, await answer.text()


@pytest.mark.long
async def test_each_killed_process_of_the_cluster_recovers(processes: Processes) -> None:
    cluster = Cluster()
    assert cluster.spared == sorted(BLOWS)
    time = story_time(200.0)
    journal = Journal(time)
    # The database does not run as root, so it cannot open pytest's own folder.
    with TemporaryDirectory(prefix="alerting-cluster-") as folder:
        processes.environment["ALERTING_PUBLIC_URL"] = cluster.url
        processes.environment |= await cluster.open(processes, Path(folder))
        await processes.run("migrate")
        await cluster.start(processes)
        time.begin((time.now() - timedelta(hours=1)).isoformat())
        watching = asyncio.create_task(processes.watch())
        async with asyncio.timeout(PATIENCE_SECONDS):
            await cluster.suffer(processes, time, journal)
        assert not watching.done()
        watching.cancel()
        await processes.kill(POSTGRES)
        status, said = await ready(cluster.url)
        assert (status, "Nothing was recorded" in said) == (503, True)
        await cluster._start(processes, POSTGRES)
        await until_ready(processes, BALANCER, cluster.url)
        await processes.close()
    assert [one.kind for one in cluster.killed] == list(BLOWS)
    assert (cluster.spared, cluster.away_since) == ([], None)
    assert [e.words for e in journal.entries if "is killed" in e.words] == [
        f"{one.process} is killed, and started again" for one in cluster.killed
    ]
