"""An administrator's changes to a household, recorded in the office log."""

from typing import Any, Final

from sqlalchemy import Connection, select

from alerting.cap.lifecycle import OVER
from alerting.errors import ConflictError, NotFoundError
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.office.edits import check_version
from alerting.office_log.log import OfficeAct, details_of, record
from alerting.roll.tables import roll
from alerting.runtime import Runtime
from contacts.directory import Officer
from contacts.division import covers
from contacts.roster.comparison import Difference, changes, label
from contacts.roster.retire import retire_households
from contacts.roster.store import RosterEntry, stored_entries, update_entries
from contacts.tables import HOUSEHOLDS

MOST_PHONES: Final = 10
"""Maximum number of phones of a household in a form."""

OTHER_COUNTY: Final = (
    "the office of the household's county keeps its phones",
    "电话由住户所在县的管理员维护",
)
"""The refusal to a caller not of the household's county, in English and in Chinese."""


async def edit_household(
    runtime: Runtime,
    caller: Officer,
    code: str,
    changed: dict[str, Any],
    phones: tuple[str, ...],
    version: str,
) -> None:
    """Store changed fields and the phones of a household.

    Raises:
        NotFoundError: if there is no such household within the caller's division.
        ConflictError: if somebody else has changed the household since the caller looked.
    """
    now = runtime.clock.now()

    def unit(transaction: Transaction) -> None:
        connection = transaction.connection
        before = stored_household(connection, caller, code)
        check_version(before, version)
        after = RosterEntry(before.row | changed, phones)
        found = changes(before, after, {*changed, "phones"})
        if not found:
            return
        update_entries(connection, HOUSEHOLDS, [after], now)
        details = details_of(Difference(changed=[(label(after.row), found)]))
        division = after.row["division"]
        record(connection, caller, OfficeAct.EDIT_HOUSEHOLD, division, details, now)

    await runtime.ledger.write(unit, own_transaction=True)


async def retire_household(runtime: Runtime, caller: Officer, code: str, reason: str) -> None:
    """Remove a household from the roster; the rolls and logs of alerts keep it.

    Raises:
        NotFoundError: if there is no such household within the caller's division.
        ConflictError: while it is on the roll of an alert that is not over.
    """
    now = runtime.clock.now()

    def unit(transaction: Transaction) -> None:
        connection = transaction.connection
        before = stored_household(connection, caller, code)
        if is_awaited(connection, code):
            raise ConflictError(
                "this household is on the roll of an alert that is not over: retire it afterwards",
                chinese="有未结束的预警名单含此户：结束后再注销",
            )
        retire_households(connection, [code])
        details = details_of(Difference(gone=[label(before.row)]))
        division = before.row["division"]
        record(connection, caller, OfficeAct.RETIRE_HOUSEHOLD, division, details, now, reason)

    await runtime.ledger.write(unit, own_transaction=True)


def stored_household(connection: Connection, caller: Officer, code: str) -> RosterEntry:
    """Return the roster's entry of a household within the caller's division.

    Raises:
        NotFoundError: if there is no such household within the caller's division.
    """
    found = stored_entries(connection, HOUSEHOLDS, [code]).get(code)
    if found is None or not covers(caller.division, code):
        raise NotFoundError(
            f"there is no household {code} within your division", f"您管理范围内没有户{code}"
        )
    return found


def is_awaited(connection: Connection, code: str) -> bool:
    """Return whether the household is on the roll of an alert that is not over."""
    mine = select(alerts.c.id).join(roll, roll.c.alert == alerts.c.id)
    open_ones = mine.where(roll.c.household == code, alerts.c.state.not_in(sorted(OVER)))
    return connection.execute(open_ones.limit(1)).first() is not None
