"""The service in a process of its own, so that a test can suspend or limit the process."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.support.gateway import ACCOUNT, TOKEN
from tests.support.key_file import KEY_FILE
from tests.support.nursery import Forked

SPARE_SECONDS: Final = 15.0


def start_service(folder: Path, port: int, policy: str, **settings: str) -> Forked:
    """Start `alerting serve` with this policy. Its log goes to PORT.log in the folder."""
    environment = environment_of(folder, port, policy, **settings)
    with (folder / f"{port}.log").open("ab") as log:
        command = ["alerting", "serve", "--port", str(port)]
        return Forked(command, folder, environment, stderr=log.fileno())


def environment_of(folder: Path, port: int, policy: str, **settings: str) -> dict[str, str]:
    """Return the environment variables of a service with this port and policy."""
    policy_file = folder / f"{port}.toml"
    policy_file.write_text(policy, "utf-8")
    values = {
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "POLICY": str(policy_file),
        "KEY_FILE": KEY_FILE,
    }
    environment = {f"ALERTING_{name}": value for name, value in (values | settings).items()}
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("ALERTING_")}
    path = os.pathsep.join(os.path.abspath(place) for place in sys.path if place)
    return inherited | environment | {"PYTHONPATH": path}


def end(*processes: Forked) -> None:
    """Ask all processes to stop, and kill each that does not."""
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(SPARE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
