"""Households' answers as the provider posts them: signed, over kept-alive connections.

`python -m scripts.benches.webhooks JSON` takes a Load and prints a LoadResult, both as JSON. The
signatures are computed before the clock starts, so that the client's own work stays small.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import cycle
from statistics import quantiles
from typing import Final, Self, cast
from urllib.parse import urlencode, urlsplit

import httptools
import uvloop
from twilio.request_validator import RequestValidator

from scripts.benches.town import HOST, Account, household_phone

_OK: Final = 200
_MILLISECONDS: Final = 1000.0


@dataclass(frozen=True)
class Load:
    """A load: one answer from each of the first `households`, until all have answered."""

    url: str
    secret: str
    sender: str
    households: int
    connections: int
    seconds: float
    per_second: float | None
    """Rate at which posts begin, whatever their outcome; None: as fast as possible."""
    ports: Sequence[int] = ()
    """Ports to connect to, in turn; empty: the port of the URL."""

    @classmethod
    def on(
        cls,
        service: str,
        account: Account,
        *,
        households: int,
        connections: int,
        seconds: float,
        per_second: float,
    ) -> Self:
        """Return a load on a service with this URL, signed with the account's secret."""
        url = f"{service}/twilio/sms"
        return cls(
            url, account.secret, account.sender, households, connections, seconds, per_second
        )


@dataclass(frozen=True)
class LoadResult:
    """Result of a load; `answered` includes the warm-up, the other figures do not."""

    answered: int
    refused: int
    per_second: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True)
class Post:
    """A household's answer: its number, and the times when it was due, written and answered.

    Times are seconds of the monotonic clock; `due` is before `written` if the client was late.
    """

    number: int
    due: float
    written: float
    answered: float


class Connection(asyncio.Protocol):
    """A kept-alive connection with one post in flight at a time."""

    _transport: asyncio.WriteTransport

    def __init__(self) -> None:
        self._lost: Exception | None = None
        self._expect()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        """Feed the parser."""
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        """Return the response's status to the caller of `post`."""
        status = self._parser.get_status_code()
        answer = self._answer
        self._expect()
        answer.set_result(status)

    def connection_lost(self, error: Exception | None) -> None:
        """Fail the pending post."""
        if not self._answer.done():
            self._answer.set_exception(error or ConnectionResetError())
            self._answer.exception()

    async def post(self, request: bytes) -> int:
        """Post a request, and return the status of the response."""
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    def _expect(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()


class Client:
    """Posts the requests of one load."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._requests = enumerate([_request(load, number) for number in range(load.households)])
        self._free: asyncio.Queue[Connection] = asyncio.Queue()
        self._statuses: Counter[int] = Counter()
        self.posts: list[Post] = []
        """Posts answered after the warm-up."""

    async def run(self) -> LoadResult:
        """Connect, warm up, post, and return the result."""
        loop = asyncio.get_running_loop()
        place = urlsplit(self._load.url)
        ports = self._load.ports or (place.port or 80,)
        for _, port in zip(range(self._load.connections), cycle(ports), strict=False):
            _, connection = await loop.create_connection(Connection, HOST, port)
            self._free.put_nowait(connection)
        # Each connection posts once before the clock starts, so that lazy initialisation is done.
        await asyncio.gather(
            *(self._post_next(time.monotonic()) for _ in range(self._load.connections))
        )
        self.posts.clear()
        began = time.monotonic()
        await (self._as_fast_as_it_goes() if self._load.per_second is None else self._paced())
        took = time.monotonic() - began
        while not self._free.empty():
            self._free.get_nowait().close()
        return self._found(len(self.posts) / took)

    def _found(self, per_second: float) -> LoadResult:
        hundredths = quantiles((post.answered - post.due for post in self.posts), n=100)
        return LoadResult(
            answered=self._statuses[_OK],
            refused=self._statuses.total() - self._statuses[_OK],
            per_second=per_second,
            p50_ms=hundredths[49] * _MILLISECONDS,
            p99_ms=hundredths[98] * _MILLISECONDS,
        )

    async def _as_fast_as_it_goes(self) -> None:
        end = time.monotonic() + self._load.seconds

        async def post() -> None:
            while (now := time.monotonic()) < end and await self._post_next(now):
                pass

        await asyncio.gather(*(post() for _ in range(self._load.connections)))

    async def _paced(self) -> None:
        """Begin each post when it is due, and count its latency from then, even if it is late."""
        per_second = self._load.per_second or 1.0
        began = time.monotonic()
        posts = []
        for number in range(int(self._load.seconds * per_second)):
            due = began + number / per_second
            await asyncio.sleep(due - time.monotonic())
            posts.append(asyncio.create_task(self._post_next(due)))
        await asyncio.gather(*posts)

    async def _post_next(self, due: float) -> bool:
        """Post the next request; return False if none was left."""
        number, request = next(self._requests, (0, None))
        if request is None:
            return False
        connection = await self._free.get()
        written = time.monotonic()
        self._statuses[await connection.post(request)] += 1
        self.posts.append(Post(number, due, written, time.monotonic()))
        self._free.put_nowait(connection)
        return True


def _request(load: Load, number: int) -> bytes:
    form = {
        "MessageSid": f"SM{number:032x}",
        "From": household_phone(number),
        "To": load.sender,
        "Body": "1",
        "NumMedia": "0",
        "NumSegments": "1",
    }
    body = urlencode(form)
    place = urlsplit(load.url)
    signature = RequestValidator(load.secret).compute_signature(load.url, form)
    return (
        f"POST {place.path} HTTP/1.1\r\nHost: {place.netloc}\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
        f"X-Twilio-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


async def _run(load: Load) -> LoadResult:
    return await Client(load).run()


def main() -> None:
    """Post the load in the argument, and print the result."""
    found = uvloop.run(_run(Load(**json.loads(sys.argv[1]))))
    sys.stdout.write(json.dumps(asdict(found)) + "\n")


if __name__ == "__main__":
    main()
