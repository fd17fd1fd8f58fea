"""The writer stores noted events, and notes a policy that is not in the security log yet."""

import asyncio
import threading

from sqlalchemy import select

from alerting.ledger.writer import Transaction
from alerting.policy.policy import parse_policy
from alerting.runtime import Runtime
from alerting.security.writer import SecurityWriter, digest_of
from alerting.security_log.tables import security_events
from tests.support.city import POLICY
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running import Workplace

OTHER = parse_policy('[cap]\nsender = "others.example.org"')


def policies(runtime: Runtime) -> list[tuple[str, int]]:
    query = select(security_events.c["detail", "count"])
    rows = runtime.database.look(lambda db: db.execute(query).all())
    return sorted((row[0], row[1]) for row in rows)


async def test_policy_is_noted_only_if_it_changed(work: Workplace) -> None:
    for _ in range(2):
        await SecurityWriter(work.runtime).store()
    assert policies(work.runtime) == [(digest_of(POLICY), 1)]
    work.runtime.ledger.policy = OTHER
    await SecurityWriter(work.runtime).store()
    assert policies(work.runtime) == sorted([(digest_of(POLICY), 1), (digest_of(OTHER), 1)])


async def test_close_stores_remaining_events_and_does_not_wait_for_the_database(
    work: Workplace,
) -> None:
    writer = SecurityWriter(work.runtime)
    held, holds = threading.Event(), threading.Event()

    def hold(_transaction: Transaction) -> None:
        holds.set()
        held.wait(PATIENCE_SECONDS)

    busy = asyncio.create_task(work.runtime.ledger.write(hold))
    await asyncio.to_thread(holds.wait, PATIENCE_SECONDS)
    await writer.close()
    held.set()
    await busy
    await SecurityWriter(work.runtime).close()
    assert [detail for detail, _ in policies(work.runtime)] == [digest_of(POLICY)]
