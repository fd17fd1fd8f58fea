"""What the tests of confirmations look at: who answered the call to an alert, and by what."""

from sqlalchemy import select

from alerting.ledger.events.kinds import EventKind
from alerting.officer_calls.tables import confirmations
from tests.support.running import Running, Workplace


def answered(place: Workplace | Running) -> list[tuple[int, str, str]]:
    """Who has answered the call, of which alert and by which channel, in the order of answering.

    Whoever raised an alert has confirmed it by that, and is left out.
    """
    c = confirmations.c
    chosen = select(c.alert, c.officer, c.channel).where(c.channel != EventKind.ALERT_RAISED)
    rows = place.rows(chosen.order_by(c.given_at, c.alert, c.seq))
    return [(row.alert, row.officer, row.channel) for row in rows]
