"""Receive a document: store it unchanged, read it, and act on it."""

import asyncio
from dataclasses import dataclass
from functools import partial

import structlog

from alerting.cap_inbox.act import ActionResult, Arrival
from alerting.cap_inbox.assess import assess
from alerting.cap_inbox.rules.message import CapMessage
from alerting.cap_inbox.rules.outcomes import Outcome, Reason
from alerting.cap_inbox.rules.read import read_message
from alerting.cap_inbox.rules.tree import UnreadableError
from alerting.cap_inbox.store import Kept, keep, record
from alerting.cap_inbox.take import take
from alerting.errors import InvalidError
from alerting.metrics import CAP_MESSAGES
from alerting.policy.cap_sources import CapSource
from alerting.runtime import Runtime

log = structlog.get_logger()


@dataclass(frozen=True)
class Received:
    """The id of a stored message, and its outcome."""

    id: int
    done: ActionResult


async def receive(
    runtime: Runtime, source: CapSource, raw: bytes, charset: str | None = None
) -> Received:
    """Receive a document; return after its outcome is committed.

    The original bytes are committed before they are read. Repeated bytes have no effect.

    Raises:
        InvalidError: if it is not a CAP message; the error names the element and what to change.
        TooManyError: if the source exceeds the policy's rate limit.
    """
    now = runtime.clock.now()
    # A separate transaction, because `take` locks the message's row before alerts.
    kept = await runtime.ledger.write(
        lambda transaction: keep(transaction.connection, source, raw, charset, now),
        own_transaction=True,
    )
    if kept.is_repeat:
        return _again(kept)
    try:
        # In a thread, because a large document takes a second to read.
        message = await asyncio.to_thread(read_message, raw, charset)
    except UnreadableError as wrong:
        await _refuse(runtime, source, kept, wrong)
        raise InvalidError(wrong.element, wrong.problem) from None
    return await _take(runtime, source, kept, message)


async def _take(runtime: Runtime, source: CapSource, kept: Kept, message: CapMessage) -> Received:
    now = runtime.clock.now()
    read = partial(
        assess,
        source=source,
        message=message,
        policy=runtime.policy,
        now=now,
        is_drill=runtime.clock.is_drill,
    )
    assessed = await runtime.database.read(read)
    arrival = Arrival(kept.id, source, assessed, now)
    done = await runtime.ledger.write(
        lambda transaction: take(transaction, arrival), own_transaction=True
    )
    CAP_MESSAGES.labels(source.name, done.outcome).inc()
    log.info(
        "a CAP message came in",
        source=source.name,
        message=kept.id,
        outcome=done.outcome,
        reason=done.reason,
        alert=done.alert,
    )
    return Received(kept.id, done)


def _again(kept: Kept) -> Received:
    """Return the outcome of a repeated document.

    Raises:
        InvalidError: if the same bytes were refused before.
    """
    if kept.outcome is Outcome.REFUSED:
        element, _, problem = kept.detail.partition(": ")
        raise InvalidError(element, problem)
    return Received(kept.id, ActionResult(Outcome.DUPLICATE, Reason.SAME_MESSAGE, alert=kept.alert))


async def _refuse(runtime: Runtime, source: CapSource, kept: Kept, wrong: UnreadableError) -> None:
    refused = {"outcome": Outcome.REFUSED, "reason": Reason.NOT_CAP, "detail": str(wrong)}
    await runtime.ledger.write(
        lambda transaction: record(transaction.connection, kept.id, **refused)
    )
    CAP_MESSAGES.labels(source.name, Outcome.REFUSED).inc()
    log.warning("a document was refused", source=source.name, message=kept.id, problem=str(wrong))
