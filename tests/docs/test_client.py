"""The example client works as documented, against a real server."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from pathlib import Path
from typing import Final

from alerting.roll.tables import roll
from tests.support.city import QIANFO
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running import Running

CLIENT: Final = Path(__file__).parents[2] / "docs/examples/client.py"


async def started(service: Running, token: str) -> Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, str(CLIENT), service.url, QIANFO),
        stdout=PIPE,
        stderr=STDOUT,
        env=os.environ | {"ALERTING_TOKEN": token},
    )


async def test_client_raises_an_exercise_and_follows_it_to_zero(service: Running) -> None:
    client = await started(service, service.tokens["commander"])
    assert client.stdout
    async with asyncio.timeout(PATIENCE_SECONDS):
        told = [await client.stdout.readline()]
        while not told[-1].startswith(b"unaccounted "):
            told.append(await client.stdout.readline())
            assert told[-1], told
        for home in service.rows(roll.select().with_only_columns(roll.c.household)):
            finding = {"household": home.household, "report": "evacuated"}
            status, body = await service.post("/api/alerts/1/evidence", "commander", finding)
            assert status == 200, body
        rest, _ = await client.communicate()
    text = (b"".join(told) + rest).decode()
    assert client.returncode == 0, text
    for words in (
        "town_commander",
        "would be told",
        "alert 1 was raised",
        "close",
        "accounted for",
    ):
        assert words in text, text


async def test_client_says_why_it_is_refused(service: Running) -> None:
    client = await started(service, service.tokens["administrator"])
    told, _ = await client.communicate()
    assert client.returncode == 1
    assert b"forbidden: somebody with the role administrator" in told
