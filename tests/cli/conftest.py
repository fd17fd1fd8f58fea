"""Fixtures: run the command line as an operator does, on SQLite or PostgreSQL."""

import contextlib
import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from alerting.cli import main
from tests.support.gateway import ACCOUNT
from tests.support.key_file import KEY_FILE
from tests.support.nursery import Forked


@dataclass(frozen=True)
class Run:
    """A finished command: its exit code and output."""

    returncode: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Shell:
    """A working folder in which `alerting` is run, with the settings of a service."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch

    def set(self, **settings: str) -> None:
        for name, value in settings.items():
            self.monkeypatch.setenv(name, value)

    def unset(self, *names: str) -> None:
        for name in names:
            self.monkeypatch.delenv(name)

    def run(self, *arguments: str) -> Run:
        """Run a command in this process, because the imports of a new process take two seconds."""
        self.monkeypatch.setattr(sys, "argv", ["alerting", *arguments])
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main()
                code = 0
            except SystemExit as end:
                code = int(end.code or 0)
        return Run(code, out.getvalue(), err.getvalue())

    def start(self, *arguments: str, stdout: int = subprocess.PIPE) -> Forked:
        """Start a command in a new process, with stderr as a pipe."""
        command = ["alerting", *arguments]
        return Forked(command, self.folder, os.environ, stdout, subprocess.PIPE)


SERVICE: Final = (
    "ALERTING_PUBLIC_URL",
    "ALERTING_TWILIO_ACCOUNT_SID",
    "ALERTING_TWILIO_AUTH_TOKEN",
    "ALERTING_TWILIO_FROM",
    "ALERTING_TWILIO_BASE_URL",
)
"""Names of the settings that only a service needs."""


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Return a shell in an empty folder."""
    folder = tmp_path / "folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in [name for name in os.environ if name.startswith("ALERTING_")]:
        monkeypatch.delenv(name)
    shell = Shell(folder, monkeypatch)
    shell.set(
        ALERTING_PUBLIC_URL="http://127.0.0.1:9",
        ALERTING_TWILIO_ACCOUNT_SID=ACCOUNT,
        ALERTING_TWILIO_AUTH_TOKEN="secret",
        ALERTING_TWILIO_FROM="+8610007000001",
        ALERTING_TWILIO_BASE_URL="http://127.0.0.1:9",
    )
    return shell


@pytest.fixture
def shell(empty: Shell, database_url: str) -> Shell:
    """Return a shell in an empty folder, with a migrated database."""
    empty.set(ALERTING_DATABASE_URL=database_url, ALERTING_KEY_FILE=KEY_FILE)
    return empty
