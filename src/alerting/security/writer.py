"""The loop that stores a process's security events, and sees at its start if the policy changed."""

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
    """Stores the security events once a second, until cancelled."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._knows_policy = False

    async def run(self) -> None:
        """Store until cancelled."""
        while True:
            await self.store()
            await asyncio.sleep(_EVERY_SECONDS)

    async def store(self) -> None:
        """Store what was noted; while the database is away it waits."""
        try:
            await self._compare_policy()
            await self._runtime.security.store(self._runtime.ledger)
        except (SQLAlchemyError, LedgerClosedError):
            log.exception("security events not stored")

    async def close(self) -> None:
        """Store what is left, if the database takes it at once: a stop does not wait for it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.store()

    async def _compare_policy(self) -> None:
        """Note the policy if it differs from the one that the log recorded last."""
        if self._knows_policy:
            return
        digest = digest_of(self._runtime.policy)
        if await self._runtime.database.read(last_policy) != digest:
            self._runtime.note(SecurityEvent(SecurityKind.POLICY_CHANGED, detail=digest))
        self._knows_policy = True


def digest_of(policy: Policy) -> str:
    """Return the beginning of the SHA-256 of a policy, by which two are told apart."""
    written = policy.model_dump_json().encode()
    return hashlib.sha256(written).hexdigest()[:_DIGEST_LENGTH]
