"""The clients of the fan-out bench, thousands in one process.

`python -m scripts.benches.fanout_client JSON` takes Clients and connects them. The process then
becomes their reader, `fanout_reader.c`, which inherits the sockets.
"""

import json
import os
import re
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Final

from websockets.client import ClientProtocol
from websockets.uri import parse_uri

_AT_ONCE: Final = 16
"""Concurrent handshakes."""
_READ_BYTES: Final = 1 << 16
_PATIENCE_SECONDS: Final = 60.0
_SWITCHED: Final = re.compile(rb"\AHTTP/1\.1 101 .*?\r\n\r\n", re.DOTALL)
_NAMESPACE: Final = b"\x81\x82\x00\x00\x00\x0040"
"""Joins Socket.IO's namespace, with a zero mask."""
_JOINED: Final = re.compile(rb'40\{"sid":"[^"]*"\}')
_CONNECT: Final = b"\x10\x12\x00\x04MQTT\x04\x02\x00\x00\x00\x06"
_CONNECTED: Final = re.compile(rb"\A\x20\x02\x00\x00")
_SUBSCRIBE: Final = b"\x82\x0a\x00\x01\x00\x05alert\x00"
_SUBSCRIBED: Final = re.compile(rb"\A\x90\x03\x00\x01\x00")


@dataclass(frozen=True)
class Clients:
    """The clients of one kind; `tokens` is a file with a session token for each, or empty."""

    reader: str
    """Program that reads from the sockets."""
    kind: str
    """`plain`, `websocket`, `socketio` or `mqtt`."""
    url: str
    number: int
    tokens: str = ""
    origin: str = ""


def connect_all(clients: Clients) -> list[socket.socket]:
    """Return the clients' sockets, each just past its handshake."""
    tokens = islice(cycle(_tokens(clients)), clients.number)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(partial(_connect, clients), range(clients.number), tokens))


def _tokens(clients: Clients) -> list[str]:
    return Path(clients.tokens).read_text("utf-8").split() if clients.tokens else [""]


def _connect(clients: Clients, number: int, token: str) -> socket.socket:
    uri = parse_uri(clients.url)
    plug = socket.create_connection((uri.host, uri.port), _PATIENCE_SECONDS)
    plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if clients.kind == "mqtt":
        _say(plug, _CONNECT + f"{number:06d}".encode(), _CONNECTED)
        _say(plug, _SUBSCRIBE, _SUBSCRIBED)
    elif clients.kind != "plain":
        _say(plug, _handshake(clients, token), _SWITCHED)
    if clients.kind == "socketio":
        _say(plug, _NAMESPACE, _JOINED)
    return plug


def _handshake(clients: Clients, token: str) -> bytes:
    protocol = ClientProtocol(parse_uri(clients.url), origin=clients.origin or None)  # type: ignore[arg-type]
    request = protocol.connect()
    if token:
        request.headers["Cookie"] = f"alerting_session={token}"
    return request.serialize()


def _say(plug: socket.socket, what: bytes, answer: re.Pattern[bytes]) -> None:
    """Send a part of a handshake and consume exactly its answer."""
    plug.sendall(what)
    heard = b""
    while more := plug.recv(_READ_BYTES, socket.MSG_PEEK):
        found = answer.search(heard + more)
        heard += plug.recv(found.end() - len(heard) if found else len(more))
        if found:
            return
    raise ConnectionResetError(heard.decode(errors="replace"))


def main() -> None:
    """Connect the clients, then replace this process by the reader."""
    clients = Clients(**json.loads(sys.argv[1]))
    files = []
    for plug in connect_all(clients):
        plug.setblocking(False)
        plug.set_inheritable(True)
        files.append(str(plug.detach()))
    os.execv(clients.reader, (clients.reader, clients.kind, *files))  # noqa: S606


if __name__ == "__main__":
    main()
