"""A gateway process for tests, which simulates a provider and has a control API."""

import contextlib
import itertools
import json
import os
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from tests.support.clocks import clock_file
from tests.support.patience import PATIENCE_SECONDS

ACCOUNT: Final = "AC" + "0" * 32
TOKEN: Final = "gateway-token"
SPEED: Final = 60.0
_senders = itertools.count(1)


@dataclass(frozen=True)
class Gateway:
    """A gateway's URL and its control API."""

    url: str

    def sender(self) -> str:
        """Return a sender number that no other test has."""
        return f"+861000700{next(_senders):04d}"

    def set_faults(self, *faults: dict[str, Any]) -> None:
        """Replace the injected faults."""
        self._call("faults", list(faults))

    def taken(self, sender: str) -> list[dict[str, Any]]:
        """Return the texts accepted from a sender, oldest first."""
        texts: list[dict[str, Any]] = self._call("messages")
        return [text for text in texts if text["from"] == sender]

    def _call(self, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/control/{path}", data)
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            return json.loads(answer.read())


@contextlib.contextmanager
def running_gateway(*options: str) -> Iterator[Gateway]:
    """Run a gateway process on its own port."""
    process = subprocess.Popen(
        (
            *(sys.executable, "-m", "alerting.drill.gateway"),
            *("--account-sid", ACCOUNT, "--auth-token", TOKEN, "--clock", str(clock_file(SPEED))),
            *("--segments-per-second", "10000", *options),
        ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert process.stdin
    assert process.stdout
    yield Gateway(json.loads(process.stdout.readline())["url"])
    process.terminate()
    process.wait(PATIENCE_SECONDS)
    process.stdin.close()
    process.stdout.close()
