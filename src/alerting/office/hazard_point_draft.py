"""Validates a submitted hazard point against the roster, and stores it."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, update

from alerting.hazard_points.store import Draft, HazardPoint
from alerting.messages.languages import HAZARDS
from alerting.office.hazard_point_watcher import problem_of_watcher
from contacts.bounds import CellError
from contacts.directory import division
from contacts.division import covers
from contacts.roster.comparison import Change
from contacts.tables import HAZARD_POINT_HOUSEHOLDS, HAZARD_POINTS, HOUSEHOLDS

_COMPARED: Final = tuple(field.name for field in fields(Draft) if field.name != "code")

_LISTED: Final = 5

_LONGEST_TOLD: Final = 300


def problems_of(
    connection: Connection, draft: Draft, scope: str, villages: tuple[str, ...]
) -> Iterator[tuple[str, CellError]]:
    """Yield the fields and problems of a draft by an administrator of the division `scope`.

    `villages` are the villages of the households that the point threatens.
    """
    if not covers(scope, draft.division) or division(connection, draft.division) is None:
        yield "division", _no_division(draft.division)
    if draft.hazard not in HAZARDS:
        yield "hazard", _no_hazard(draft.hazard)
    try:
        draft.area.shape.boxes()
    except ValueError as wrong:
        yield "area", CellError(str(wrong), "图形不成立：边不能相交，并且至少要有三个不同的角")
    if problem := problem_of_watcher(connection, draft, villages):
        yield "watcher", problem
    if unknown := _unknown_households(connection, draft.households, scope):
        yield "households", _no_households(unknown)


def changes_of(before: HazardPoint, after: Draft) -> tuple[Change, ...]:
    """Return the fields in which the draft differs from the stored point."""
    was, will = _told(before), _told(after)
    return tuple(
        Change(name, was[name], will[name]) for name in _COMPARED if was[name] != will[name]
    )


def store_draft(connection: Connection, draft: Draft, version: int) -> None:
    """Insert a valid draft if `version` is 1, otherwise update the point to this version."""
    row = {name: getattr(draft, name) for name in _COMPARED if name in HAZARD_POINTS.c}
    drawn = draft.area.model_dump_json(exclude_defaults=True)
    row |= {"area": drawn, "version": version, "retired_at": None}
    if version == 1:
        connection.execute(insert(HAZARD_POINTS).values(code=draft.code, **row))
    else:
        same = HAZARD_POINTS.c.code == draft.code
        connection.execute(update(HAZARD_POINTS).where(same).values(row))
    listed = HAZARD_POINT_HOUSEHOLDS
    connection.execute(delete(listed).where(listed.c.point == draft.code))
    if draft.households:
        rows = [{"point": draft.code, "household": each} for each in draft.households]
        connection.execute(insert(listed), rows)


def _unknown_households(connection: Connection, codes: tuple[str, ...], scope: str) -> list[str]:
    query = select(HOUSEHOLDS.c.code).where(HOUSEHOLDS.c.code.in_(codes))
    known = {code for code in connection.scalars(query) if covers(scope, code)}
    return [code for code in codes if code not in known]


def _told(point: Draft) -> Mapping[str, Any]:
    """Return the fields as the office log shows them."""
    drawn = point.area.model_dump_json(exclude_defaults=True)
    short = drawn if len(drawn) <= _LONGEST_TOLD else f"{drawn[:_LONGEST_TOLD]}…"
    told = {name: getattr(point, name) for name in _COMPARED}
    return told | {"area": short, "households": ";".join(point.households)}


def _no_division(code: str) -> CellError:
    return CellError(
        f"{code} is not within your division: write the code of one of its villages or towns",
        f"{code}不是您辖区内的区划：请填写本辖区村或乡镇的代码",
    )


def _no_hazard(hazard: str) -> CellError:
    known = ", ".join(HAZARDS)
    return CellError(
        f"{hazard!r} is not a hazard of the phrase library: write one of {known}",
        f"词库中没有灾种“{hazard}”：请填写滑坡、泥石流等，或{known}之一",
    )


def _no_households(codes: list[str]) -> CellError:
    listed = ", ".join(codes[:_LISTED])
    return CellError(
        f"your roster does not have {len(codes)} of the households ({listed}): correct their codes",
        f"名册中没有这{len(codes)}户（{listed}）：请改正户编码",
    )
