"""Texts sign-in links and notices: each is sent at most once, without retries."""

import asyncio
from datetime import datetime, timedelta
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
from alerting.messages.text import TextFacts, TextKind, compose, language_for
from alerting.policy.issuer import Issuer
from alerting.policy.policy import Policy
from alerting.runtime import Runtime, wall_clock
from alerting.stopping import run_all
from contacts.directory import Officer
from contacts.notices import Notice, OwedNotice, any_notice, take_notices
from contacts.sign_in.links import UnsentLink, anything_unsent, take_unsent

log = structlog.get_logger()

_POLL_SECONDS: Final = 0.5

_AT_ONCE: Final = 20


_NOTICE_LASTS: Final = timedelta(hours=6)
"""How long a notice of a recovery code may be sent.

This is longer than the code is valid, so that even a late notice tells an officer of a code that
the officer did not ask for.
"""

_Owed = tuple[str, Message]
"""An officer's id and a text to send."""


class LinkSender:
    """Sends queued links and notices while its provider is the one in use, until cancelled.

    A link leaves the queue before it is sent. If sending fails, the officer asks for another link.
    There are no retries, because a late or repeated text would carry a link that no longer works.
    A lost notice does little harm, because pages show the same information.
    """

    def __init__(
        self, runtime: Runtime, provider: Provider, channel: ChannelClient, public_url: str
    ) -> None:
        self._runtime = runtime
        self._provider = provider
        self._channel = channel
        self._public_url = public_url

    async def run(self) -> None:
        """Send texts until cancelled."""
        while True:
            messages = await self._take()
            await run_all(self._send(*each) for each in messages)
            if not messages:
                await asyncio.sleep(_POLL_SECONDS)

    async def _take(self) -> list[_Owed]:
        try:
            if not await self._runtime.database.read(self._may_send):
                return []
            return await self._runtime.ledger.write(
                lambda tx: self._taken(tx.connection), own_transaction=True
            )
        except SQLAlchemyError:
            log.exception("sign-in links not read")
            return []

    def _may_send(self, connection: Connection) -> bool:
        if not (anything_unsent(connection) or any_notice(connection)):
            return False
        healths = healths_of(connection, self._provider.preference, self._runtime.clock.now())
        return turn_of(self._provider, healths) is Turn.ALL

    def _taken(self, connection: Connection) -> list[_Owed]:
        now = wall_clock()
        links = take_unsent(connection, _AT_ONCE, now)
        notices = take_notices(connection, _AT_ONCE, now)
        return [
            *((each.officer, self._link(each, now)) for each in links),
            *((each.officer, notice_message(each, now)) for each in notices),
        ]

    def _link(self, link: UnsentLink, now: datetime) -> Message:
        issuer = self._runtime.policy.issuer.at(link.division)
        return link_message(link, issuer, self._public_url, now)

    async def _send(self, officer: str, message: Message) -> None:
        answer = await self._channel.send(message)
        if answer.failure is Failure.PAGE_OPERATOR:
            log.critical("the provider refuses the account", answer=answer)
        elif answer.failure:
            log.warning("sign-in text not accepted", officer=officer, answer=answer)


def link_message(link: UnsentLink, issuer: Issuer, public_url: str, now: datetime) -> Message:
    """Return the text with a link. It belongs to no alert, so it is never marked as an exercise."""
    facts = TextFacts(status=Status.ACTUAL, issuer=issuer, listed=link.officer)
    text = compose(TextKind.SIGN_IN, link.language, facts)
    address = f"{public_url}/in/{link.token}"
    content = Content(TextKind.SIGN_IN, link.language, text.facts, address)
    seconds = int((link.expires_at - now).total_seconds())
    return Message(link.number, f"{text} {address}", _token(), seconds, content)


def recovery_notice(
    whom: Officer, by: str, ends_at: datetime, policy: Policy, now: datetime
) -> Notice:
    """Return the notice to an officer that `by` made a recovery code, and when the code expires.

    The officer may not have asked for the code.
    """
    language = language_for(whom.language)
    ends = f"{ends_at.astimezone(policy.alert.zone):%H:%M}"
    issuer = policy.issuer.at(whom.division)
    facts = TextFacts(status=Status.ACTUAL, issuer=issuer, listed=by, time=ends)
    text = compose(TextKind.RECOVERY, language, facts)
    return Notice(TextKind.RECOVERY, language, text, text.facts, now + _NOTICE_LASTS)


def notice_message(owed: OwedNotice, now: datetime) -> Message:
    """Return the text message for a notice, with the notice's time to live."""
    notice = owed.notice
    content = Content(TextKind(notice.kind), notice.language, notice.facts)
    seconds = max(1, int((notice.expires_at - now).total_seconds()))
    return Message(owed.number, notice.body, _token(), seconds, content)


def _token() -> str:
    """Return a random id for the provider's callback, because the link's token must stay secret."""
    return f"sign-in-{uuid4()}"
