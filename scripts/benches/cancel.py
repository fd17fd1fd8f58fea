"""A cancellation in mid-send: the time until the last correction leaves, and its recipients.

The service runs as under `alerting serve`, with the gateway behind it and a faster clock. Once half
of the texts are accepted, with others in flight or queued, the alert is cancelled over HTTP. The
figures come only from the gateway's record of texts: recipient and order.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import aiohttp
import typer

from alerting.clock_file import ClockFile
from alerting.drill.service.hosting import free_port
from alerting.drill.service.processes import Processes
from alerting.messages.languages import LANGUAGES
from alerting.messages.text import HOME_LANGUAGE, TextKind
from scripts.benches.report import JsonFile, Rounds, medians, report
from scripts.benches.town import (
    EXERCISE,
    HOST,
    NO_FAULTS,
    TOWN,
    Account,
    found_town,
    fresh_copy,
    start_gateway,
    until_ready,
    workshop,
)

SPEED: Final = 2.0
"""Clock speed: story seconds per real second."""
ANSWER_SECONDS: Final = 0.05
SEGMENTS_PER_SECOND: Final = 100
_LOOK_SECONDS: Final = 0.05
_PATIENCE_SECONDS: Final = 120.0
_ROOT: Final = "/api/alerts"
_WRONGS: Final = ("outside_audience", "missed", "repeated", "overtaken")
_OF_A_CANCELLATION: Final = LANGUAGES[HOME_LANGUAGE].texts[TextKind.CANCELLATION].partition("{")[0]


def bench(
    households: Annotated[int, typer.Option(min=2, help="households to reach")] = 2292,
    rounds: Rounds = 3,
    json_file: JsonFile = None,
) -> None:
    """Measure a cancellation in mid-send: seconds of story time, and the recipients."""
    with workshop() as folder:
        token = found_town(folder / TOWN, households)
        found = [asyncio.run(_round(folder, token, households)) for _ in range(rounds)]
    # Summed, because a median could hide an error of one round.
    wrongs = {name: sum(each[name] for each in found) for name in _WRONGS}
    report("cancel", medians(found) | wrongs, json_file)


@dataclass(frozen=True)
class _Texts:
    """The texts that the gateway took for one phone, in the order in which they left."""

    originals: list[datetime]
    corrections: list[datetime]


async def _round(folder: Path, token: str, households: int) -> dict[str, float]:
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        _service(folder) as (service, gateway),
        aiohttp.ClientSession(service, headers=headers) as office,
        aiohttp.ClientSession(gateway) as provider,
        asyncio.timeout(_PATIENCE_SECONDS),
    ):
        alert = await _post(office, _ROOT, EXERCISE)
        await _until_taken(provider, households // 2)
        began = datetime.now(UTC)
        cancelled = await _post(office, f"{_ROOT}/{alert['id']}/cancel", {"reason": "a bench"})
        answered = datetime.now(UTC)
        texts = await _all_handed_over(office, provider, alert["id"])
    last = max(at for phone in texts.values() for at in phone.corrections)
    return {
        "seconds_to_last_correction": (last - began).total_seconds() * SPEED,
        "milliseconds_to_answer": (answered - began).total_seconds() * 1000,
        "told": cancelled["correction"]["texts"],
        **_wrongs(texts),
    }


def _wrongs(texts: dict[str, _Texts]) -> dict[str, float]:
    """Count the phones with each kind of error."""
    phones = texts.values()
    return {
        "outside_audience": sum(1 for p in phones if p.corrections and not p.originals),
        "missed": sum(1 for p in phones if p.originals and not p.corrections),
        "repeated": sum(1 for p in phones if len(p.corrections) > 1),
        "overtaken": sum(
            1
            for p in phones
            if p.originals and p.corrections and p.corrections[0] < p.originals[-1]
        ),
    }


async def _until_taken(provider: aiohttp.ClientSession, texts: int) -> None:
    while True:
        if (await _get(provider, "/control/stats"))["created"] >= texts:
            break
        await asyncio.sleep(_LOOK_SECONDS)


async def _all_handed_over(
    office: aiohttp.ClientSession, provider: aiohttp.ClientSession, alert: int
) -> dict[str, _Texts]:
    """Wait until no text is pending and all have left the gateway; return them by phone."""
    while True:
        waiting = await _owed(office, alert)
        texts = await _get(provider, "/control/messages")
        if not waiting and all(text["sent_at"] for text in texts):
            break
        await asyncio.sleep(10 * _LOOK_SECONDS)
    by_phone: dict[str, _Texts] = defaultdict(lambda: _Texts([], []))
    for text in texts:
        phone = by_phone[text["to"]]
        correction = _OF_A_CANCELLATION in text["body"]
        at = datetime.fromisoformat(text["sent_at"])
        (phone.corrections if correction else phone.originals).append(at)
    return by_phone


async def _owed(office: aiohttp.ClientSession, alert: int) -> int:
    state = await _get(office, f"{_ROOT}/{alert}")
    waiting = {"queued", "sending", "unknown"}
    counts: list[int] = [
        each["count"]
        for each in state["deliveries"]
        if each["channel"] == "sms" and each["state"] in waiting
    ]
    return sum(counts)


async def _post(session: aiohttp.ClientSession, path: str, body: object) -> Any:
    async with session.post(path, json=body) as answer:
        if not answer.ok:
            raise RuntimeError(await answer.text())
        return await answer.json()


async def _get(session: aiohttp.ClientSession, path: str) -> Any:
    async with session.get(path) as answer:
        return await answer.json()


@asynccontextmanager
async def _service(folder: Path) -> AsyncIterator[tuple[str, str]]:
    """Run the service with a gateway of its own; yield the URLs of both."""
    port, account = free_port(), Account()
    service = f"http://{HOST}:{port}"
    clock = folder / "clock"
    ClockFile.create(clock, SPEED, datetime.now(UTC))
    settings = {
        "ALERTING_DATABASE_URL": f"sqlite:///{fresh_copy(folder)}",
        "ALERTING_PUBLIC_URL": service,
        "ALERTING_CLOCK": str(clock),
    }
    processes = Processes(folder, account.settings() | settings)
    try:
        gateway = await start_gateway(
            *(processes, folder, account, NO_FAULTS, "--answer-delay", str(ANSWER_SECONDS)),
            *("--clock", str(clock), "--segments-per-second", str(SEGMENTS_PER_SECOND)),
        )
        processes.environment["ALERTING_TWILIO_BASE_URL"] = gateway
        await processes.start("service", "alerting", "serve", "--port", str(port))
        await until_ready(processes, "service", service)
        yield service, gateway
    finally:
        await processes.close()
