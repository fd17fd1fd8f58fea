"""The loop that stores a process's security events, and notes a changed policy at startup."""

import asyncio
import hashlib
from contextlib import suppress
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from alerting.errors import LedgerClosedError
from alerting.policy.policy import Policy
from alerting.runtime import Runtime
from alerting.security_log.rules import SecurityEvent, SecurityKind
from alerting.security_log.store import last_policy
from alerting.stopping import CLOSE_SECONDS

log = structlog.get_logger()

_EVERY_SECONDS: Final = 1.0

_DIGEST_LENGTH: Final = 12


class SecurityWriter:
    """Stores this process's security events once a second, until cancelled."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._knows_policy = False

    async def run(self) -> None:
        """Store events once a second until cancelled."""
        while True:
            await self.store()
            await asyncio.sleep(_EVERY_SECONDS)

    async def store(self) -> None:
        """Store the noted events; if the database is unreachable, keep them for the next time."""
        try:
            await self._compare_policy()
            await self._runtime.security.store(self._runtime.ledger)
        except (SQLAlchemyError, LedgerClosedError):
            log.exception("security events not stored")

    async def close(self) -> None:
        """Store the remaining events, but give up soon, so that the service can stop."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.store()

    async def _compare_policy(self) -> None:
        """Note a security event if the policy differs from the last one in the security log."""
        if self._knows_policy:
            return
        digest = digest_of(self._runtime.policy)
        if await self._runtime.database.read(last_policy) != digest:
            self._runtime.note(SecurityEvent(SecurityKind.POLICY_CHANGED, detail=digest))
        self._knows_policy = True


def digest_of(policy: Policy) -> str:
    """Return the first 12 hexadecimal digits of a policy's SHA-256, to tell policies apart."""
    written = policy.model_dump_json().encode()
    return hashlib.sha256(written).hexdigest()[:_DIGEST_LENGTH]
