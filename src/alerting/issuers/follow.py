"""The issuers in force in this process, which follows what administrators name in any process."""

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
    """Puts named issuers over those of the policy file each second, until cancelled.

    The process that stores a change follows it at once, any other process within about a second.
    While the database is away, the issuers stay.
    """

    def __init__(self, runtime: Runtime, policy: Policy) -> None:
        """Replace the issuers of `runtime`; `policy` is the policy as its file states it."""
        self._runtime = runtime
        self._policy = policy
        self._named: dict[str, Issuer] = {}
        # Without it, a look that began before a change could end after the look that found it.
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        """Follow until cancelled."""
        while True:
            await asyncio.sleep(_POLL_SECONDS)
            await self.look()

    async def look(self) -> None:
        """Take over what is stored now."""
        async with self._turn:
            try:
                self._named = await self._runtime.database.read(named_issuers)
            except SQLAlchemyError:
                log.exception("issuers not read")
                return
            self._runtime.ledger.policy = self.over(self._policy)

    def over(self, policy: Policy) -> Policy:
        """Return a policy with the named issuers over its own."""
        return policy.model_copy(update={"issuer": policy.issuer.under(self._named)})
