"""An administrator's changes to an officer, recorded in the office log."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import Connection, select

from alerting.access.callers import Known, check_recent_sign_in
from alerting.doors.tasks import count_pending
from alerting.errors import ConflictError, InvalidError, NotFoundError
from alerting.ledger.writer import Transaction
from alerting.messages.languages import LANGUAGES
from alerting.office.edits import check_version, checked_line
from alerting.office_log.log import OfficeAct, details_of, record
from alerting.officer_calls.calls import is_called
from alerting.runtime import Runtime
from contacts.directory import Officer, village_names
from contacts.division import common_division, covers
from contacts.people import Role
from contacts.roster import checks
from contacts.roster.comparison import Difference, Label, changes
from contacts.roster.lines import OfficerLine
from contacts.roster.officer_import import above
from contacts.roster.officers import free_id
from contacts.roster.retire import retire_officers
from contacts.roster.store import RosterEntry, add, entry_of, stored_entries, update_entries
from contacts.tables import OFFICERS

_LINE: Final = TypeAdapter(OfficerLine)

SENSITIVE: Final = frozenset({"phones", "role"})
"""Fields that only a fresh session may change: phones allow sign-in, and roles give rights."""

Said = Mapping[str, Any]
"""The fields of an officer except the id; see `contacts.roster.lines.OfficerLine`."""


async def add_officer(runtime: Runtime, caller: Officer, said: Said) -> str:
    """Store a new officer, and return the id that the service gives.

    Raises:
        InvalidError: if a field is invalid.
    """
    now = runtime.clock.now()

    def unit(transaction: Transaction) -> str:
        connection = transaction.connection
        principals = _principals(connection)
        id_ = free_id(f"{said['role']}-{said['division']}", principals)
        entry = _checked(connection, caller, id_, said, principals)
        add(connection, OFFICERS, [entry], now)
        details = details_of(Difference(added=[_label(entry)]))
        division = entry.row["division"]
        record(connection, caller, OfficeAct.ADD_OFFICER, division, details, now)
        return id_

    return await runtime.ledger.write(unit, own_transaction=True)


async def edit_officer(runtime: Runtime, known: Known, id_: str, said: Said, version: str) -> None:
    """Store an officer's new fields.

    Raises:
        NotFoundError: if there is no such officer within the caller's division.
        InvalidError: if a field is invalid.
        ConflictError: if somebody else has changed the officer since the caller looked, or the
            division would lose its last administrator.
        ForbiddenError: if phones or the role change, and the session is not fresh.
    """
    caller, now = known.officer, runtime.clock.now()

    def unit(transaction: Transaction) -> None:
        connection = transaction.connection
        before = _stored(connection, caller, id_)
        check_version(before, version)
        after = _checked(connection, caller, id_, said, _principals(connection))
        found = changes(before, after, {*after.row, "phones"})
        if not found:
            return
        if SENSITIVE & {change.field for change in found}:
            check_recent_sign_in(known)
        is_administrator = after.row["role"] is Role.ADMINISTRATOR
        _check_office(connection, before, [after.row["division"]] if is_administrator else [])
        update_entries(connection, OFFICERS, [after], now)
        details = details_of(Difference(changed=[(_label(after), found)]))
        # If the officer moves between divisions, the administrators of both see the log entry.
        division = common_division([before.row["division"], after.row["division"]])
        record(connection, caller, OfficeAct.EDIT_OFFICER, division, details, now)

    await runtime.ledger.write(unit, own_transaction=True)


async def retire_officer(runtime: Runtime, caller: Officer, id_: str, reason: str) -> None:
    """Remove an officer, their sessions and tokens; the logs of alerts keep the id.

    Raises:
        NotFoundError: if there is no such officer within the caller's division.
        ConflictError: while doors or calls wait for the officer, or if the division would lose its
            last administrator.
    """
    now = runtime.clock.now()

    def unit(transaction: Transaction) -> None:
        connection = transaction.connection
        before = _stored(connection, caller, id_)
        _check_office(connection, before, [])
        if doors := count_pending(connection, id_):
            raise ConflictError(
                f"{doors} doors wait for this officer: hand them on at the board first",
                chinese=f"还有{doors}户等这名责任人入户：请先在指挥台转交，再退出名册",
            )
        if is_called(connection, id_):
            raise ConflictError(
                "an open alert calls this officer: retire them after they confirm",
                chinese="有预警正在呼叫这名责任人：应答后再退出名册",
            )
        retire_officers(connection, [id_], now)
        details = details_of(Difference(gone=[_label(before)]))
        division = before.row["division"]
        record(connection, caller, OfficeAct.RETIRE_OFFICER, division, details, now, reason)

    await runtime.ledger.write(unit, own_transaction=True)


def _stored(connection: Connection, caller: Officer, id_: str) -> RosterEntry:
    found = stored_entries(connection, OFFICERS, [id_]).get(id_)
    if found is None or not covers(caller.division, found.row["division"]):
        raise NotFoundError(
            f"there is no officer {id_!r} within your division", f"您的范围内没有责任人{id_}"
        )
    return found


def _principals(connection: Connection) -> dict[str, str | None]:
    return dict(connection.execute(select(OFFICERS.c.id, OFFICERS.c.deputy_of)).all())


def _checked(
    connection: Connection,
    caller: Officer,
    id_: str,
    said: Said,
    principals: Mapping[str, str | None],
) -> RosterEntry:
    """Validate an officer like an import, and return the roster entry.

    Raises:
        InvalidError: if a field is invalid, or names a division or officer outside the caller's
            division.
    """
    known = checks.Known(village_names(connection, [said["division"]]), languages=LANGUAGES)
    entry = entry_of(checked_line(_LINE, {**said, "id": id_}, known))
    if not covers(caller.division, entry.row["division"]):
        raise InvalidError(
            "division",
            "this division lies outside yours: choose one within yours",
            "不在您的范围内：请选范围内的区划",
        )
    if principal := entry.row["deputy_of"]:
        _check_principal(connection, caller, id_, principal, principals)
    return entry


def _check_principal(
    connection: Connection,
    caller: Officer,
    id_: str,
    principal: str,
    principals: Mapping[str, str | None],
) -> None:
    place = connection.scalar(select(OFFICERS.c.division).where(OFFICERS.c.id == principal))
    is_new = principals.get(id_) != principal
    if place is None or (is_new and not covers(caller.division, place)):
        raise InvalidError(
            "deputy_of",
            f"there is no officer {principal!r} within your division",
            f"您的范围内没有责任人{principal}",
        )
    if id_ in above(id_, {**principals, id_: principal}):
        raise InvalidError(
            "deputy_of",
            "an officer cannot be their own deputy: choose somebody else",
            "不能给自己当副手：请另选一人",
        )


def _check_office(connection: Connection, before: RosterEntry, after: list[str]) -> None:
    """Refuse to remove the last administrator of a division.

    `after` holds the division that the officer administers after the change; empty for none.
    """
    if before.row["role"] != Role.ADMINISTRATOR:
        return
    others = select(OFFICERS.c.division).where(
        OFFICERS.c.role == Role.ADMINISTRATOR, OFFICERS.c.id != before.row["id"]
    )
    places = [*connection.scalars(others), *after]
    if not any(covers(place, before.row["division"]) for place in places):
        raise ConflictError(
            "this is the last administrator of the division: name another one first",
            chinese="这是本区划最后一名管理员：请先另设一名",
        )


def _label(entry: RosterEntry) -> Label:
    return Label(entry.row["id"], entry.row["name"], entry.row["division"])
