"""When households were last heard from."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from alerting.accounting.evidence import NewEvidence
from alerting.accounting.household import last_words
from alerting.accounting.record import record_evidence
from alerting.ledger.writer import Transaction
from alerting.roll.rules.evidence import Report, Rung
from tests.support.alert_rows import enrolled_city
from tests.support.city import POLICY, QIANFO, after, household_code

HOME, OTHER = household_code(QIANFO, 2), household_code(QIANFO, 3)
WORD = NewEvidence(
    alert=1,
    household=HOME,
    given_at=after(60),
    recorded_at=after(61),
    rung=Rung.OWN,
    given_by="+8610020800002",
    report=Report.RECEIVED,
    people=None,
    channel="sms",
    source="first",
)


@pytest.fixture
def called(engine: Engine) -> Iterator[Transaction]:
    """Yield a transaction with Qianfo on the roll of alert 1."""
    with engine.begin() as connection:
        enrolled_city(connection, QIANFO)
        yield Transaction(connection, POLICY)


def test_silent_households_have_no_last_word(called: Transaction) -> None:
    assert last_words(called.connection, 1, [HOME, OTHER]) == {}
    assert last_words(called.connection, 1, []) == {}


def test_last_word_has_the_time_it_was_given(called: Transaction) -> None:
    late = replace(WORD, given_at=after(5), recorded_at=after(90), source="late")
    record_evidence(called, [WORD, late, replace(WORD, household=OTHER, source="other")])
    assert last_words(called.connection, 1, [HOME]) == {HOME: after(60)}
    assert last_words(called.connection, 2, [HOME]) == {}


@pytest.mark.parametrize("report", [Report.NOT_HOME, Report.MISSED_ROLL_CALL])
def test_unanswered_door_and_missed_roll_call_are_not_a_last_word(
    called: Transaction, report: Report
) -> None:
    record_evidence(called, [replace(WORD, report=report)])
    assert last_words(called.connection, 1, [HOME]) == {}
