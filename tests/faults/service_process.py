"""The service as a process of its own, so that it can be stopped, starved and watched."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.support.gateway import ACCOUNT, TOKEN

SPARE_SECONDS: Final = 10.0


def start_service(
    folder: Path, ports: Sequence[int], policy: str, **settings: str
) -> subprocess.Popen[bytes]:
    """Run `alerting serve` under a policy, a process a port; they log to PORT.log in the folder.

    What is returned is their parent where there are several, and passes on that they are to stop.
    """
    port = ports[0]
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
    with (folder / f"{port}.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", *_command(ports)],
            cwd=folder,
            env=inherited | environment | {"PYTHONPATH": path},
            stderr=log,
        )


def _command(ports: Sequence[int]) -> list[str]:
    if len(ports) == 1:
        return ["alerting", "serve", "--port", str(ports[0])]
    return ["tests.faults.many_services", *map(str, ports)]


def end(*processes: subprocess.Popen[bytes]) -> None:
    """Ask them to stop, all at once; kill what does not."""
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(SPARE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
