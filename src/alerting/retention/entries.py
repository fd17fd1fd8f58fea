"""Replaces the payloads of log entries by reduced ones, and records that in the log."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select, update

from alerting.ledger.chain import committed
from alerting.ledger.reductions import told_of
from alerting.ledger.tables import events
from alerting.ledger.writer import Transaction
from alerting.retention.rules import WITH_FREE_TEXT, left_of

_AT_ONCE: Final = 200

_WHOLE: Final = select(events).where(
    events.c.alert == bindparam("of_alert"), events.c.commitment.is_(None)
)

_OF_EVIDENCE: Final = _WHOLE.where(events.c.seq.in_(bindparam("seqs", expanding=True)))

_WITH_FREE_TEXT: Final = (
    _WHOLE.where(events.c.kind.in_(WITH_FREE_TEXT)).order_by(events.c.seq).limit(_AT_ONCE)
)

_REDUCE: Final = (
    update(events)
    .where(events.c.alert == bindparam("of_alert"), events.c.seq == bindparam("of_seq"))
    .values(payload=bindparam("left"), salt="", commitment=bindparam("committed"))
)


def reduce_evidence(
    transaction: Transaction,
    alert: int,
    seqs: Collection[int],
    phones: Mapping[str, Mapping[str, str]],
    now: datetime,
) -> None:
    """Reduce the evidence entries with these sequence numbers.

    `phones` holds the stand-in of each phone, by household.
    """
    rows = transaction.connection.execute(_OF_EVIDENCE, {"of_alert": alert, "seqs": list(seqs)})
    _reduce(transaction, alert, rows.all(), phones, now)


def reduce_free_text(transaction: Transaction, alert: int, now: datetime) -> int:
    """Reduce up to 200 entries that contain people's own words; return how many were reduced."""
    rows = transaction.connection.execute(_WITH_FREE_TEXT, {"of_alert": alert}).all()
    return _reduce(transaction, alert, rows, {}, now)


def _reduce(
    transaction: Transaction,
    alert: int,
    rows: Collection[Any],
    phones: Mapping[str, Mapping[str, str]],
    now: datetime,
) -> int:
    left = {
        row.seq: reduced
        for row in rows
        if (reduced := left_of(row.kind, row.payload, phones.get(row.subject, {}))) is not None
    }
    if not left:
        return 0
    changed = [
        {
            "of_alert": alert,
            "of_seq": row.seq,
            "left": left[row.seq],
            "committed": committed(row.salt, row.payload),
        }
        for row in rows
        if row.seq in left
    ]
    transaction.connection.execute(_REDUCE, changed)
    transaction.append(alert, told_of(left.items()), now)
    return len(changed)
