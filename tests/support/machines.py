"""Runs a service whose policy names machines (CAP senders, sensors), and issues their tokens."""

import contextlib
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from alerting.access.machines import MachineKind, issue_machine_token
from alerting.runtime import wall_clock
from tests.support.gateway import Gateway
from tests.support.running import Running, running_service

_A_DAY = timedelta(days=1)


@contextlib.asynccontextmanager
async def service_under(
    policy: str, database_url: str, gateway: Gateway, folder: Path, **changes: Any
) -> AsyncIterator[Running]:
    """Yield a service with this policy; by default, it only answers requests."""
    file = folder / "policy.toml"
    file.write_text(policy, encoding="utf-8")
    given = {"loops": "api", "policy": str(file)} | changes
    async with running_service(database_url, gateway, **given) as service:
        yield service


async def tokens_of(service: Running, kind: MachineKind, names: Iterable[str]) -> dict[str, str]:
    """Issue a token to each of these machines; return the tokens by the machines' names."""
    return await service.runtime.ledger.write(
        lambda tx: {
            name: issue_machine_token(tx.connection, kind, name, wall_clock(), _A_DAY)
            for name in names
        }
    )
