"""Keeps the issuers of this process up to date with the database, by polling."""

import asyncio
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from alerting.issuers.store import named_issuers
from alerting.policy.issuer import Issuer
from alerting.policy.policy import Policy
from alerting.runtime import Runtime

log = structlog.get_logger()

_POLL_SECONDS: Final = 1.0


class IssuerFollower:
    """Polls the issuers that administrators named and puts them into this process's policy.

    The process that stores a change applies it at once. Other processes apply it within about a
    second. If the database cannot be read, the issuers stay as they are.
    """

    def __init__(self, runtime: Runtime, policy: Policy) -> None:
        """Keep the issuers of `runtime` up to date; `policy` is the policy from its file."""
        self._runtime = runtime
        self._policy = policy
        self._named: dict[str, Issuer] = {}
        # Reads are serialized: otherwise a read that began before a change could finish last and
        # undo the change.
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        """Apply stored changes every second until cancelled."""
        while True:
            await asyncio.sleep(_POLL_SECONDS)
            await self.look()

    async def look(self) -> None:
        """Read the stored issuers and apply them now."""
        async with self._turn:
            try:
                self._named = await self._runtime.database.read(named_issuers)
            except SQLAlchemyError:
                log.exception("issuers not read")
                return
            self._runtime.ledger.policy = self.over(self._policy)

    def over(self, policy: Policy) -> Policy:
        """Return a copy of the policy in which the named issuers take precedence."""
        return policy.model_copy(update={"issuer": policy.issuer.under(self._named)})
