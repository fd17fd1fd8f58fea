"""On PostgreSQL, claims and the expiry check read few rows even if statistics are out of date."""

from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import Connection, Engine, delete, insert, text, update

from alerting.deliveries.claims import claim, expire
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.rules.forecast import Priority, Recipient
from alerting.deliveries.rules.providers import Provider
from alerting.deliveries.tables import deliveries
from alerting.deliveries.texts import insert_text
from alerting.ledger.writer import Transaction
from alerting.messages.text import TextKind
from alerting.policy.sections import Channel
from tests.support.alert_rows import stored_alert
from tests.support.city import NOW, POLICY, QIANFO, after, found_city

QUEUED: Final = 2_000
SENDING: Final = 200
CLAIMED: Final = 10
FEW: Final = 10 * CLAIMED
TWILIO: Final = Provider("twilio", Channel.SMS, ("twilio",))
_TOUCHED: Final = text(
    "SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)"
    " FROM pg_stat_xact_user_tables WHERE relname = 'deliveries'"
)

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def owe(connection: Connection, number: int) -> None:
    """Store an alert with 2,200 texts to households; the first 200 are already being sent."""
    alert = stored_alert(connection, number)
    text_id = insert_text(connection, alert, TextKind.ALERT, "zh", "立即撤离")
    row: dict[str, Any] = {
        "alert": alert,
        "text": text_id,
        "recipient_kind": Recipient.HOUSEHOLD,
        "division": QIANFO,
        "tier": "household",
        "channel": Channel.SMS,
        "priority": Priority.HOUSEHOLD,
        "due_at": NOW,
        "expires_at": after(3600),
        "attempts": 0,
        "seq": 0,
    }
    connection.execute(insert(deliveries), [row | _recipient(n) for n in range(SENDING + QUEUED)])


def _recipient(n: int) -> dict[str, Any]:
    is_sent = n < SENDING
    return {
        "recipient": f"{QIANFO}{n:04}",
        "number": f"+86100{n:08}",
        "state": DeliveryState.SENDING if is_sent else DeliveryState.QUEUED,
        "lease_until": after(30) if is_sent else None,
    }


def touched(connection: Connection) -> int:
    """Return how many rows of `deliveries` the current transaction has read so far."""
    return int(connection.execute(_TOUCHED).scalar() or 0)


@pytest.mark.parametrize(
    "statistics",
    [
        "of an alert that is over",
        pytest.param("of an empty table", marks=pytest.mark.long),
    ],
)
def test_claim_of_10_reads_under_100_rows(engine: Engine, statistics: str) -> None:
    with engine.begin() as connection:
        found_city(connection)
        owe(connection, 27)
        # The statistics of the columns stay when the rows are deleted.
        connection.execute(text("ANALYZE deliveries"))
        connection.execute(update(deliveries).values(state=DeliveryState.ACCEPTED))
        if statistics == "of an empty table":
            connection.execute(delete(deliveries))
    with engine.begin() as connection:
        connection.execute(text("ANALYZE deliveries"))
        owe(connection, 28)
    lease = NOW + timedelta(seconds=30)
    with engine.begin() as connection:
        transaction, before = Transaction(connection, POLICY), touched(connection)
        claimed = claim(transaction, TWILIO, CLAIMED, now=NOW, wall=NOW, lease_until=lease)
        assert len(claimed) == CLAIMED
        assert touched(connection) - before < FEW


def test_expiry_check_reads_no_unexpired_rows(engine: Engine) -> None:
    with engine.begin() as connection:
        found_city(connection)
        owe(connection, 27)
        connection.execute(text("ANALYZE deliveries"))
    with engine.begin() as connection:
        before = touched(connection)
        assert expire(Transaction(connection, POLICY), after(3599)) == 0
        assert touched(connection) == before
    with engine.begin() as connection:
        assert expire(Transaction(connection, POLICY), after(3600)) == QUEUED
