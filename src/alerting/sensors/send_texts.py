"""Sends the texts about sensors' news at least once each, after the texts of alerts."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from alerting.deliveries.channel import UNSENDABLE, Answer, ChannelClient
from alerting.deliveries.providers import begin_trial, bucket_of, healths_of, note, spend
from alerting.deliveries.rules.delivery import DeliveryState, Failure
from alerting.deliveries.rules.providers import (
    Condition,
    Pace,
    Provider,
    Sign,
    Turn,
    sign_of,
    turn_of,
)
from alerting.errors import LedgerClosedError
from alerting.ledger.writer import Transaction
from alerting.runtime import Runtime, wall_clock
from alerting.sensors.text_store import (
    OwedText,
    any_owed,
    expire_texts,
    live_text_waits,
    settle_text,
    take_texts,
)
from alerting.sensors.tries import after_answer
from alerting.stopping import run_all
from contacts.encryption.unreadable import UNREADABLE

log = structlog.get_logger()

_POLL_SECONDS: Final = 0.5

_AT_ONCE: Final = 20


@dataclass(frozen=True)
class Route:
    """An SMS provider, its client, and its pace."""

    provider: Provider
    channel: ChannelClient
    pace: Pace


@dataclass(frozen=True)
class _Batch:
    """Claimed texts, and the routes to try for each of them, in this order."""

    texts: Sequence[OwedText] = ()
    routes: Sequence[Route] = ()


@dataclass
class _Tried:
    """The last provider's answer to a text, and signs of health from all providers asked."""

    answer: Answer
    signs: dict[Provider, Sign] = field(default_factory=dict)


class SensorTextSender:
    """Claims and sends sensors' texts until cancelled.

    These texts share the providers, their health and their pace with alerts. They wait while a text
    of an actual alert is due.
    """

    def __init__(self, runtime: Runtime, routes: Sequence[Route]) -> None:
        """Take the routes to SMS providers, the preferred one first."""
        self._runtime = runtime
        self._routes = routes

    async def run(self) -> None:
        """Send texts until cancelled."""
        while True:
            batch = await self._take()
            await run_all(self._send(text, batch.routes) for text in batch.texts)
            if not batch.texts:
                await asyncio.sleep(_POLL_SECONDS)

    async def _take(self) -> _Batch:
        try:
            if not await self._runtime.database.read(any_owed):
                return _Batch()
            return await self._runtime.ledger.write(self._claim, own_transaction=True)
        except (SQLAlchemyError, LedgerClosedError):
            log.exception("sensors' texts not claimed")
            return _Batch()

    def _claim(self, transaction: Transaction) -> _Batch:
        connection, now, wall = transaction.connection, self._runtime.clock.now(), wall_clock()
        if expired := expire_texts(connection, now, wall):
            log.error("sensors' texts expired unsent", officers=expired)
        if live_text_waits(connection, now):
            return _Batch()
        routes, most = self._at_work(connection, now)
        if not routes:
            return _Batch()
        pace = routes[0].pace
        bucket = bucket_of(connection, pace, now)
        most = min(most, int(bucket.tokens))
        if most <= 0:
            return _Batch()
        lease_until = wall + transaction.policy.sending.lease
        texts = take_texts(connection, most, now, wall, lease_until)
        if texts:
            spend(connection, pace, bucket, sum(each.segments for each in texts))
        return _Batch(texts, routes)

    def _at_work(self, connection: Connection, now: datetime) -> tuple[list[Route], int]:
        """Return the routes to use now, in order, and the maximum number of texts.

        If all providers are down, one whose trial is due gets one text.
        """
        order = [each.provider.name for each in self._routes]
        healths = healths_of(connection, order, now)
        for each in self._routes:
            if turn_of(each.provider, healths) is Turn.ALL:
                others = (other for other in self._routes if other is not each)
                is_down = Condition.DOWN
                able = [o for o in others if healths[o.provider.name].condition is not is_down]
                return [each, *able], _AT_ONCE
        every = self._runtime.policy.provider.trial
        for each in self._routes:
            if begin_trial(connection, each.provider.name, now, every):
                return [each], 1
        return [], 0

    async def _send(self, text: OwedText, routes: Sequence[Route]) -> None:
        tried = await self._try(text, routes)
        doubt = self._runtime.policy.provider.doubt
        now = self._runtime.clock.now()
        progress = after_answer(text.phones, text.tries, text.doubts, tried.answer, now, doubt)

        def record(transaction: Transaction) -> None:
            connection, rules = transaction.connection, transaction.policy.provider
            settle_text(connection, text, progress, now)
            for provider in sorted(tried.signs, key=lambda each: each.name):
                note(connection, provider, [tried.signs[provider]], now, rules)

        try:
            await self._runtime.ledger.write(record, own_transaction=True)
        except (SQLAlchemyError, LedgerClosedError):
            # The text is sent again when its lease expires.
            log.exception("outcome of a sensor's text not written", officer=text.officer)
        if progress.state in {DeliveryState.REFUSED, DeliveryState.UNKNOWN}:
            log.error("a sensor's text reached nobody", officer=text.officer, answer=tried.answer)

    async def _try(self, text: OwedText, routes: Sequence[Route]) -> _Tried:
        """Send a text by the first route that can reach the number."""
        signs: dict[Provider, Sign] = {}
        if UNREADABLE in {text.message.to, text.message.body}:
            return _Tried(UNSENDABLE, signs)
        for route in routes:
            began = monotonic()
            answer = await route.channel.send(text.message)
            took = timedelta(seconds=monotonic() - began)
            rules = self._runtime.policy.provider
            if sign := sign_of(answer.kind, answer.failure, took, rules):
                signs[route.provider] = sign
            if answer.failure is Failure.PAGE_OPERATOR:
                log.critical("the provider refuses the account", answer=answer)
            if answer.failure is not Failure.NO_ROUTE:
                break
        return _Tried(answer, signs)
