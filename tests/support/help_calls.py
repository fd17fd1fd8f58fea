"""Calls for help in Qianfo, and reports of officers who answer them, for tests of help cases."""

import itertools
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, select

from alerting.accounting.evidence import NewEvidence
from alerting.accounting.record import record_evidence
from alerting.deliveries.tables import deliveries, texts
from alerting.help_cases.store import KeptCase, cases_of
from alerting.ledger.tables import events
from alerting.ledger.writer import Transaction
from alerting.roll.enrol import enrol
from alerting.roll.rules.evidence import Report, Rung
from alerting.roll.tallies import add_joined
from contacts.directory import households_in
from tests.support.alert_rows import stored_alert
from tests.support.city import NEXT_VILLAGE, NOW, POLICY, QIANFO, found_city, household_code

_Result = TypeVar("_Result")
_sources = itertools.count(1)
PHONE: Final = "+8610020800001"
HELP: Final = Report.NEEDS_HELP
OUT: Final = Report.EVACUATED


def called_out(engine: Engine) -> int:
    """Create the city, and return the id of an alert with both villages on its roll."""
    with engine.begin() as connection:
        found_city(connection)
        alert = stored_alert(connection)
        expected = households_in([QIANFO, NEXT_VILLAGE])
        enrol(connection, alert, 1, expected, POLICY.household, NOW)
        add_joined(connection, alert, 1)
    return alert


def word(
    report: Report,
    given_at: datetime,
    *,
    by: str = PHONE,
    number: int = 3,
    village: str = QIANFO,
    recorded_at: datetime | None = None,
) -> NewEvidence:
    """Return evidence on a household; `by` is a phone number or an officer's id."""
    return NewEvidence(
        alert=1,
        household=household_code(village, number),
        given_at=given_at,
        recorded_at=recorded_at or given_at,
        rung=Rung.OWN if by == PHONE else Rung.OFFICER,
        given_by=by,
        report=report,
        people=None,
        channel="sms",
        source=f"help-{next(_sources)}",
    )


def write(engine: Engine, unit: Callable[[Transaction], _Result]) -> _Result:
    """Run a unit of work and commit it."""
    with engine.begin() as connection:
        transaction = Transaction(connection, POLICY)
        result = unit(transaction)
        transaction.flush()
    return result


def say(engine: Engine, *words: NewEvidence) -> None:
    """Record evidence in one batch."""
    write(engine, lambda transaction: record_evidence(transaction, words))


def kept_case(engine: Engine, number: int = 3) -> KeptCase | None:
    """Return the stored help case of a household of Qianfo."""
    key = 1, household_code(QIANFO, number)
    with engine.begin() as connection:
        return cases_of(connection, [key]).get(key)


def help_events(engine: Engine) -> list[Any]:
    """Return the log entries about calls for help, in order."""
    with engine.begin() as connection:
        found = connection.execute(
            select(events).where(events.c.kind.startswith("help.")).order_by(events.c.seq)
        )
        return list(found)


def kinds(engine: Engine) -> list[str]:
    """Return the kinds of log entries about calls for help, in order, without notifications."""
    return [row.kind for row in help_events(engine) if row.kind != "help.told"]


def told(engine: Engine) -> list[tuple[str, str]]:
    """Return recipient and channel of each queued text about calls for help, in order."""
    return [(row.recipient, row.channel) for row in _owed(engine)]


def bodies(engine: Engine) -> list[str]:
    """Return the distinct texts about calls for help, in order."""
    return list(dict.fromkeys(row.body for row in _owed(engine)))


def _owed(engine: Engine) -> list[Any]:
    with engine.begin() as connection:
        return list(
            connection.execute(
                select(deliveries.c.recipient, deliveries.c.channel, texts.c.body)
                .join(texts, texts.c.id == deliveries.c.text)
                .where(texts.c.kind == "help_case")
                .order_by(deliveries.c.id)
            )
        )


def look(engine: Engine, query: Callable[[Connection], _Result]) -> _Result:
    """Run a query in its own transaction."""
    with engine.begin() as connection:
        return query(connection)
