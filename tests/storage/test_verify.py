"""The audit: agrees with the truth, and finds each kind of tampering."""

from typing import Any

import pytest
from sqlalchemy import Engine, delete, update

from alerting.core.standing import Report, Rung
from alerting.storage.evidence import NewEvidence, record_evidence
from alerting.storage.ledger import Transaction
from alerting.storage.roll import call_roll
from alerting.storage.tables import alerts, events, evidence, roll, tallies
from alerting.storage.tallies import count_joined
from alerting.storage.verify import verify
from contacts.directory import households_in
from tests.alert_rows import stored_alert
from tests.city import NOW, QIANFO, after, found_city, household_code

HOME = household_code(QIANFO, 3)


@pytest.fixture
def told(engine: Engine) -> Engine:
    """Qianfo on the roll, household 3 out, household 4 in need of help."""
    with engine.begin() as connection:
        found_city(connection)
        stored_alert(connection)
        call_roll(connection, 1, 1, households_in([QIANFO]))
        count_joined(connection, 1, 1)
        transaction = Transaction(connection)
        for number, report in [(3, Report.EVACUATED), (4, Report.NEEDS_HELP)]:
            item = NewEvidence(
                alert=1,
                household=household_code(QIANFO, number),
                given_at=NOW,
                recorded_at=after(1),
                rung=Rung.OWN,
                given_by="+8610002080003",
                report=report,
                people=None,
                channel="sms",
                source=f"SM{number}",
            )
            record_evidence(transaction, [item])
        transaction.flush()
    return engine


def test_what_was_recorded_is_what_the_evidence_makes_of_it(told: Engine) -> None:
    with told.begin() as connection:
        audit = verify(connection)
    assert (audit.alerts, audit.households, audit.evidence) == (1, 10, 2)
    assert audit.differences == ()


TAMPERINGS: list[tuple[Any, list[str]]] = [
    (update(roll).where(roll.c.household == HOME).values(standing="staying"), ["household"]),
    (update(roll).where(roll.c.household == HOME).values(settled_by="nobody"), ["household"]),
    (update(tallies).values(people_evacuated=0), ["tally"]),
    (delete(tallies), ["tally"]),
    (delete(evidence).where(evidence.c.source == "SM4"), ["household", "tally"]),
    (update(evidence).values(report="staying"), ["household", "household", "tally"]),
    (delete(events).where(events.c.seq == 1), ["log"]),
    (update(alerts).values(last_seq=9), ["log"]),
]


@pytest.mark.parametrize(("tampering", "found"), TAMPERINGS)
def test_what_was_tampered_with_is_found(told: Engine, tampering: Any, found: list[str]) -> None:
    with told.begin() as connection:
        connection.execute(tampering)
        differences = verify(connection).differences
    assert [each.what.split()[0] for each in differences] == found
    assert all(each.alert == 1 and each.kept != each.rebuilt for each in differences)
