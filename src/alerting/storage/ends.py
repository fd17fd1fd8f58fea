"""What came of sending, counted into the log: an entry a batch, not one a delivery."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from alerting.storage.ledger import Transaction

ATTEMPTED: Final = "deliveries.attempted"
RECEIPTED: Final = "deliveries.receipted"
EXPIRED: Final = "deliveries.expired"


def log_ends(
    transaction: Transaction, kind: str, at: datetime, ends: Sequence[tuple[int, str]]
) -> None:
    """Log, alert by alert, how many deliveries came to which end."""
    by_alert: dict[int, Counter[str]] = defaultdict(Counter)
    for alert, end in ends:
        by_alert[alert][end] += 1
    # All at once, so in their order: two processes must not wait for each other.
    transaction.lock(list(by_alert))
    for alert, counts in by_alert.items():
        transaction.append(alert, kind, at, payload=dict(counts))
