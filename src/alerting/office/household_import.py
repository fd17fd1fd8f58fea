"""Preview and import of a file of households."""

import asyncio
from itertools import chain

from sqlalchemy import Connection

from alerting.access.callers import Known
from alerting.ledger.writer import Transaction
from alerting.messages.languages import LANGUAGES
from alerting.office.roster_file import (
    Outcome,
    RosterFile,
    check_token,
    refuse_while_followed,
    sheets_of,
    with_confirmed,
    written,
)
from alerting.office_log.log import OfficeAct, details_of, record
from alerting.runtime import Runtime
from contacts.roster.headings import HOUSEHOLDS
from contacts.roster.household_plan import Plan, plan_import, read_for, store_plan
from contacts.roster.households import HouseholdFile
from contacts.roster.layouts import keep_columns
from contacts.roster.store import entry_of


async def preview_households(runtime: Runtime, file: RosterFile) -> Outcome:
    """Return what an import of the file would change, without storing anything.

    Raises:
        RosterError: if the file has problems; it lists them up to a maximum number.
    """

    def look(connection: Connection) -> Outcome:
        _, outcome = _plan(connection, file, _read(connection, file))
        return outcome

    return await asyncio.to_thread(runtime.database.look, look)


async def import_households(
    runtime: Runtime, known: Known, file: RosterFile, token: str
) -> Outcome:
    """Store the whole file that was previewed under this token, or nothing.

    The file is parsed before the write transaction begins, so that parsing delays no other write.

    Raises:
        RosterError: if the file has problems; it lists them up to a maximum number.
        ConflictError: if the import would differ from the preview.
    """
    rows = await asyncio.to_thread(runtime.database.look, lambda db: _read(db, file))
    now = runtime.clock.now()

    def unit(transaction: Transaction) -> Outcome:
        connection = transaction.connection
        plan, outcome = _plan(connection, file, rows)
        check_token(outcome, token)
        store_plan(connection, plan, now)
        within = file.asked.within
        keep_columns(connection, HOUSEHOLDS, within, [layout for _, layout in rows.layouts])
        details = details_of(outcome.difference)
        record(connection, known.officer, OfficeAct.IMPORT_HOUSEHOLDS, within, details, now)
        return outcome

    return await runtime.ledger.write(unit, own_transaction=True)


def _read(connection: Connection, file: RosterFile) -> HouseholdFile:
    file = with_confirmed(connection, file)
    with sheets_of(file.content) as sheets:
        return read_for(connection, sheets, LANGUAGES, file.asked)


def _plan(connection: Connection, file: RosterFile, rows: HouseholdFile) -> tuple[Plan, Outcome]:
    if file.whole:
        refuse_while_followed(connection)
    plan = plan_import(connection, rows, whole=file.whole, within=file.asked.within)
    stored = chain(
        written("new", map(entry_of, plan.new)),
        written("changed", plan.changed),
        [plan.gone],
        plan.difference.changed,
    )
    outcome = Outcome(
        plan.difference, plan.report(), file.digest(stored), rows.layouts, rows.readings
    )
    return plan, outcome
