"""Moves, splits and merges of households by an administrator, logged with old and new values.

Decision 43 says which of these changes are refused until an alert is over.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import Connection, insert, select

from alerting.access.rules import sees_phones
from alerting.errors import ConflictError, ForbiddenError, InvalidError
from alerting.ledger.writer import Transaction
from alerting.messages.languages import LANGUAGES
from alerting.office.edits import check_version, checked_line
from alerting.office.household_edit import MOST_PHONES, OTHER_COUNTY, is_awaited, stored_household
from alerting.office.household_moved import MovedHousehold, left_alone, missed_by
from alerting.office_log.log import OfficeAct, details_of, record
from alerting.runtime import Runtime
from contacts.bounds import CellError
from contacts.directory import Officer, village_names
from contacts.division import Tier, common_division, covers, tier_of
from contacts.roster.checks import Known
from contacts.roster.comparison import Difference, changes, label
from contacts.roster.household_changes import (
    Leavers,
    founded,
    free_code,
    left_behind,
    merged,
    moved,
)
from contacts.roster.lines import HouseholdLine
from contacts.roster.retire import follow_merge, follow_moves, retire_households
from contacts.roster.store import RosterEntry, add, update_entries
from contacts.tables import HAZARD_POINT_HOUSEHOLDS, HOUSEHOLDS

_MOST_PEOPLE: Final = 99

_LINE: Final = TypeAdapter(HouseholdLine)

_HOMES: Final = frozenset({Tier.VILLAGE, Tier.GRID})


@dataclass(frozen=True, slots=True)
class Home:
    """The new home of a household."""

    division: str
    address: str


async def move_household(
    runtime: Runtime, caller: Officer, code: str, home: Home, version: str
) -> MovedHousehold:
    """Move a household with all its people; in another division, it gets a new code.

    Raises:
        NotFoundError: if there is no such household within the caller's division.
        ForbiddenError: if the caller's division is not within the county of both homes.
        InvalidError: if the new home is invalid.
        ConflictError: if somebody else has changed the household since the caller looked; or if its
            code would change while it is on an unfinished alert's roll.
    """
    now = runtime.clock.now()

    def unit(transaction: Transaction) -> MovedHousehold:
        connection = transaction.connection
        before = _kept_by(connection, caller, code, version)
        is_same = home.division == before.row["division"]
        new = code if is_same else _free_code(connection, caller, home.division)
        after = moved(before, new, home.division, home.address)
        _check(connection, after)
        found = changes(before, after, {*after.row} - {"code", "division"})
        difference = Difference()
        alone = left_alone(connection, code, new, difference)
        if found:
            difference.changed.append((label(after.row), found))
        if not is_same:
            difference.moved.append((label(after.row), code))
            _store_under_new_code(connection, code, after, now)
        elif found:
            update_entries(connection, HOUSEHOLDS, [after], now)
        else:
            return MovedHousehold(code)
        scope = common_division([before.row["division"], home.division])
        details = details_of(difference)
        record(connection, caller, OfficeAct.MOVE_HOUSEHOLD, scope, details, now)
        missed = () if is_same else missed_by(connection, home.division)
        return MovedHousehold(new, missed, alone)

    return await runtime.ledger.write(unit, own_transaction=True)


async def split_household(
    runtime: Runtime, caller: Officer, code: str, leavers: Leavers, home: Home, version: str
) -> MovedHousehold:
    """Split some people of a household off into a new one.

    Raises:
        NotFoundError: if there is no such household within the caller's division.
        ForbiddenError: if the caller's division is not within the county of both households.
        InvalidError: if nobody would be left behind, or the new household is invalid.
        ConflictError: if somebody else has changed the household since the caller looked, or it is
            on an unfinished alert's roll.
    """
    now = runtime.clock.now()

    def unit(transaction: Transaction) -> MovedHousehold:
        connection = transaction.connection
        before = _kept_by(connection, caller, code, version)
        _refuse_while_awaited(connection, [code])
        rest = left_behind(before, leavers)
        _check_rest(before, rest, leavers)
        new = _free_code(connection, caller, home.division)
        own = founded(before, leavers, new, home.division, home.address)
        _check(connection, own)
        update_entries(connection, HOUSEHOLDS, [rest], now)
        add(connection, HOUSEHOLDS, [own], now)
        if home == Home(before.row["division"], before.row["address"]):
            _list_with(connection, code, new)
        found = changes(before, rest, {*rest.row, "phones"})
        difference = Difference(added=[label(own.row)], changed=[(label(rest.row), found)])
        scope = common_division([before.row["division"], home.division])
        details = details_of(difference)
        record(connection, caller, OfficeAct.SPLIT_HOUSEHOLD, scope, details, now)
        return MovedHousehold(new, missed_by(connection, home.division))

    return await runtime.ledger.write(unit, own_transaction=True)


async def merge_households(
    runtime: Runtime,
    caller: Officer,
    code: str,
    into: str,
    headcount: int,
    versions: tuple[str, str],
) -> None:
    """Merge the household `code` into the household `into`, which then has `headcount` people.

    `versions` are the versions of the two that the caller saw, in this order.

    Raises:
        NotFoundError: if one of them does not exist within the caller's division.
        ForbiddenError: if the caller's division is not within the county of both households.
        InvalidError: if they are the same household, or the headcount would lose or double people.
        ConflictError: if somebody else has changed one of them since the caller looked, or one is
            on an unfinished alert's roll.
    """
    _check_two(code, into)
    now = runtime.clock.now()

    def unit(transaction: Transaction) -> None:
        connection = transaction.connection
        joining = _kept_by(connection, caller, code, versions[0])
        staying = _kept_by(connection, caller, into, versions[1])
        _refuse_while_awaited(connection, [code, into])
        after = merged(staying, joining, headcount)
        _check_merged(after, [staying, joining])
        update_entries(connection, HOUSEHOLDS, [after], now)
        follow_merge(connection, code, into)
        retire_households(connection, [code])
        found = changes(staying, after, {*after.row, "phones"})
        difference = Difference(gone=[label(joining.row)], changed=[(label(after.row), found)])
        scope = common_division([joining.row["division"], staying.row["division"]])
        details = details_of(difference)
        record(connection, caller, OfficeAct.MERGE_HOUSEHOLDS, scope, details, now)

    await runtime.ledger.write(unit, own_transaction=True)


def _check_two(code: str, into: str) -> None:
    if code == into:
        raise InvalidError(
            "into",
            "a household does not join itself: choose another one",
            "不能并入本户：请选另一户",
        )


def _store_under_new_code(
    connection: Connection, code: str, after: RosterEntry, now: datetime
) -> None:
    _refuse_while_awaited(connection, [code])
    add(connection, HOUSEHOLDS, [after], now)
    follow_moves(connection, [(code, after.row["code"])])
    retire_households(connection, [code])


def _kept_by(connection: Connection, caller: Officer, code: str, version: str) -> RosterEntry:
    """Return a household after checking that the caller may change it and saw this version."""
    found = stored_household(connection, caller, code)
    if not sees_phones(caller.division, code):
        raise ForbiddenError(*OTHER_COUNTY)
    check_version(found, version)
    return found


def _free_code(connection: Connection, caller: Officer, division: str) -> str:
    if tier_of(division) not in _HOMES or not covers(caller.division, division):
        raise InvalidError(
            "division",
            "choose a village or a grid within your division",
            "请选您管理范围内的村或网格",
        )
    if not sees_phones(caller.division, division):
        raise ForbiddenError(*OTHER_COUNTY)
    try:
        return free_code(connection, division)
    except CellError as full:
        raise InvalidError("division", str(full), full.chinese) from full


def _refuse_while_awaited(connection: Connection, codes: Iterable[str]) -> None:
    for code in codes:
        if is_awaited(connection, code):
            raise ConflictError(
                f"household {code} is on the roll of an alert that is not over: report on the "
                "board who no longer lives there, and change the roster once the alert is over",
                chinese=f"有未结束的预警名单含户{code}：请在看板上报告谁已不住那里，结束后再改名册",
            )


def _check(connection: Connection, entry: RosterEntry) -> None:
    """Refuse a household with fields that an import would refuse."""
    row = entry.row
    cells: dict[str, Any] = {
        name: "" if value is None else str(value) for name, value in row.items()
    }
    officers = [row["officer"]] if row["officer"] else []
    known = Known(village_names(connection, [row["division"]]), officers, LANGUAGES)
    checked_line(_LINE, cells | {"phones": entry.phones}, known)


def _check_rest(before: RosterEntry, rest: RosterEntry, leavers: Leavers) -> None:
    if rest.row["headcount"] < 1:
        raise InvalidError(
            "headcount",
            "somebody must stay: to move everybody, move the whole household",
            "至少要留一人：全家搬走请用“搬家”",
        )
    if before.row["head"] in (leavers.head, *leavers.persons):
        raise InvalidError(
            "head",
            "the head stays in the old household: let others form the new one",
            "户主留在原户：请让其他人另立一户",
        )
    named = len(rest.row["persons"].split(";")) if rest.row["persons"] else 0
    if named > rest.row["headcount"]:
        raise InvalidError(
            "persons",
            "name everybody who leaves: more names than people would be left",
            "请勾选所有分出的人：留下的名字比人数多",
        )


def _check_merged(after: RosterEntry, parts: Iterable[RosterEntry]) -> None:
    counts = [each.row["headcount"] for each in parts]
    least, most = max(counts), min(sum(counts), _MOST_PEOPLE)
    if not least <= after.row["headcount"] <= most:
        raise InvalidError(
            "headcount",
            f"write a number from {least} to {most}, so that nobody is lost or counted twice",
            f"请写{least}到{most}：不漏一人，也不重复计算",
        )
    if len(after.row["persons"].split(";")) > after.row["headcount"]:
        raise InvalidError(
            "headcount",
            "more people are named than the headcount says: give at least their number",
            "写出的名字多于人数：人数至少要等于名字数",
        )
    if len(after.phones) > MOST_PHONES:
        raise InvalidError(
            "into",
            f"a household has at most {MOST_PHONES} phones: remove some first",
            f"一户最多{MOST_PHONES}个电话：请先去掉几个",
        )


def _list_with(connection: Connection, code: str, new: str) -> None:
    """Add the new household to every hazard point that lists the old one."""
    listed = HAZARD_POINT_HOUSEHOLDS.c
    points = select(listed.point).where(listed.household == code).order_by(listed.point)
    rows = [{"point": point, "household": new} for point in connection.scalars(points).all()]
    if rows:
        connection.execute(insert(HAZARD_POINT_HOUSEHOLDS), rows)
