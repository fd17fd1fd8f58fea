"""The audit passes untouched data and finds each kind of tampering."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, delete, select, text, update

from alerting.accounting.audit import anchors, check_anchors, verify
from alerting.accounting.evidence import NewEvidence, evidence_of
from alerting.accounting.record import record_evidence
from alerting.accounting.visitors import Visitors
from alerting.accounting.visitors import enrol_visitors as add_visitors
from alerting.help_cases.tables import help_cases
from alerting.ledger.alerts import last_seq
from alerting.ledger.chain import chained
from alerting.ledger.tables import alerts, events
from alerting.ledger.writer import Transaction
from alerting.roll.rules.evidence import Report, Rung
from alerting.roll.rules.standing import Standing, fold
from alerting.roll.tables import evidence, roll, tallies
from tests.support.alert_rows import enrolled_city
from tests.support.city import NOW, POLICY, QIANFO, after, household_code

HOME = household_code(QIANFO, 3)


CALLER = household_code(QIANFO, 4)


def _own(household: str, report: Report, source: str) -> NewEvidence:
    return NewEvidence(
        alert=1,
        household=household,
        given_at=NOW,
        recorded_at=after(1),
        rung=Rung.OWN,
        given_by="+8610002080003",
        report=report,
        people=None,
        channel="sms",
        source=source,
    )


@pytest.fixture
def told(engine: Engine) -> Engine:
    """Return a database with Qianfo enrolled; household 3 has left, household 4 needs help."""
    with engine.begin() as connection:
        enrolled_city(connection, QIANFO)
        transaction = Transaction(connection, POLICY)
        for number, report in [(3, Report.EVACUATED), (4, Report.NEEDS_HELP)]:
            record_evidence(
                transaction, [_own(household_code(QIANFO, number), report, f"SM{number}")]
            )
        transaction.flush()
    return engine


def test_untouched_data_has_no_differences(told: Engine) -> None:
    with told.begin() as connection:
        audit = verify(connection)
    assert (audit.alerts, audit.households, audit.evidence) == (1, 10, 2)
    assert audit.differences == ()


def test_audit_agrees_with_named_persons_and_visitors(told: Engine) -> None:
    three = household_code(QIANFO, 2)
    with told.begin() as connection:
        names = update(roll).where(roll.c.household == three).values(persons="甲;乙;丙")
        connection.execute(names)
        transaction = Transaction(connection, POLICY)
        visitors = add_visitors(transaction, 1, Visitors(QIANFO, "游客", 2, "", "grid"), after(5))
        two = NewEvidence(
            alert=1,
            household=three,
            given_at=after(6),
            recorded_at=after(6),
            rung=Rung.OFFICER,
            given_by="grid",
            report=Report.EVACUATED,
            people=None,
            channel="officer",
            source="two of three",
            persons=frozenset({0, 1}),
        )
        # A fold of counts alone would take this report on another person for a correction.
        third = replace(two, source="third", report=Report.STAYING, persons=frozenset({2}))
        away = replace(two, source="away", household=visitors, persons=None)
        (standing, *_) = record_evidence(
            transaction, [two, replace(third, given_at=after(7)), away]
        )
        transaction.flush()
        audit = verify(connection)
        assert standing != fold(evidence_of(connection, [(1, three)])[1, three], 3)
    assert (audit.households, audit.evidence) == (11, 5)
    assert audit.differences == ()


TAMPERINGS: list[tuple[Any, list[str]]] = [
    (update(roll).where(roll.c.household == HOME).values(standing="staying"), ["household"]),
    (update(roll).where(roll.c.household == HOME).values(settled_by="nobody"), ["household"]),
    (update(tallies).values(people_evacuated=0), ["tally"]),
    (delete(tallies), ["tally"]),
    (
        delete(evidence).where(evidence.c.source == "SM4"),
        ["household", "help", "tally", "evidence"],
    ),
    (
        update(evidence).values(report="staying"),
        ["household", "household", "help", "tally", "evidence", "evidence"],
    ),
    (update(help_cases).values(state="resolved"), ["help"]),
    (update(help_cases).values(opened_at=after(1)), ["help"]),
    (update(help_cases).values(resolved_at=after(1)), ["help"]),
    (update(help_cases).values(resolved_by="nobody"), ["help"]),
    (update(help_cases).values(household=HOME), ["help", "help"]),
    (update(help_cases).values(household="nobody's"), ["help", "help"]),
    (delete(help_cases), ["help"]),
    (delete(events).where(events.c.seq == 1), ["log", "log", "evidence"]),
    (delete(events).where(events.c.seq == 2), ["log", "log", "evidence"]),
    (update(events).where(events.c.seq == 1).values(payload="{}"), ["log", "evidence"]),
    (update(events).where(events.c.seq == 1).values(at=after(9)), ["log", "evidence"]),
    (update(events).where(events.c.seq == 2).values(subject="nobody"), ["log", "evidence"]),
    (update(events).where(events.c.seq == 2).values(chain="0"), ["log"]),
    (update(alerts).values(last_seq=9), ["log"]),
    (update(alerts).values(chain="0"), ["log"]),
]


@pytest.mark.parametrize(("tampering", "found"), TAMPERINGS)
def test_tampering_is_found(told: Engine, tampering: Any, found: list[str]) -> None:
    with told.begin() as connection:
        connection.execute(tampering)
        differences = verify(connection).differences
    assert [each.what.split()[0] for each in differences] == found
    assert all(each.alert == 1 and each.kept != each.rebuilt for each in differences)


DAMAGE: list[Any] = [
    update(evidence).where(evidence.c.source == "SM4").values(report="no report"),
    update(evidence).where(evidence.c.source == "SM4").values(rung=9),
    update(evidence).where(evidence.c.source == "SM4").values(persons="one;two"),
    update(evidence).where(evidence.c.source == "SM4").values(people=-1),
    update(roll).where(roll.c.household == CALLER).values(standing="no standing"),
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_row_is_reported_and_the_audit_goes_on(told: Engine, damage: Any) -> None:
    with told.begin() as connection:
        connection.execute(damage)
        audit = verify(connection)
    assert (audit.households, audit.evidence) == (10, 2)
    of_evidence = {each.what for each in audit.differences if each.what.startswith("evidence")}
    assert len(of_evidence) == (damage.table is evidence)
    assert {each.what.split()[0] for each in audit.differences} - {"evidence"} == {
        "household",
        "tally",
    }
    (first, *_) = audit.differences
    assert (first.what, first.kept) == (f"household {CALLER}", "a damaged row")


@pytest.mark.parametrize("damage", DAMAGE[:4])
def test_damaged_evidence_does_not_block_later_evidence(told: Engine, damage: Any) -> None:
    with told.begin() as connection:
        connection.execute(damage)
        transaction = Transaction(connection, POLICY)
        record_evidence(transaction, [_own(CALLER, Report.NEEDS_HELP, "SM5")])
        transaction.flush()
        (standing,) = connection.execute(
            select(roll.c.standing).where(roll.c.household == CALLER)
        ).scalars()
    assert standing == Standing.NEEDS_HELP


def test_impossible_instant_does_not_stop_the_audit(told: Engine) -> None:
    with told.begin() as connection:
        connection.execute(
            text("UPDATE evidence SET given_at = 9223372036854775807 WHERE source = 'SM4'")
        )
        assert verify(connection).households == 10
        (kept,) = evidence_of(connection, [(1, CALLER)])[1, CALLER]
    assert kept.given_at.year == 9999


def test_anchor_reveals_a_rewritten_log(told: Engine) -> None:
    with told.begin() as connection:
        kept = anchors(connection)
        assert [(each.alert, each.seq) for each in kept] == [(1, last_seq(connection, 1))]
        assert list(check_anchors(connection, kept)) == []
        _rewrite(connection)
        assert verify(connection).differences == ()
        (found,) = check_anchors(connection, kept)
    assert (found.alert, found.what) == (1, f"anchored log entry {kept[0].seq}")


def _rewrite(connection: Connection) -> None:
    """Change the first log entry and recompute the hash chain."""
    chain, entry = None, events.c
    connection.execute(update(events).where(entry.seq == 1).values(division="elsewhere"))
    for row in connection.execute(select(events).order_by(entry.seq)).all():
        chain = chained(chain, row._mapping)
        connection.execute(update(events).where(entry.seq == row.seq).values(chain=chain))
    connection.execute(update(alerts).values(chain=chain))
