"""The command line as an operator types it, on a database of either kind."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.gateway import ACCOUNT


@dataclass(frozen=True)
class Shell:
    """Runs `alerting` in a folder, with the settings of a service."""

    folder: Path
    environment: dict[str, str]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: PLW1510 - the tests look at the code
            [sys.executable, "-m", "alerting", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "alerting", *arguments],
            cwd=self.folder,
            env=self.environment,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )


def shell_in(folder: Path, **settings: str) -> Shell:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("ALERTING_")}
    return Shell(
        folder,
        inherited
        | {
            "PYTHONPATH": os.pathsep.join(os.path.abspath(p) for p in sys.path if p),
            "ALERTING_PUBLIC_URL": "http://127.0.0.1:9",
            "ALERTING_TWILIO_ACCOUNT_SID": ACCOUNT,
            "ALERTING_TWILIO_AUTH_TOKEN": "secret",
            "ALERTING_TWILIO_FROM": "+8610007000001",
            "ALERTING_TWILIO_BASE_URL": "http://127.0.0.1:9",
        }
        | settings,
    )


@pytest.fixture
def shell(tmp_path: Path, database_url: str) -> Shell:
    """A shell in an empty folder, its database migrated."""
    folder = tmp_path / "folder"
    folder.mkdir()
    return shell_in(folder, ALERTING_DATABASE_URL=database_url)
