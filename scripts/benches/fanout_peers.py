"""The peers of the fan-out bench, each with its start, its kind of clients and its publisher."""

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from alerting.drill.service.hosting import free_port
from scripts.benches.fanout_environment import HERE, compiled, peers_python
from scripts.benches.fanout_talker import Talker, talking
from scripts.benches.town import HOST

_START_SECONDS: Final = 20.0
_LOOK_SECONDS: Final = 0.05
_ENGINE: Final = "/socket.io/?EIO=4&transport=websocket"


@dataclass(frozen=True)
class Side:
    """A running publisher."""

    kind: str
    """Kind of the publisher's clients."""
    url: str
    publish: Callable[[str], Awaitable[float]]
    """Publishes a text, or triggers one; returns the start time in seconds since 1970."""
    sessions: str = ""
    """File with a session token for each client, if they need one."""


Start = Callable[[Path], AbstractAsyncContextManager[Side]]
"""Runs a peer in a folder."""


def peers(folder: Path) -> tuple[dict[str, Start], list[str]]:
    """Return the peers that can run here by name, and a message for each that cannot.

    Raises:
        CalledProcessError: if their environment cannot be created.
    """
    found: dict[str, Start] = {
        "raw_c": partial(_spoken_to, "plain", "/", (str(compiled("fanout_raw", folder)),)),
        "websockets": partial(_spoken_to, "websocket", "/", _command("websockets")),
        "socketio": partial(_spoken_to, "socketio", _ENGINE, _command("socketio")),
    }
    why: list[str] = []
    _add(found, why, "channels", _channels("channels"))
    _add(found, why, "channels_uvicorn", _channels("channels_uvicorn"))
    _add(found, why, "mosquitto", _mosquitto())
    return found, why


def _add(found: dict[str, Start], why: list[str], name: str, peer: Start | str) -> None:
    if isinstance(peer, str):
        why.append(f"{name} is left out: {peer}")
    else:
        found[name] = peer


def _command(name: str) -> tuple[str, str, str]:
    return str(peers_python()), "-m", f"scripts.benches.fanout_{name}"


@asynccontextmanager
async def _spoken_to(
    kind: str, path: str, command: tuple[str, ...], folder: Path
) -> AsyncIterator[Side]:
    async with talking(folder, *command, environment=_own()) as peer:
        port = await peer.hear()
        yield Side(kind, f"ws://{HOST}:{port}{path}", partial(_tell, peer))


def _own() -> dict[str, str]:
    """Return this process's variables, with a path on which a peer finds the scripts alone."""
    return os.environ | {"PYTHONPATH": str(HERE.parents[1])}


async def _tell(peer: Talker, text: str) -> float:
    return float(await peer.ask(text))


def _channels(name: str) -> Start | str:
    redis = shutil.which("redis-server")
    if redis is None:
        return "there is no 'redis-server'"
    return partial(_with_redis, redis, _command(name))


@asynccontextmanager
async def _with_redis(redis: str, command: tuple[str, ...], folder: Path) -> AsyncIterator[Side]:
    port = free_port()
    options = ("--bind", HOST, "--port", str(port), "--save", "", "--appendonly", "no")
    async with (
        talking(folder, redis, *options),
        _spoken_to("websocket", "/", (*command, str(port)), folder) as side,
    ):
        await _until_open(port)
        yield side


def _mosquitto() -> Start | str:
    # Debian installs it in a directory that is only in root's PATH.
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    return "there is no 'mosquitto'" if program is None else partial(_broker, program)


@asynccontextmanager
async def _broker(program: str, folder: Path) -> AsyncIterator[Side]:
    port, settings = free_port(), folder / "mosquitto.conf"
    lines = (f"listener {port} {HOST}", "allow_anonymous true", "user root", "log_type error")
    settings.write_text("\n".join(lines) + "\n", "utf-8")
    async with talking(folder, program, "-c", str(settings)):
        await _until_open(port)
        reader, writer = await asyncio.open_connection(HOST, port)
        writer.write(b"\x10\x11\x00\x04MQTT\x04\x02\x00\x00\x00\x05bench")
        await reader.readexactly(4)
        yield Side("mqtt", f"ws://{HOST}:{port}/", partial(_publish, writer))
        writer.close()


async def _publish(writer: asyncio.StreamWriter, text: str) -> float:
    body = b"\x00\x05alert" + text.encode()
    began = time.time()
    writer.write(bytes((0x30, len(body) & 0x7F | 0x80, len(body) >> 7)) + body)
    await writer.drain()
    return began


async def _until_open(port: int) -> None:
    async with asyncio.timeout(_START_SECONDS):
        while True:
            try:
                _, writer = await asyncio.open_connection(HOST, port)
            except ConnectionError:
                await asyncio.sleep(_LOOK_SECONDS)
            else:
                writer.close()
                return
