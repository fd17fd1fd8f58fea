"""Checks before closing an alert: officers must visit stayers and verify enough households."""

import pytest
from sqlalchemy import Connection, Engine

from alerting.accounting.record import record_evidence
from alerting.ledger.writer import Transaction
from alerting.policy.policy import parse_policy
from alerting.roll.checks import checks_owed
from alerting.roll.enrol import enrol
from alerting.roll.rules.evidence import Report
from alerting.roll.rules.tally import Checks
from contacts.directory import households_in
from tests.support.city import NEXT_VILLAGE, NOW, POLICY, QIANFO, TOWN, after
from tests.support.help_calls import PHONE, word

HOMES = range(1, 11)


def owed(connection: Connection, policy: str = "", division: str = TOWN) -> Checks:
    return checks_owed(connection, 1, division, parse_policy(policy).closing)


def say(connection: Connection, report: Report, *numbers: int, by: str = PHONE) -> None:
    transaction = Transaction(connection, POLICY)
    said = [word(report, after(60 if by == PHONE else 120), by=by, number=n) for n in numbers]
    record_evidence(transaction, said)
    transaction.flush()


@pytest.fixture
def out(city: Engine) -> Engine:
    """Return a database in which all households of Qianfo report that they are out.

    Households 5 and 10 are at high risk.
    """
    with city.begin() as connection:
        expected = households_in([QIANFO, NEXT_VILLAGE])
        enrol(connection, 1, 1, expected, POLICY.household, NOW)
        say(connection, Report.EVACUATED, *HOMES)
    return city


def test_households_at_high_risk_have_to_be_verified_by_default(out: Engine) -> None:
    with out.begin() as connection:
        assert owed(connection) == Checks(high_risk=2)
        say(connection, Report.EVACUATED, 5, by="grid")
        assert owed(connection) == Checks(high_risk=1)
        say(connection, Report.ELSEWHERE, 10, by="grid")
        assert owed(connection) == Checks()


def test_checks_are_counted_within_a_division(out: Engine) -> None:
    with out.begin() as connection:
        assert owed(connection, division=NEXT_VILLAGE) == Checks()


@pytest.mark.parametrize(
    ("policy", "checks"),
    [
        ("[closing]\nhigh_risk_verified = 0.5", Checks(high_risk=1)),
        ("[closing]\nhigh_risk_verified = 0.0", Checks()),
        # Verified households at high risk count towards the share of all households.
        ("[closing]\nverified = 0.5", Checks(high_risk=2, verified=3)),
        ("[closing]\nhigh_risk_verified = 0\nverified = 1", Checks(verified=10)),
    ],
)
def test_policy_sets_the_shares(out: Engine, policy: str, checks: Checks) -> None:
    with out.begin() as connection:
        assert owed(connection, policy) == checks


def test_staying_households_need_an_officers_word(out: Engine) -> None:
    with out.begin() as connection:
        say(connection, Report.STAYING, 1, 2)
        assert owed(connection).unspoken == 2
        say(connection, Report.STAYING, 1, by="grid")
        assert owed(connection).unspoken == 1
