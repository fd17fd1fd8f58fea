"""The audit finds evidence that was changed, added or deleted without a log entry."""

from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, select, update

from alerting.accounting.audit import evidence_differences
from alerting.accounting.evidence import NewEvidence
from alerting.accounting.record import record_evidence
from alerting.ledger.events.alerts import AlertClosed
from alerting.ledger.tables import events
from alerting.ledger.writer import Transaction
from alerting.roll.rules.evidence import Report, Rung
from alerting.roll.tables import evidence
from tests.support.alert_rows import enrolled_city
from tests.support.city import NOW, POLICY, QIANFO, after, household_code

ROW = evidence.c
ENTRY = events.c


@pytest.fixture
def told(engine: Engine) -> Engine:
    """Return a database where households 3 and 4 have left and household 5 missed a roll-call."""
    said = {
        "recorded_at": after(1),
        "rung": Rung.OFFICER,
        "given_by": "grid",
        "people": None,
        "channel": "officer",
    }
    with engine.begin() as connection:
        enrolled_city(connection, QIANFO)
        transaction = Transaction(connection, POLICY)
        transaction.append(1, AlertClosed(), NOW)
        given = [
            NewEvidence(
                alert=1,
                household=household_code(QIANFO, number),
                given_at=NOW,
                report=report,
                source=str(number),
                since=since,
                **said,
            )
            for number, report, since in (
                (3, Report.EVACUATED, None),
                (4, Report.EVACUATED, None),
                (5, Report.MISSED_ROLL_CALL, NOW),
            )
        ]
        record_evidence(transaction, given)
        transaction.flush()
    return engine


def found(engine: Engine) -> list[str]:
    with engine.begin() as connection:
        return [each.what for each in evidence_differences(connection, 1)]


def test_untouched_evidence_agrees_with_the_log(told: Engine) -> None:
    assert found(told) == []


CHANGES: list[dict[str, Any]] = [
    {"household": household_code(QIANFO, 9)},
    {"report": "staying"},
    {"people": 2},
    {"rung": 3},
    {"given_by": "commander"},
    {"channel": "sms"},
    {"given_at": after(9)},
    {"recorded_at": after(9)},
    {"persons": "0"},
    {"persons": "one"},
    {"since": NOW},
    {"seq": 1},
]


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_changed_row_is_found(told: Engine, change: dict[str, Any]) -> None:
    with told.begin() as connection:
        connection.execute(update(evidence).where(ROW.source == "3").values(change))
        (row,) = connection.execute(select(ROW.id).where(ROW.source == "3")).scalars()
    assert found(told)[0] == f"evidence {row}"


def test_deleted_row_is_found(told: Engine) -> None:
    with told.begin() as connection:
        gone = delete(evidence).where(ROW.source == "4").returning(ROW.seq)
        seq = connection.execute(gone).scalar_one()
    assert found(told) == [f"evidence of log entry {seq}"]


def test_added_row_is_found(told: Engine) -> None:
    with told.begin() as connection:
        copied = [each for each in ROW if each.name not in {"id", "source", "seq"}]
        row = connection.execute(select(*copied).where(ROW.source == "3")).one()._asdict()
        connection.execute(insert(evidence).values(row | {"source": "made up", "seq": 77}))
    assert len(found(told)) == 1
