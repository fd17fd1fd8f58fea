"""Households that want no more texts: somebody goes to their doors instead."""

from datetime import datetime
from typing import Final

from alerting.core.routing import Candidate
from alerting.storage.ladder import to_the_door
from alerting.storage.ledger import Transaction
from alerting.storage.tables import roll

OPTED_OUT: Final = "household.opted_out"


def opt_out(transaction: Transaction, home: Candidate, now: datetime) -> None:
    """Take a household on an alert's roll for one that no text reaches; once is enough."""
    transaction.lock([home.alert])
    news = to_the_door(
        transaction.connection,
        home.alert,
        roll.c.household == home.household,
        transaction.policy.household,
        now,
    )
    if news:
        transaction.append(
            home.alert, OPTED_OUT, now, division=home.division, subject=home.household
        )
