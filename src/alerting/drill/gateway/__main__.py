"""Run the gateway: `python -m alerting.drill.gateway --account-sid AC... --auth-token T`."""

import argparse
import asyncio
import json
import os
import socket
import stat
import sys
from pathlib import Path
from typing import Any

import uvicorn
import uvloop

from alerting.clock_file import ClockFile, FixedPace
from alerting.drill.city.handsets import parse_roster
from alerting.drill.gateway.app import Gateway, HangUpProtocol, Settings
from alerting.drill.gateway.faults import parse_faults
from alerting.drill.timers import utc_now

_HOST = "127.0.0.1"


def main() -> None:
    """Read the command line, and serve until the parent process ends."""
    arguments = parser().parse_args()
    listener = socket.create_server((_HOST, arguments.port), backlog=2048)
    uvloop.run(_serve(arguments, listener))


def gateway_for(arguments: argparse.Namespace) -> Gateway:
    """Return a gateway with the settings from the command line; needs a running event loop."""
    settings = Settings(
        account_sid=arguments.account_sid,
        auth_token=arguments.auth_token,
        sms_webhook=arguments.sms_webhook,
        seed=arguments.seed,
        clock=ClockFile(arguments.clock) if arguments.clock else FixedPace(1.0, utc_now()),
        segments_per_second=arguments.segments_per_second,
        answer_delay=arguments.answer_delay,
        centre_password=arguments.centre_password,
    )
    roster = parse_roster(_read_json(arguments.roster))
    return Gateway(settings, roster, parse_faults(_read_json(arguments.faults)))


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(prog="alerting.drill.gateway", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--account-sid", required=True)
    parser.add_argument("--auth-token", required=True)
    parser.add_argument("--sms-webhook", help="where handsets' texts are posted")
    parser.add_argument("--roster", type=Path, help="JSON list of people")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clock", type=Path, help="the drill's clock file; if omitted, real time")
    parser.add_argument(
        "--segments-per-second", type=float, default=100.0, help="of story time, for each sender"
    )
    parser.add_argument(
        "--answer-delay", type=float, default=0.0, help="real seconds until a create is answered"
    )
    parser.add_argument(
        "--centre-password", help="also run an SMS centre (SMPP 3.4) on another port"
    )
    parser.add_argument("--faults", type=Path, help="JSON list of fault rules")
    return parser


def _read_json(path: Path | None) -> list[dict[str, Any]]:
    if path is None:
        return []
    content: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return content


async def _serve(arguments: argparse.Namespace, listener: socket.socket) -> None:
    gateway = gateway_for(arguments)
    config = uvicorn.Config(
        gateway.app,
        http=HangUpProtocol,
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    await _stop_with_parent(server)
    host, port = listener.getsockname()
    said = {"url": f"http://{host}:{port}"}
    if gateway.centre:
        said["smpp_url"] = await gateway.centre.open()
    # The socket already listens, so an early connection waits until the server accepts it.
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()
    try:
        await server.serve(sockets=[listener])
    finally:
        await gateway.close()


class _Watch(asyncio.Protocol):
    """Stops the server when standard input closes, which means that the parent has ended."""

    def __init__(self, server: uvicorn.Server) -> None:
        self._server = server

    def connection_lost(self, _error: Exception | None) -> None:
        self._server.should_exit = True


async def _stop_with_parent(server: uvicorn.Server) -> None:
    """Stop the server when standard input closes, if it is a pipe from the parent process."""
    if stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode):
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: _Watch(server), sys.stdin)


if __name__ == "__main__":
    main()
