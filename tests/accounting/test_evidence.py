"""Recorded evidence updates standings and tallies; repeats and order change nothing."""

import itertools
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update

from alerting.accounting.audit import verify
from alerting.accounting.evidence import NewEvidence, evidence_of, household_of
from alerting.accounting.record import record_evidence
from alerting.ledger.tables import events
from alerting.ledger.writer import Transaction
from alerting.roll.enrol import enrol
from alerting.roll.entries import Page, entries, page_of
from alerting.roll.rules.evidence import Report, Rung
from alerting.roll.rules.standing import HouseholdStanding, Standing
from alerting.roll.rules.tally import Tally
from alerting.roll.tables import evidence, roll
from alerting.roll.tallies import add_joined, tallies_at, tallies_below, tally_of
from contacts.directory import households_in
from tests.support.alert_rows import stored_alert
from tests.support.city import (
    NEXT_VILLAGE,
    NOW,
    POLICY,
    QIANFO,
    TOWN,
    after,
    found_city,
    headcount,
    household_code,
)

_sources = itertools.count()


@pytest.fixture
def alert(engine: Engine) -> int:
    """Enrol both villages on an alert; return the alert's id."""
    with engine.begin() as connection:
        found_city(connection)
        alert = stored_alert(connection)
        enrol(connection, alert, 1, households_in([QIANFO, NEXT_VILLAGE]), POLICY.household, NOW)
        add_joined(connection, alert, 1)
    return alert


def said(
    alert: int,
    number: int,
    report: Report,
    *,
    rung: Rung = Rung.OWN,
    people: int | None = None,
    at: datetime | None = None,
    source: str | None = None,
) -> NewEvidence:
    return NewEvidence(
        alert=alert,
        household=household_code(QIANFO, number),
        given_at=at or after(60),
        recorded_at=after(61),
        rung=rung,
        given_by="grid" if rung is Rung.OFFICER else "+8610020800001",
        report=report,
        people=people,
        channel="sms",
        source=source or f"source-{next(_sources)}",
    )


def record(engine: Engine, *items: NewEvidence) -> list[HouseholdStanding | None]:
    with engine.begin() as connection:
        transaction = Transaction(connection, POLICY)
        standings = record_evidence(transaction, items)
        transaction.flush()
    return standings


def look(engine: Engine, query: Callable[..., Any], *arguments: Any) -> Any:
    with engine.begin() as connection:
        return query(connection, *arguments)


def test_standing_and_tally_change_together(engine: Engine, alert: int) -> None:
    before = look(engine, tally_of, alert, QIANFO)
    assert before.people_unaccounted == sum(headcount(n) for n in range(1, 11))
    (standing,) = record(engine, said(alert, 3, Report.EVACUATED))
    assert standing is not None
    assert standing.standing is Standing.EVACUATED
    moved = look(engine, tally_of, alert, QIANFO) - before
    assert moved == Tally(
        households_unaccounted=-1,
        households_evacuated=1,
        people_unaccounted=-headcount(3),
        people_evacuated=headcount(3),
    )


def test_same_source_is_recorded_once(engine: Engine, alert: int) -> None:
    item = said(alert, 3, Report.EVACUATED, source="SM1")
    first, again = record(engine, item, item)
    (later,) = record(engine, item)
    assert first == again == later
    with engine.begin() as connection:
        assert connection.execute(select(func.count()).select_from(evidence)).scalar_one() == 1
        assert connection.execute(select(func.count()).select_from(events)).scalar_one() == 1


def test_household_not_on_the_roll_has_no_standing(engine: Engine, alert: int) -> None:
    (nobody,) = record(engine, said(alert, 99, Report.EVACUATED))
    assert nobody is None
    with engine.begin() as connection:
        assert connection.execute(select(func.count()).select_from(evidence)).scalar_one() == 0


def test_order_and_batching_do_not_change_the_result(engine: Engine, alert: int) -> None:
    words = [
        said(alert, 1, Report.NEEDS_HELP, at=after(10)),
        said(alert, 1, Report.EVACUATED, at=after(20)),
        said(alert, 1, Report.EVACUATED, rung=Rung.OFFICER, at=after(30)),
        said(alert, 2, Report.STAYING, at=after(10)),
        said(alert, 2, Report.EVACUATED, at=after(40), people=1),
        said(alert, 4, Report.EVACUATED, at=after(40), people=0),
    ]
    random.Random(1).shuffle(words)
    record(engine, *words[:2])
    record(engine, *words[2:])
    standings = [look(engine, entries, {(alert, household_code(QIANFO, n))}) for n in (1, 2, 4)]
    kept = [next(iter(found.values())).standing.standing for found in standings]
    assert kept == [Standing.EVACUATED, Standing.PARTLY, Standing.UNACCOUNTED]
    assert look(engine, verify).differences == ()


def test_tallies_add_up_by_division_prefix(engine: Engine, alert: int) -> None:
    record(engine, said(alert, 3, Report.ELSEWHERE))
    villages = look(engine, tallies_below, alert, TOWN, 12)
    assert set(villages) == {QIANFO, NEXT_VILLAGE}
    assert villages[QIANFO] + villages[NEXT_VILLAGE] == look(engine, tally_of, alert, "")
    assert look(engine, tallies_at, alert, [QIANFO]) == {QIANFO: villages[QIANFO]}
    assert look(engine, tally_of, alert, "512") == Tally()


def test_pages_are_complete_and_ordered_by_danger(engine: Engine, alert: int) -> None:
    record(
        engine,
        said(alert, 1, Report.EVACUATED),
        said(alert, 7, Report.NEEDS_HELP),
        said(alert, 8, Report.STAYING),
    )
    whole = look(engine, page_of, alert, Page(QIANFO, None, None, 100))
    assert [e.household[-2:] for e in whole] == [
        *("07", "05", "10", "02", "03", "04", "06", "09"),
        *("08", "01"),
    ]
    pages, last = [], None
    while page := look(engine, page_of, alert, Page(QIANFO, None, last, 3)):
        pages += page
        last = (page[-1].danger, page[-1].household)
    assert pages == whole
    staying = look(engine, page_of, alert, Page(QIANFO, Standing.STAYING, None, 100))
    assert [e.household[-2:] for e in staying] == ["08"]


def test_persons_are_stored_by_index_and_folded_one_by_one(engine: Engine, alert: int) -> None:
    home = household_code(QIANFO, 2)
    with engine.begin() as connection:
        connection.execute(update(roll).where(roll.c.household == home).values(persons="甲;乙;丙"))
    two = replace(said(alert, 2, Report.EVACUATED), persons=frozenset({2, 0}))
    (standing,) = record(engine, two)
    assert standing is not None
    assert (standing.standing, standing.people.unaccounted) == (Standing.PARTLY, 1)
    assert look(engine, tally_of, alert, QIANFO).people_evacuated == 2
    with engine.begin() as connection:
        assert connection.execute(select(evidence.c.persons)).scalar_one() == "0;2"
    (item,) = look(engine, evidence_of, {(alert, home)})[alert, home]
    assert item.persons == two.persons
    # '1 2' may mean the same two people who are already out, so the counts are not added up.
    (standing,) = record(engine, said(alert, 2, Report.EVACUATED, people=2))
    assert standing is not None
    assert standing.people.unaccounted >= 1
    assert look(engine, verify).differences == ()


def test_start_time_of_a_missed_roll_call_is_stored(engine: Engine, alert: int) -> None:
    record(engine, said(alert, 3, Report.EVACUATED, at=after(100)))
    silence = said(alert, 3, Report.MISSED_ROLL_CALL, at=after(900))
    (standing,) = record(engine, replace(silence, since=after(50)))
    assert standing is not None
    assert standing.standing is Standing.EVACUATED
    key = (alert, household_code(QIANFO, 3))
    assert look(engine, evidence_of, {key})[key][1].since == after(50)
    (standing,) = record(engine, replace(silence, since=after(200), source="second"))
    assert standing is not None
    assert standing.standing is Standing.UNACCOUNTED


def test_household_of_returns_the_household_of_a_source(engine: Engine, alert: int) -> None:
    record(engine, said(alert, 3, Report.EVACUATED, source="SM1"))
    assert look(engine, household_of, "SM1") == household_code(QIANFO, 3)
    assert look(engine, household_of, "SM2") is None


def test_audit_finds_a_changed_standing(engine: Engine, alert: int) -> None:
    record(engine, said(alert, 1, Report.EVACUATED))
    audit = look(engine, verify)
    assert (audit.alerts, audit.households, audit.evidence) == (1, 20, 1)
    assert audit.differences == ()
    with engine.begin() as connection:
        connection.execute(
            update(roll)
            .where(roll.c.household == household_code(QIANFO, 2))
            .values(standing="evacuated")
        )
    found = look(engine, verify).differences
    assert [each.what for each in found] == [f"household {household_code(QIANFO, 2)}"]
