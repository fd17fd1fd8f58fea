"""Calls for help that nobody resolves in time go from the village to the town, to the county."""

from datetime import datetime
from typing import Final

from alerting.storage.help_cases import pass_on
from alerting.storage.ledger import Transaction

_AT_ONCE: Final = 300


def pass_cases_on(transaction: Transaction, now: datetime) -> int:
    """Pass open cases on to their next owners, who are told; return how many that was."""
    return pass_on(transaction, now, _AT_ONCE)
