"""The service in its own process, so that a test can stop, starve and watch it."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.support.gateway import ACCOUNT, TOKEN

SPARE_SECONDS: Final = 15.0


def start_service(
    folder: Path, ports: Sequence[int], policy: str, **settings: str
) -> subprocess.Popen[bytes]:
    """Run `alerting serve` under a policy, one process per port, with logs in PORT.log.

    For several ports, return their parent process, which passes SIGTERM on to them.
    """
    with (folder / f"{ports[0]}.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", *_command(ports)],
            cwd=folder,
            env=environment_of(folder, ports[0], policy, **settings),
            stderr=log,
        )


def start_starter(folder: Path, port: int, policy: str, **settings: str) -> subprocess.Popen[str]:
    """Run `tests.faults.service_starter`, whose services log to PORT.log in the folder."""
    with (folder / f"{port}.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.faults.service_starter", str(port)],
            cwd=folder,
            env=environment_of(folder, port, policy, **settings),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            encoding="utf-8",
        )


def environment_of(folder: Path, port: int, policy: str, **settings: str) -> dict[str, str]:
    """Return the environment of a service on a port under a policy."""
    policy_file = folder / f"{port}.toml"
    policy_file.write_text(policy, "utf-8")
    values = {
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "POLICY": str(policy_file),
    }
    environment = {f"ALERTING_{name}": value for name, value in (values | settings).items()}
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("ALERTING_")}
    path = os.pathsep.join(os.path.abspath(place) for place in sys.path if place)
    return inherited | environment | {"PYTHONPATH": path}


def _command(ports: Sequence[int]) -> list[str]:
    if len(ports) == 1:
        return ["alerting", "serve", "--port", str(ports[0])]
    return ["tests.faults.many_services", *map(str, ports)]


def end(*processes: subprocess.Popen[bytes]) -> None:
    """Ask all processes to stop at once; kill those that do not."""
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(SPARE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
