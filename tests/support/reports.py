"""The facts and the words of reports, for tests."""

from datetime import datetime
from typing import Final

from alerting.board.curve import Curves
from alerting.ledger.alerts import stored
from alerting.report.facts import Facts, facts_of
from alerting.report.words import Words
from tests.support.city import POLICY, QIANFO, after
from tests.support.closed_alert import AfterZero

LATER: Final = after(900)


def facts_for(alert: AfterZero, scope: str = QIANFO, at: datetime = LATER) -> Facts:
    """Return the facts for a report on an alert in a division."""
    return alert.work.runtime.database.look(
        lambda db: facts_of(db, stored(db, alert.alert), scope, Curves(), POLICY, at)
    )


def words_of(facts: Facts, code: str) -> Words:
    """Return the words of a language for a report."""
    return Words(code, POLICY.alert.zone, facts.places)
