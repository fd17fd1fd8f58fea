"""The clients of the fan-out bench, thousands in one process, as cheap as they can be.

`python -m scripts.benches.fanout_client JSON` takes Clients, connects them and says so. Then for
each line on its standard input, a word that one message has, it waits until everybody has that
message and prints a Heard as JSON.
"""

import asyncio
import json
import os
import select
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Final

from websockets.client import ClientProtocol
from websockets.uri import parse_uri

_AT_ONCE: Final = 100
"""Handshakes under way."""
_READ_BYTES: Final = 1 << 16
_PATIENCE_SECONDS: Final = 60.0
_STDIN: Final = 0
_UNMASKED: Final = b"\x00\x00\x00\x00"
"""A mask that changes nothing."""
_PING: Final = 0x89
_ENGINE_PING: Final = b"\x81\x012"
_ENGINE_PONG: Final = b"\x81\x81" + _UNMASKED + b"3"
_CONNECT_NAMESPACE: Final = b"\x81\x82" + _UNMASKED + b"40"
_CONNECT: Final = b"\x10\x12\x00\x04MQTT\x04\x02\x00\x00\x00\x06"
_SUBSCRIBE: Final = b"\x82\x0a\x00\x01\x00\x05alert\x00"


@dataclass(frozen=True)
class Clients:
    """So many of a kind; `tokens` is a file with a session's token for each, or nothing."""

    kind: str
    """`plain`, `websocket`, `socketio` or `mqtt`."""
    url: str
    number: int
    tokens: str = ""
    origin: str = ""


@dataclass(frozen=True)
class Heard:
    """When the last client had the message, in seconds since 1970, and how many bytes came."""

    last: float
    bytes: int


async def connect_all(clients: Clients) -> list[socket.socket]:
    """Return the clients' sockets, each past its handshake."""
    free = asyncio.Semaphore(_AT_ONCE)

    async def connect(number: int, token: str) -> socket.socket:
        async with free, asyncio.timeout(_PATIENCE_SECONDS):
            return await _connect(clients, number, token)

    wanted = enumerate(islice(cycle(_tokens(clients)), clients.number))
    return await asyncio.gather(*(connect(number, token) for number, token in wanted))


def _tokens(clients: Clients) -> list[str]:
    return Path(clients.tokens).read_text("utf-8").split() if clients.tokens else [""]


async def _connect(clients: Clients, number: int, token: str) -> socket.socket:
    uri, loop, plug = parse_uri(clients.url), asyncio.get_running_loop(), socket.socket()
    plug.setblocking(False)
    plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    await loop.sock_connect(plug, (uri.host, uri.port))
    if clients.kind == "mqtt":
        name = f"{number:06d}".encode()
        await _say(
            plug, b"\x10\x12\x00\x04MQTT\x04\x02\x00\x00\x00\x06" + name, b"\x20\x02\x00\x00"
        )
        await _say(plug, _SUBSCRIBE, b"\x90\x03\x00\x01\x00")
    elif clients.kind != "plain":
        heard = await _say(plug, _handshake(clients, token), b"\r\n\r\n")
        if b" 101 " not in heard:
            raise ConnectionRefusedError(heard.decode())
    if clients.kind == "socketio":
        await _say(plug, _CONNECT_NAMESPACE, b"40{")
    return plug


def _handshake(clients: Clients, token: str) -> bytes:
    protocol = ClientProtocol(parse_uri(clients.url), origin=clients.origin or None)  # type: ignore[arg-type]
    request = protocol.connect()
    if token:
        request.headers["Cookie"] = f"alerting_session={token}"
    return request.serialize()


async def _say(plug: socket.socket, what: bytes, until: bytes) -> bytes:
    """Send a part of a handshake, and return what comes up to an end."""
    loop, heard = asyncio.get_running_loop(), b""
    await loop.sock_sendall(plug, what)
    while until not in heard:
        more = await loop.sock_recv(plug, _READ_BYTES)
        if not more:
            raise ConnectionResetError(heard.decode(errors="replace"))
        heard += more
    return heard


class Crowd:
    """The connected clients."""

    def __init__(self, plugs: list[socket.socket]) -> None:
        self._plugs = {plug.fileno(): plug for plug in plugs}
        self._poll = select.epoll()
        for number in self._plugs:
            self._poll.register(number, select.EPOLLIN)
        self._poll.register(_STDIN, select.EPOLLIN)
        self.told = True

    def hear(self, word: bytes) -> Heard:
        """Return once everybody has the message with this word.

        Raises:
            TimeoutError: if somebody does not get it within a minute.
        """
        waiting, size, last = set(self._plugs), 0, 0.0
        end = time.monotonic() + _PATIENCE_SECONDS
        while waiting:
            if time.monotonic() > end:
                raise TimeoutError(f"{len(waiting)} clients have not heard {word!r}")
            for number, data in self._news():
                if word in data and number in waiting:
                    waiting.discard(number)
                    size, last = len(data), time.time()
        return Heard(last, size)

    def rest(self) -> None:
        """Read, and answer pings, until there is something on the standard input."""
        self.told = False
        while not self.told:
            for _ in self._news():
                pass

    def _news(self) -> Iterator[tuple[int, bytes]]:
        for number, _ in self._poll.poll(1.0):
            if number == _STDIN:
                self.told = True
                continue
            data = os.read(number, _READ_BYTES)
            if not data:
                raise ConnectionResetError(f"client {number} was sent away")
            if data[0] == _PING:
                pong = bytes((0x8A, 0x80 | data[1])) + _UNMASKED + data[2 : 2 + data[1]]
                self._plugs[number].send(pong)
            elif data == _ENGINE_PING:
                self._plugs[number].send(_ENGINE_PONG)
            yield number, data


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Connect, and hear until told no more."""
    crowd = Crowd(asyncio.run(connect_all(Clients(**json.loads(sys.argv[1])))))
    _print("connected")
    while True:
        crowd.rest()
        word = sys.stdin.buffer.raw.readline()  # type: ignore[union-attr]
        if not word:
            return
        _print("listening")
        _print(json.dumps(asdict(crowd.hear(word.strip()))))


if __name__ == "__main__":
    main()
