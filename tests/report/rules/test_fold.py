"""Folding an alert's log gives the same standings and times as the service's rules."""

from datetime import datetime
from typing import Final

import pytest

from alerting.ledger.events.alerts import AlertRaised
from alerting.ledger.events.payload import Payload
from alerting.ledger.events.registry import Event
from alerting.report.rules.account import Number
from alerting.report.rules.fold import Enrolled, LogFold, evidence_in
from tests.support.city import QIANFO, after, household_code
from tests.support.evidence import given

HOMES: Final = tuple(
    Enrolled(household_code(QIANFO, number), QIANFO, 5, 0, 1) for number in range(1, 3)
)


def entry(seq: int, payload: Payload, at: datetime, subject: str = "") -> Event:
    return Event(1, seq, at, payload.kind, QIANFO, subject, payload.written())


def test_fold_gives_standings_and_times() -> None:
    fold = LogFold(HOMES)
    fold.take(entry(1, AlertRaised(divisions=(QIANFO,)), after(0)))
    fold.take(entry(2, given(after(60)), after(60), HOMES[0].household))
    fold.take(
        entry(3, given(after(90), people=4, rung=2, by="grid"), after(90), HOMES[1].household)
    )
    account = fold.accounts()[QIANFO]
    assert (account.claimed, account.verified, account.unaccounted) == (
        Number(1, 5),
        Number(0, 4),
        Number(1, 1),
    )
    assert fold.reached() == {50: after(60), 90: after(90), 99: None, 100: None}


def test_no_percentage_is_reached_with_an_empty_roll() -> None:
    assert LogFold(()).reached() == {50: None, 90: None, 99: None, 100: None}


def test_evidence_about_a_household_not_on_the_roll_is_refused() -> None:
    with pytest.raises(ValueError, match="household 7 is not on the roll"):
        LogFold(HOMES).take(entry(1, given(after(60)), after(60), "7"))


def test_evidence_is_read_from_a_log_entry() -> None:
    said = evidence_in(
        entry(4, given(after(60), persons=(2, 0), rung=3, by="grid"), after(70), "1")
    )
    assert (said.id, said.rung, said.by, said.persons) == (4, 3, "grid", frozenset({0, 2}))
    assert said.given_at == after(60)
