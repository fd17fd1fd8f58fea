"""Sends deliveries step by step, for tests that correct an alert in between."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select

from alerting.deliveries.channel import Answer
from alerting.deliveries.claims import Claimed, claim, claim_doubtful, expire
from alerting.deliveries.dispatcher import outcome_of
from alerting.deliveries.outcomes import record_outcomes
from alerting.deliveries.rules.delivery import Failure, OutcomeKind
from alerting.deliveries.tables import deliveries, texts
from alerting.feed.websocket_channel import waiting_for_socket, written_to_socket
from alerting.ledger.writer import Transaction
from alerting.runtime import wall_clock
from tests.support.city import TEXTING
from tests.support.running import Workplace

LEASE = timedelta(seconds=30)
ACCEPTED = Answer(OutcomeKind.ACCEPTED, provider_id="SM1")
REFUSED = Answer(OutcomeKind.REFUSED, failure=Failure.RETRY)
UNKNOWN = Answer(OutcomeKind.UNKNOWN, failure=Failure.UNKNOWN)


async def claimed(work: Workplace, limit: int = 100, later: timedelta = LEASE) -> list[Claimed]:
    """Claim deliveries as the dispatcher does; the lease expires after `later`."""
    now, wall = work.runtime.clock.now(), wall_clock()

    def unit(transaction: Transaction) -> list[Claimed]:
        expire(transaction, now)
        return claim(transaction, TEXTING, limit, now=now, wall=wall, lease_until=wall + later)

    return await work.runtime.ledger.write(unit)


async def doubtful(work: Workplace) -> list[Claimed]:
    """Claim deliveries with unknown outcome, as if 10 s had passed since their sending."""
    wall = wall_clock() + timedelta(seconds=10)

    def unit(transaction: Transaction) -> list[Claimed]:
        return claim_doubtful(
            transaction, TEXTING, 100, wall=wall, lease_until=wall_clock() - LEASE
        )

    return await work.runtime.ledger.write(unit)


async def answered(work: Workplace, tried: Iterable[Claimed], answer: Answer = ACCEPTED) -> None:
    """Record the provider's answer to each attempt."""
    for one in tried:
        await work.runtime.ledger.write_item(record_outcomes, outcome_of(work.runtime, one, answer))


async def on_socket(work: Workplace, officer: str) -> list[Claimed]:
    """Claim the queued messages for an officer's websocket, and record them as delivered."""
    now = work.runtime.clock.now()
    owed = work.runtime.database.look(lambda db: waiting_for_socket(db, officer, now))
    await work.runtime.ledger.write(lambda tx: written_to_socket(tx, owed, now))
    return owed


def texts_of(work: Workplace, kind: str, *states: str) -> list[tuple[str, str]]:
    """Return recipient and number of each text of this kind, in these states or in any."""
    chosen = (
        select(deliveries.c.recipient, deliveries.c.number)
        .join(texts, texts.c.id == deliveries.c.text)
        .where(texts.c.kind == kind)
        .order_by(deliveries.c.id)
    )
    if states:
        chosen = chosen.where(deliveries.c.state.in_(states))
    return [(row.recipient, row.number) for row in work.rows(chosen)]
