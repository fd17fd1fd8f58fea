"""Checks that a hazard point's watcher may raise its alert."""

from typing import Final

from sqlalchemy import Connection, true

from alerting.access.rules import Act, Ruling, rule
from alerting.alerts.raise_alert import split_to_raise
from alerting.areas.audience import ResolvedArea
from alerting.errors import InvalidError
from alerting.hazard_points.store import Draft, households_at
from contacts.bounds import CellError
from contacts.directory import Officer, officer, officers_for
from contacts.division import village_of

_LISTED: Final = 5


def watchers_for(connection: Connection, code: str) -> list[Officer]:
    """Return the officers who may watch a hazard point in a division, highest tier first."""
    return [each for each in officers_for(connection, [code]) if _may_raise(each, code)]


def villages_of(connection: Connection, draft: Draft) -> tuple[str, ...]:
    """Return the sorted codes of the villages whose households a watched draft threatens.

    The result is empty if nobody watches the point, or if its area is invalid. The query compares
    the location of every household nearby, so it runs before the write transaction.
    """
    if draft.watcher is None:
        return ()
    try:
        return tuple(sorted({village_of(code) for code in households_at(connection, draft)}))
    except ValueError:
        return ()


def problem_of_watcher(
    connection: Connection, draft: Draft, villages: tuple[str, ...]
) -> CellError | None:
    """Return why the watcher may not raise the point's alert for `villages`; None if they may."""
    if draft.watcher is None:
        return None
    watcher = officer(connection, draft.watcher)
    if watcher is None or not _may_raise(watcher, draft.division):
        return _no_watcher(draft.watcher)
    try:
        split_to_raise(watcher, ResolvedArea(villages, true(), draft.area))
    except InvalidError:
        beyond = [each for each in villages if not _may_raise(watcher, each)]
        return _not_that_far(draft.watcher, beyond)
    return None


def _may_raise(by: Officer, code: str) -> bool:
    return rule(by.role, by.division, Act.RAISE, code) is Ruling.ALLOWED


def _no_watcher(watcher: str) -> CellError:
    return CellError(
        f"{watcher} is not an officer who may raise an alert there: choose one of that village "
        "or above, or leave this out",
        f"{watcher}不是能在该地发出预警的责任人：请选择该村或上级的责任人，或留空",
    )


def _not_that_far(watcher: str, beyond: list[str]) -> CellError:
    listed = ", ".join(beyond[:_LISTED])
    return CellError(
        f"{watcher} may not raise an alert for the threatened households of {listed}: choose an "
        "officer of a higher tier, or draw the area within the village",
        f"隐患点威胁到{listed}的住户，{watcher}不能在该地发出预警：请选择上级的责任人，或把范围画在本村之内",
    )
