"""Stub of a carrier with an HTTP interface, in either of two dialects; it sends nothing.

It checks each request as the carrier's documentation says, accepts texts or fails as instructed,
and posts its receipts. Run as a program, it accepts free texts, prints its address, and reads its
faults from a file.
"""

import argparse
import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiohttp
from aiohttp import web

from alerting.drill.story_time import seeded
from scripts.benches.http_dialects import Dialect, RefusedError, TeleSign, Text

_STALL_SECONDS: Final = 9.0

_TRIES: Final = 8

_FIRST_WAIT_SECONDS: Final = 0.2


@dataclass
class Carrier:
    """A running stub: the texts that it has accepted, and its faults."""

    dialect: Dialect
    service: str = ""
    """Address of the service, for dialects whose receipts have a fixed address."""
    rules: Sequence[Mapping[str, Any]] = ()
    """Faults with their probabilities, in the format of the drill's gateway."""
    seed: int = 0
    url: str = ""
    taken: list[Text] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    """Faults of the next requests, in order."""
    unanswered: int = 0
    """Number of receipts that the service has not accepted yet."""
    struck: dict[str, int] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._chance = seeded(self.seed, "carrier")

    async def send(self, request: web.Request) -> web.StreamResponse:
        """Accept a text, or fail with the next fault."""
        body, fault = await request.read(), self._fault()
        if fault == "throttle":
            return self.dialect.throttled()
        if fault == "break":
            return web.Response(status=503, text="<html>unavailable</html>")
        try:
            text = self.dialect.read(request, body)
        except RefusedError as refusal:
            return refusal.answer
        self.taken.append(text)
        if self.rules:
            self._spawn(self._report(text))
        if fault == "hang up" and request.transport:
            request.transport.close()
        if fault in {"stall", "delay"}:
            await asyncio.sleep(_STALL_SECONDS if fault == "stall" else self._seconds("delay"))
        return self.dialect.accepted(text)

    async def messages(self, _request: web.Request) -> web.Response:
        """List the texts in the form of the drill's gateway."""
        return web.json_response(
            [
                {
                    "to": text.to,
                    "body": text.body,
                    "status": "delivered" if text.arrived else "undelivered",
                    "status_callback": text.token,
                }
                for text in self.taken
            ]
        )

    async def stats(self, _request: web.Request) -> web.Response:
        """Return the number of unanswered receipts, and the number of faults by kind."""
        return web.json_response({"unanswered": self.unanswered, "faults": self.struck})

    async def post_receipt(self, text: Text, *, arrived: bool = True) -> int:
        """Post a text's receipt once; return the HTTP status of the answer."""
        url, body, headers = self.dialect.receipt(self.service, text, arrived=arrived)
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=body, headers=headers) as answer,
        ):
            return answer.status

    async def close(self) -> None:
        """Cancel all receipts that are still to be posted."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _fault(self) -> str:
        if self.told:
            return self.told.pop(0)
        for kind, name in _FAULTS.items():
            if self._strikes(kind):
                return name
        return "accept"

    def _strikes(self, kind: str) -> bool:
        rule = next((each for each in self.rules if each["kind"] == kind), None)
        struck = rule is not None and self._chance.random() < rule["probability"]
        if struck:
            self.struck[kind] = self.struck.get(kind, 0) + 1
        return struck

    def _seconds(self, kind: str) -> float:
        return float(next(each["seconds"] for each in self.rules if each["kind"] == kind))

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _report(self, text: Text) -> None:
        """Post a text's receipt until the service accepts it; lose or repeat some on purpose."""
        text.arrived = not self._strikes("undelivered")
        if self._strikes("lost_callback"):
            return
        self.unanswered += 1
        late = self._seconds("reordered_callback") if self._strikes("reordered_callback") else 0
        await asyncio.sleep(late)
        for again in range(1 + self._strikes("repeated_callback")):
            await self._post_until_taken(text)
            self.unanswered -= not again

    async def _post_until_taken(self, text: Text) -> None:
        for attempt in range(_TRIES):
            with suppress(aiohttp.ClientError, OSError):
                if await self.post_receipt(text, arrived=text.arrived) < 400:
                    return
            await asyncio.sleep(_FIRST_WAIT_SECONDS * 2**attempt)


_FAULTS: Final = {
    "http_429": "throttle",
    "http_500": "break",
    "http_503": "break",
    "accept_then_hang_up": "hang up",
    "delay": "delay",
}


@asynccontextmanager
async def running_carrier(dialect: Dialect, **options: Any) -> AsyncIterator[Carrier]:
    """Yield the carrier on a loopback port."""
    carrier = Carrier(dialect, **options)
    app = web.Application()
    app.router.add_post(dialect.path, carrier.send)
    app.router.add_get("/control/messages", carrier.messages)
    app.router.add_get("/control/stats", carrier.stats)
    # A stalled answer ends with its connection.
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    carrier.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield carrier
    finally:
        await carrier.close()
        await runner.cleanup()


async def _serve(arguments: argparse.Namespace) -> None:
    options = {"service": arguments.service, "rules": arguments.faults, "seed": arguments.seed}
    async with running_carrier(TeleSign(), **options) as carrier:
        print(json.dumps({"url": carrier.url}), flush=True)  # noqa: T201 - read by the parent process
        await asyncio.Event().wait()


def _rules(file: str) -> Any:
    return json.loads(Path(file).read_text("utf-8"))


def main() -> None:
    """Run until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--service", required=True)
    parser.add_argument("--faults", type=_rules, required=True)
    parser.add_argument("--seed", type=int, required=True)
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()
