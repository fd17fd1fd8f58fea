"""A board of the feed bench: a websocket that stores every text with its time of arrival.

It is a protocol without a task, because it must be cheap: 200 boards share one process with the
answers, and their own processor time would count as the service's delay.
"""

import asyncio
import json
import time
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple, cast

from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.uri import parse_uri

_CHANGED: Final = (("total", "total"), ("deliveries", "deliveries"), ("summary", "alert"))
"""Optional keys of a frame, each with its key in a snapshot."""


class Arrival(NamedTuple):
    """A text received: its time in seconds of the monotonic clock, and its UTF-8."""

    at: float
    text: bytes


class Board(asyncio.Protocol):
    """One open board of a division."""

    def __init__(self, url: str, headers: Mapping[str, str], division: str) -> None:
        self.division = division
        self.arrivals: list[Arrival] = []
        self.lost = False
        self._websocket = ClientProtocol(parse_uri(url), max_size=None)
        self._headers = headers
        self._transport: asyncio.WriteTransport | None = None
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def open(self) -> None:
        """Connect, and wait for the first text.

        Raises:
            ConnectionError: if the service refuses.
        """
        await asyncio.get_running_loop().create_connection(
            lambda: self, self._websocket.uri.host, self._websocket.uri.port
        )
        await self._opened

    def close(self) -> None:
        """Abort the connection; the stored texts remain."""
        if self._transport:
            self._transport.abort()

    @property
    def seq(self) -> int:
        """Sequence number of the last log entry that it knows."""
        return int(json.loads(self.arrivals[-1].text)["seq"])

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the websocket handshake."""
        self._transport = cast("asyncio.WriteTransport", transport)
        request = self._websocket.connect()
        request.headers.update(self._headers)
        self._websocket.send_request(request)
        self._write()

    def data_received(self, data: bytes) -> None:
        """Store incoming texts."""
        now = time.monotonic()
        self._websocket.receive_data(data)
        for event in self._websocket.events_received():
            if isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                self._keep(Arrival(now, bytes(event.data)))
            elif isinstance(event, Response) and event.status_code != 101:
                self._opened.set_exception(ConnectionRefusedError(str(event)))
        self._write()

    def connection_lost(self, _error: Exception | None) -> None:
        """Record that the connection is lost."""
        self.lost = True
        if not self._opened.done():
            self._opened.set_exception(ConnectionResetError())

    def _keep(self, arrival: Arrival) -> None:
        self.arrivals.append(arrival)
        if not self._opened.done():
            self._opened.set_result(None)

    def _write(self) -> None:
        for data in self._websocket.data_to_send():
            if self._transport:
                self._transport.write(data)


def shown(bodies: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return a board's state after these messages, applied as `alerting.feed.frames` specifies."""
    state: dict[str, Any] = {}
    for body in bodies:
        if body["type"] in {"snapshot", "reset"}:
            state = {"tallies": {}, "households": {}}
        if body["type"] == "snapshot":
            state["alert"] = body["alert"]
        if body["type"] in {"snapshot", "frame"}:
            state["tallies"] |= body["tallies"]
            state["households"] |= {home["code"]: home for home in body["households"]}
            state |= {place: body[name] for name, place in _CHANGED if name in body}
    return state
