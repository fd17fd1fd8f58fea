"""An administrator's changes to a division, recorded in the office log."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import Connection

from alerting.errors import NotFoundError
from alerting.ledger.writer import Transaction
from alerting.office.doubts import check_point
from alerting.office.edits import check_version, checked_line
from alerting.office_log.log import OfficeAct, details_of, record
from alerting.runtime import Runtime
from contacts.directory import Officer
from contacts.division import covers
from contacts.roster.checks import Known
from contacts.roster.comparison import Difference, Label, changes
from contacts.roster.lines import DivisionLine
from contacts.roster.store import RosterEntry, entry_of, stored_entries, update_entries
from contacts.tables import DIVISIONS

_LINE: Final = TypeAdapter(DivisionLine)


async def edit_division(
    runtime: Runtime,
    caller: Officer,
    code: str,
    said: Mapping[str, Any],
    version: str,
    *,
    is_confirmed: bool = False,
) -> None:
    """Store the name, assembly point, route and contact of a division.

    `is_confirmed` allows an assembly point far from the division's households.

    Raises:
        NotFoundError: if there is no such division within the caller's division.
        InvalidError: if a field is invalid.
        ConflictError: if somebody else changed the division since the caller looked.
        DoubtfulError: if the assembly point is far from the division's households.
    """
    now = runtime.clock.now()

    def unit(transaction: Transaction) -> None:
        connection = transaction.connection
        before = _stored(connection, caller, code)
        check_version(before, version)
        # The page sends neither the parent, the tier nor names in other languages, so keep these.
        cells = {name: "" if value is None else value for name, value in before.row.items()}
        line = checked_line(_LINE, {**cells, **said}, Known())
        after = entry_of(line)
        found = changes(before, after, after.row)
        if not found:
            return
        if not is_confirmed:
            _check_place(connection, code, before.row, after.row)
        update_entries(connection, DIVISIONS, [after], now)
        label = Label(code, after.row["name"], before.row["parent"] or "")
        details = details_of(Difference(changed=[(label, found)]))
        record(connection, caller, OfficeAct.EDIT_DIVISION, code, details, now)

    await runtime.ledger.write(unit, own_transaction=True)


def _check_place(
    connection: Connection, code: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """Refuse an unlikely new location of the assembly point."""
    was, place = ((row["latitude"], row["longitude"]) for row in (before, after))
    if place not in (was, (None, None)):
        check_point(connection, code, *place)


def _stored(connection: Connection, caller: Officer, code: str) -> RosterEntry:
    found = stored_entries(connection, DIVISIONS, [code]).get(code)
    if found is None or not covers(caller.division, code):
        raise NotFoundError(
            f"there is no division {code} within your division", f"您的范围内没有区划{code}"
        )
    return found
