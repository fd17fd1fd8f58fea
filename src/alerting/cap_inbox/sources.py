"""Read model: the sources of CAP messages, the outcomes of their messages, and poll results."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from alerting.cap_inbox.rules.outcomes import Outcome
from alerting.cap_inbox.tables import cap_feeds, cap_inbox
from alerting.policy.cap_sources import Feed
from alerting.policy.policy import Policy


@dataclass(frozen=True)
class SourceState:
    """A source of CAP messages; only a feed has `url` and poll results."""

    name: str
    url: str | None
    outcomes: dict[Outcome, int]
    polled_at: datetime | None = None
    succeeded_at: datetime | None = None
    failures: int = 0
    problem: str = ""


def sources_of(connection: Connection, policy: Policy) -> list[SourceState]:
    """Return the state of every source, in the policy's order, senders first."""
    outcomes = _outcomes(connection)
    polls = {row.name: row for row in connection.execute(select(cap_feeds))}
    found = []
    for name, source in policy.cap_sources.items():
        url = source.url if isinstance(source, Feed) else None
        poll = polls.get(name) if url else None
        how = (poll.polled_at, poll.succeeded_at, poll.failures, poll.problem) if poll else ()
        found.append(SourceState(name, url, outcomes.get(name, {}), *how))
    return found


def _outcomes(connection: Connection) -> dict[str, dict[Outcome, int]]:
    found: dict[str, dict[Outcome, int]] = {}
    by_outcome = (cap_inbox.c.source, cap_inbox.c.outcome)
    counted = select(*by_outcome, func.count()).group_by(*by_outcome).order_by(*by_outcome)
    for source, outcome, count in connection.execute(counted):
        found.setdefault(source, {})[Outcome(outcome)] = count
    return found
