"""Removes the names and phones of an alert's households, up to 200 households per transaction.

The roll entry, evidence, log entries, help case and door tasks of a household change together. So
the stored standing always matches the evidence.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Table, bindparam, select, update

from alerting.doors.tables import tasks
from alerting.help_cases.tables import help_cases
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.retention.entries import reduce_evidence
from alerting.retention.rules import home_left, stand_ins
from alerting.roll.rules.standing import Standing
from alerting.roll.tables import evidence, roll

_AT_ONCE: Final = 200

_Phones = Mapping[str, Mapping[str, str]]
"""The stand-in of each phone, by household."""

_NEXT: Final = (
    select(roll.c.household)
    .where(roll.c.alert == bindparam("of_alert"), roll.c.household > bindparam("after"))
    .order_by(roll.c.household)
    .limit(_AT_ONCE)
)

_GIVERS: Final = {
    roll: "settled_by",
    evidence: "given_by",
    help_cases: "resolved_by",
    tasks: "closed_by",
}
"""The column of each table that holds either a phone or an officer's id."""

_EMPTIED: Final[Mapping[Table, dict[str, str]]] = {
    evidence: {"note": ""},
    help_cases: {},
    tasks: {"code": ""},
}


def reduce_households(transaction: Transaction, alert: int, now: datetime) -> int:
    """Reduce the next households of an alert in order of their codes; return how many."""
    connection = transaction.connection
    cursor = select(alerts.c.reduced_to).where(alerts.c.id == alert)
    after = connection.scalars(cursor).one() or ""
    codes = connection.scalars(_NEXT, {"of_alert": alert, "after": after}).all()
    if not codes:
        return 0
    rows = {table: _rows(transaction, table, alert, codes) for table in _GIVERS}
    phones = _stand_ins(rows)
    reduce_evidence(transaction, alert, [row.seq for row in rows[evidence]], phones, now)
    named = {row.household for row in rows[help_cases]}
    for table, found in rows.items():
        left = [_left(table, row, named) | _giver(table, row, phones) for row in found]
        _change(transaction, table, found, left)
    connection.execute(update(alerts).where(alerts.c.id == alert).values(reduced_to=codes[-1]))
    return len(codes)


def _rows(
    transaction: Transaction, table: Table, alert: int, codes: Sequence[str]
) -> Sequence[Row[Any]]:
    theirs = select(table).where(table.c.alert == alert, table.c.household.in_(codes))
    return transaction.connection.execute(theirs.order_by(*table.primary_key)).all()


def _stand_ins(rows: Mapping[Table, Sequence[Row[Any]]]) -> _Phones:
    givers: defaultdict[str, set[str | None]] = defaultdict(set)
    for table, found in rows.items():
        for row in found:
            givers[row.household].add(row._mapping[_GIVERS[table]])
    return {code: stand_ins(those) for code, those in givers.items()}


def _left(table: Table, row: Row[Any], with_case: Collection[str]) -> dict[str, Any]:
    """Return the reduced values of a row's text columns.

    The names of households that stayed or called for help are kept, because the report has them.
    """
    if table is not roll:
        return _EMPTIED[table]
    is_listed = row.standing == Standing.STAYING or row.household in with_case
    is_visitor = row.added_by is not None
    return home_left(row.head, row.address, row.persons, is_named=is_listed and not is_visitor)


def _giver(table: Table, row: Row[Any], phones: _Phones) -> dict[str, Any]:
    name = _GIVERS[table]
    giver = row._mapping[name]
    return {name: phones[row.household].get(giver, giver)}


def _change(
    transaction: Transaction,
    table: Table,
    rows: Sequence[Row[Any]],
    values: Sequence[Mapping[str, Any]],
) -> None:
    """Update the rows whose values differ from the new ones."""
    key = [column.name for column in table.primary_key]
    changed = [
        {f"of_{name}": row._mapping[name] for name in key}
        | {f"new_{name}": value for name, value in new.items()}
        for row, new in zip(rows, values, strict=True)
        if any(row._mapping[name] != value for name, value in new.items())
    ]
    if changed:
        theirs = [column == bindparam(f"of_{column.name}") for column in table.primary_key]
        anew: dict[str, Any] = {name: bindparam(f"new_{name}") for name in values[0]}
        transaction.connection.execute(update(table).where(*theirs).values(anew), changed)
