"""Moves a village to another code, or merges it into another village.

Records of the past keep the old code, and `contacts.past` keeps the old names. Rows that future
alerts use get the new code. A test checks that every column `division`
is treated in one of these two ways.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from sqlalchemy import Connection, and_, delete, exists, func, or_, select, update

from alerting.cap.exercise import ExerciseSize
from alerting.cap.lifecycle import OVER
from alerting.errors import ConflictError, InvalidError, NotFoundError
from alerting.exercises.tables import exercise_plans
from alerting.issuers.store import move_issuer
from alerting.ledger.alerts import concerns
from alerting.ledger.tables import alerts
from alerting.roll.tables import roll
from contacts.directory import households_in
from contacts.division import Tier, parent_of, subtree, tier_of
from contacts.roster.retire import follow_moves, remove_divisions, retire_households
from contacts.roster.store import RosterEntry, add, stored_entries, update_entries
from contacts.roster.village_codes import renumbered
from contacts.tables import (
    DIVISIONS,
    HAZARD_POINTS,
    HOUSEHOLDS,
    OFFICERS,
    ROSTER_COLUMNS,
)

_CHUNK: Final = 500

_EVERYBODY: Final = ExerciseSize.EVERYBODY.value


@dataclass(frozen=True, slots=True)
class VillageMove:
    """The new codes of a village, its grids and its households, with counts for a preview."""

    old: str
    new: str
    joins: bool
    """Whether a village with the new code already exists."""
    divisions: Mapping[str, str]
    households: Mapping[str, str]
    people: int
    officers: int
    points: int

    @property
    def renumbered(self) -> int:
        """The number of households that get another number, because theirs is taken there."""
        return sum(
            old[len(self.old) :] != new[len(self.new) :] for old, new in self.households.items()
        )


def plan_village_move(connection: Connection, old: str, new: str) -> VillageMove:
    """Return what a move of the village `old` to the code `new` would change.

    Raises:
        InvalidError: if a code is not a village's, or both codes are the same.
        NotFoundError: if the old village or the new village's town does not exist.
        ConflictError: while an alert that concerns one of the two is not over.
        CellError: if the new village has too few free numbers.
    """
    _check_codes(connection, old, new)
    village = select(DIVISIONS.c.code).where(DIVISIONS.c.code == new)
    joins = connection.execute(village).first() is not None
    grids = [code for code in _divisions(connection, old) if code != old]
    divisions = {old: new} | renumbered(grids, {old: new}, _divisions(connection, new)[1:])
    households = renumbered(
        _households(connection, old), dict(divisions), _households(connection, new)
    )
    people = select(func.coalesce(func.sum(HOUSEHOLDS.c.headcount), 0)).where(households_in([old]))
    served = select(func.count()).where(OFFICERS.c.division.between(*subtree(old)))
    points = select(func.count()).where(HAZARD_POINTS.c.division.between(*subtree(old)))
    return VillageMove(
        old,
        new,
        joins,
        divisions,
        households,
        *(connection.execute(each).scalar_one() for each in (people, served, points)),
    )


def store_village_move(connection: Connection, move: VillageMove, now: datetime) -> None:
    """Store a planned move in the caller's transaction."""
    _found_divisions(connection, move, now)
    _move_officers(connection, move, now)
    _move_households(connection, move, now)
    _move_points(connection, move)
    _move_columns(connection, move)
    _move_plans(connection, move)
    for code, new in move.divisions.items():
        move_issuer(connection, code, new)
    remove_divisions(connection, [*move.divisions], now)


def _check_codes(connection: Connection, old: str, new: str) -> None:
    for code in (old, new):
        if tier_of(code) is not Tier.VILLAGE:
            raise InvalidError(
                "code",
                f"{code} is not a village's: write 12 digits",
                f"{code}不是村代码：请写12位数字",
            )
    if old == new:
        raise InvalidError("new", "the village has this code already", "村已经是这个代码")
    for code in (old, parent_of(new) or ""):
        if not connection.execute(select(DIVISIONS.c.code).where(DIVISIONS.c.code == code)).first():
            raise NotFoundError(
                f"there is no division {code}: import it first", f"没有区划{code}：请先导入"
            )
    for code in (old, new):
        if _is_followed(connection, code):
            raise ConflictError(
                f"an alert that concerns {code} is not over, and its roll names households by "
                "their codes: move the village afterwards",
                chinese=f"涉及{code}的预警未结束，其名单按户编码记录：结束后再迁移",
            )


def _is_followed(connection: Connection, village: str) -> bool:
    """Return whether an alert that is not over concerns the village.

    An alert for the whole area does if the village is in the area. A smaller exercise does only if
    a household of the village is on its roll.
    """
    followed = select(alerts.c.id).where(alerts.c.state.not_in(sorted(OVER)))
    within = roll.c.household.between(*subtree(village))
    on_roll = exists().where(roll.c.alert == alerts.c.id, within)
    reaches_all = func.coalesce(alerts.c.exercise_size, _EVERYBODY) == _EVERYBODY
    concerned = and_(reaches_all, concerns(village))
    return connection.execute(followed.where(or_(concerned, on_roll)).limit(1)).first() is not None


def _divisions(connection: Connection, village: str) -> list[str]:
    """Return the sorted codes of the village and its grids, as far as they exist."""
    inside = select(DIVISIONS.c.code).where(DIVISIONS.c.code.between(*subtree(village)))
    return list(connection.scalars(inside.order_by(DIVISIONS.c.code)))


def _households(connection: Connection, village: str) -> list[str]:
    codes = select(HOUSEHOLDS.c.code).where(households_in([village]))
    return list(connection.scalars(codes.order_by(HOUSEHOLDS.c.code)))


def _found_divisions(connection: Connection, move: VillageMove, now: datetime) -> None:
    stored = stored_entries(connection, DIVISIONS, [*move.divisions])
    for old, new in sorted(move.divisions.items(), key=lambda each: len(each[1])):
        if not (move.joins and old == move.old):
            row = stored[old].row | {"code": new, "parent": parent_of(new)}
            add(connection, DIVISIONS, [RosterEntry(row)], now)


def _move_officers(connection: Connection, move: VillageMove, now: datetime) -> None:
    ids = select(OFFICERS.c.id).where(OFFICERS.c.division.in_([*move.divisions]))
    found = stored_entries(connection, OFFICERS, list(connection.scalars(ids)))
    entries = [
        RosterEntry(each.row | {"division": move.divisions[each.row["division"]]}, each.phones)
        for each in found.values()
    ]
    update_entries(connection, OFFICERS, entries, now)


def _move_households(connection: Connection, move: VillageMove, now: datetime) -> None:
    for some in _chunks(move.households):
        stored = stored_entries(connection, HOUSEHOLDS, some)
        entries = [_moved(move, stored[code]) for code in some]
        add(connection, HOUSEHOLDS, entries, now)
    follow_moves(connection, move.households.items())
    retire_households(connection, [*move.households])


def _moved(move: VillageMove, before: RosterEntry) -> RosterEntry:
    row = before.row
    there = {
        "code": move.households[row["code"]],
        "division": move.divisions[row["division"]],
        "centre": move.households.get(row["centre"], row["centre"]),
    }
    return RosterEntry(row | there, before.phones)


def _move_points(connection: Connection, move: VillageMove) -> None:
    points = HAZARD_POINTS.c
    for old, new in move.divisions.items():
        there = {"division": new, "version": points.version + 1}
        connection.execute(update(HAZARD_POINTS).where(points.division == old).values(there))


def _move_columns(connection: Connection, move: VillageMove) -> None:
    """Move the confirmed column choices, except for headings that the new village has confirmed."""
    kept, other = ROSTER_COLUMNS.c, ROSTER_COLUMNS.alias("other")
    for old, new in move.divisions.items():
        there = select(other.c.heading).where(other.c.kind == kept.kind, other.c.division == new)
        doubled = kept.heading.in_(there.correlate(ROSTER_COLUMNS).scalar_subquery())
        connection.execute(delete(ROSTER_COLUMNS).where(kept.division == old, doubled))
        connection.execute(update(ROSTER_COLUMNS).where(kept.division == old).values(division=new))


def _move_plans(connection: Connection, move: VillageMove) -> None:
    where = exercise_plans.c.division
    for old, new in move.divisions.items():
        connection.execute(update(exercise_plans).where(where == old).values(division=new))


def _chunks(codes: Mapping[str, str]) -> Iterator[list[str]]:
    coming = iter(codes)
    while some := list(islice(coming, _CHUNK)):
        yield some
