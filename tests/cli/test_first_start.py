"""The first start of docs/operations.md, typed line by line in an empty folder."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.cli.conftest import SERVICE, Shell
from tests.support.gateway import ACCOUNT, TOKEN, Gateway

DOCS: Final = Path(__file__).parents[2] / "docs" / "operations.md"


@pytest.fixture
def blocks() -> list[str]:
    """Return the page's shell blocks: the gateway, the first start, and the real imports."""
    section = DOCS.read_text("utf-8").split("\n## First start\n")[1].split("\n## ")[0]
    return re.findall(r"^```\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)


def test_each_step_succeeds_and_the_doctor_finds_no_failure(
    empty: Shell, gateway: Gateway, blocks: list[str]
) -> None:
    _, typed, _ = blocks
    settings, _, steps = typed.partition("\nEND\n")
    env_file = settings.partition("\n")[2].replace("http://127.0.0.1:8001", gateway.url)
    (empty.folder / ".env").write_text(env_file.replace("secret", TOKEN))
    empty.unset(*SERVICE)
    *commands, serve = [line.split()[1:] for line in steps.splitlines()]
    for command in commands:
        run = empty.run(*command)
        assert (run.returncode, run.stderr) == (0, ""), command
    assert run.stdout.startswith("commander-511921100 http://127.0.0.1:8000/in/")
    assert serve == ["serve"]


def test_gateway_arguments_match_the_settings(blocks: list[str]) -> None:
    gateway, typed, _ = blocks
    assert f"--account-sid {ACCOUNT} --auth-token secret" in gateway
    assert f"ALERTING_TWILIO_ACCOUNT_SID={ACCOUNT}\n" in typed
    assert "ALERTING_TWILIO_AUTH_TOKEN=secret\n" in typed
    assert "--port 8001 " in gateway


def test_gateway_starts_as_documented(blocks: list[str]) -> None:
    _, *arguments = shlex.split(blocks[0].replace("--port 8001", "--port 0"))
    command = (sys.executable, *arguments)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as gateway:
        assert gateway.stdin
        assert gateway.stdout
        line = gateway.stdout.readline()
        gateway.stdin.close()
    assert json.loads(line)["url"].startswith("http://127.0.0.1:")
