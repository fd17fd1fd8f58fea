"""An administrator's changes to a hazard point, recorded in the office log."""

from sqlalchemy import Connection, update

from alerting.errors import ConflictError, InvalidError, NotFoundError
from alerting.hazard_points.store import Draft, HazardPoint, find_point
from alerting.ledger.writer import Transaction
from alerting.office.doubts import check_area
from alerting.office.hazard_point_draft import changes_of, problems_of, store_draft
from alerting.office.hazard_point_watcher import villages_of
from alerting.office_log.log import OfficeAct, details_of, record
from alerting.runtime import Runtime
from contacts.directory import Officer
from contacts.division import covers
from contacts.roster.comparison import Difference, Label
from contacts.tables import HAZARD_POINTS

_STALE = "somebody changed this hazard point meanwhile: look at it again, then change it"

_STALE_CHINESE = "别人已改过这个隐患点：请重新查看，再修改"


async def save_point(
    runtime: Runtime, caller: Officer, draft: Draft, version: int, *, is_confirmed: bool = False
) -> None:
    """Store a hazard point: a new one if `version` is 0, otherwise a change of that version.

    Saving a retired point puts it back into use. `is_confirmed` allows an unlikely area.

    Raises:
        InvalidError: if a field is invalid.
        NotFoundError: if there is no such point within the caller's division.
        ConflictError: if the number is taken, or somebody else has changed the point since.
        DoubtfulError: if the area is very large, or far from the division's households.
    """
    now = runtime.clock.now()

    def unit(transaction: Transaction) -> None:
        difference = _checked(transaction.connection, caller, draft, version, villages)
        if difference is None:
            return
        if not is_confirmed:
            _check_place(transaction.connection, draft)
        store_draft(transaction.connection, draft, version + 1)
        details, act = details_of(difference), OfficeAct.EDIT_HAZARD_POINT
        record(transaction.connection, caller, act, draft.division, details, now)

    villages = await runtime.database.read(lambda db: villages_of(db, draft))
    await runtime.ledger.write(unit, own_transaction=True)


async def retire_point(
    runtime: Runtime, caller: Officer, code: str, version: int, reason: str
) -> None:
    """Take a hazard point out of use; alerts already raised for it keep its area and name.

    Raises:
        NotFoundError: if there is no such point within the caller's division.
        ConflictError: if somebody else has changed the point since.
    """
    now = runtime.clock.now()

    def unit(transaction: Transaction) -> None:
        connection = transaction.connection
        before = _stored(connection, caller, code, version)
        if before.retired_at is not None:
            return
        same = HAZARD_POINTS.c.code == code
        gone = update(HAZARD_POINTS).where(same).values(retired_at=now, version=version + 1)
        connection.execute(gone)
        details = details_of(Difference(gone=[Label(code, before.name, "")]))
        act = OfficeAct.RETIRE_HAZARD_POINT
        record(connection, caller, act, before.division, details, now, reason)

    await runtime.ledger.write(unit, own_transaction=True)


def _check_place(connection: Connection, draft: Draft) -> None:
    """Refuse an unlikely new area."""
    before = find_point(connection, draft.code)
    if before is None or before.area != draft.area:
        check_area(connection, draft.division, draft.area.shape)


def _checked(
    connection: Connection,
    caller: Officer,
    draft: Draft,
    version: int,
    villages: tuple[str, ...],
) -> Difference | None:
    """Check a draft, and return its changes; None if it changes nothing."""
    difference = Difference()
    if version == 0:
        if find_point(connection, draft.code) is not None:
            raise ConflictError(
                f"the number {draft.code} is taken: choose another",
                chinese=f"编号{draft.code}已被使用：请另选一个",
            )
        difference.added.append(draft.label)
    else:
        before = _stored(connection, caller, draft.code, version)
        found = changes_of(before, draft)
        if before.retired_at is not None:
            difference.added.append(draft.label)
        elif found:
            difference.changed.append((draft.label, found))
        else:
            return None
    for field, problem in problems_of(connection, draft, caller.division, villages):
        raise InvalidError(field, str(problem), problem.chinese)
    return difference


def _stored(connection: Connection, caller: Officer, code: str, version: int) -> HazardPoint:
    found = find_point(connection, code)
    if found is None or not covers(caller.division, found.division):
        raise NotFoundError(
            f"there is no hazard point {code} within your division",
            f"您管理范围内没有隐患点{code}",
        )
    if found.version != version:
        raise ConflictError(_STALE, chinese=_STALE_CHINESE)
    return found
