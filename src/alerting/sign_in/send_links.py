"""Texting of sign-in links: each is sent at most once, without retries."""

import asyncio
from collections.abc import Sequence
from typing import Final
from uuid import uuid4

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from alerting.cap.alert import Status
from alerting.deliveries.channel import ChannelClient, Content, Message
from alerting.deliveries.providers import healths_of
from alerting.deliveries.rules.delivery import Failure
from alerting.deliveries.rules.providers import Provider, Turn, turn_of
from alerting.messages.text import ComposedText, TextFacts, TextKind, compose
from alerting.policy.issuer import Issuer
from alerting.runtime import Runtime, wall_clock
from alerting.stopping import SENDING_SECONDS, finish
from contacts.sign_in.links import UnsentLink, anything_unsent, take_unsent

log = structlog.get_logger()

_POLL_SECONDS: Final = 0.5

_AT_ONCE: Final = 20


class LinkSender:
    """Sends queued links when it is its provider's turn, until cancelled.

    A link is dequeued before it is sent, and lost if sending fails: the officer asks for another. A
    duplicate or late text would carry a link that no longer works.
    """

    def __init__(
        self, runtime: Runtime, provider: Provider, channel: ChannelClient, public_url: str
    ) -> None:
        self._runtime = runtime
        self._provider = provider
        self._channel = channel
        self._public_url = public_url

    async def run(self) -> None:
        """Send until cancelled."""
        while True:
            links = await self._take()
            await self._send_all(links)
            if not links:
                await asyncio.sleep(_POLL_SECONDS)

    async def _send_all(self, links: Sequence[UnsentLink]) -> None:
        """Send them concurrently; when cancelled, allow a few seconds to finish."""
        sending = [asyncio.create_task(self._send(link)) for link in links]
        try:
            await asyncio.gather(*map(asyncio.shield, sending))
        finally:
            await finish(sending, SENDING_SECONDS)

    async def _take(self) -> list[UnsentLink]:
        try:
            if not await self._runtime.database.read(self._may_send):
                return []
            now = wall_clock()
            return await self._runtime.ledger.write(
                lambda tx: take_unsent(tx.connection, _AT_ONCE, now), alone=True
            )
        except SQLAlchemyError:
            log.exception("sign-in links not read")
            return []

    def _may_send(self, connection: Connection) -> bool:
        if not anything_unsent(connection):
            return False
        healths = healths_of(connection, self._provider.order, self._runtime.clock.now())
        return turn_of(self._provider, healths) is Turn.ALL

    async def _send(self, link: UnsentLink) -> None:
        left = link.expires_at - wall_clock()
        issuer = self._runtime.policy.issuer.at(link.division)
        body = sign_in_text(link, issuer, self._public_url)
        # The provider's callback gets another id: the link's token is for the officer only.
        content = sign_in_content(link, issuer, self._public_url)
        token, seconds = f"sign-in-{uuid4()}", int(left.total_seconds())
        message = Message(link.number, body, token, seconds, content)
        answer = await self._channel.send(message)
        if answer.failure is Failure.PAGE_OPERATOR:
            log.critical("the provider refuses the account", answer=answer)
        elif answer.failure:
            log.warning("sign-in link not accepted", officer=link.officer, answer=answer)


def sign_in_text(link: UnsentLink, issuer: Issuer, public_url: str) -> str:
    """Return the text that carries a link; it belongs to no alert, so no drill marks it."""
    return f"{_composed(link, issuer)} {_address(link, public_url)}"


def sign_in_content(link: UnsentLink, issuer: Issuer, public_url: str) -> Content:
    """Return what the text tells, for providers that forbid free text."""
    facts, address = _composed(link, issuer).facts, _address(link, public_url)
    return Content(TextKind.SIGN_IN, link.language, facts, address)


def _composed(link: UnsentLink, issuer: Issuer) -> ComposedText:
    facts = TextFacts(status=Status.ACTUAL, issuer=issuer, listed=link.officer)
    return compose(TextKind.SIGN_IN, link.language, facts)


def _address(link: UnsentLink, public_url: str) -> str:
    return f"{public_url}/in/{link.token}"
