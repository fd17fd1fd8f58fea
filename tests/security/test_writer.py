"""The writer stores what was noted, and notes a policy that the log has not seen."""

from sqlalchemy import select

from alerting.policy.policy import parse_policy
from alerting.runtime import Runtime
from alerting.security.writer import SecurityWriter, digest_of
from alerting.security_log.tables import security_events
from tests.support.city import POLICY
from tests.support.running import Workplace

OTHER = parse_policy('[cap]\nsender = "others.example.org"')


def policies(runtime: Runtime) -> list[tuple[str, int]]:
    query = select(security_events.c["detail", "count"])
    rows = runtime.database.look(lambda db: db.execute(query).all())
    return sorted((row[0], row[1]) for row in rows)


async def test_policy_is_noted_only_when_it_changed(work: Workplace) -> None:
    for _ in range(2):
        await SecurityWriter(work.runtime).store()
    assert policies(work.runtime) == [(digest_of(POLICY), 1)]
    work.runtime.ledger.policy = OTHER
    await SecurityWriter(work.runtime).store()
    assert policies(work.runtime) == sorted([(digest_of(POLICY), 1), (digest_of(OTHER), 1)])
