"""Reads officers' confirmations of calls, for tests."""

from sqlalchemy import select

from alerting.ledger.events.kinds import EventKind
from alerting.officer_calls.tables import confirmations
from tests.support.running import Running, Workplace


def answered(place: Workplace | Running) -> list[tuple[int, str, str]]:
    """Return alert, officer and channel of each confirmation, in order.

    The implied confirmation of the officer who raised the alert is left out.
    """
    c = confirmations.c
    chosen = select(c.alert, c.officer, c.channel).where(c.channel != EventKind.ALERT_RAISED)
    rows = place.rows(chosen.order_by(c.given_at, c.alert, c.seq))
    return [(row.alert, row.officer, row.channel) for row in rows]
