"""A village moves to another code or merges into another village, with all that belongs to it."""

from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import Connection, Engine, Executable, insert, select, update

from alerting.cap.exercise import ExerciseSize
from alerting.cap.lifecycle import AlertState
from alerting.errors import ConflictError, InvalidError, NotFoundError
from alerting.exercises.tables import exercise_plans
from alerting.ledger.alerts import set_state
from alerting.ledger.tables import alerts
from alerting.migrations.tables import TABLES
from alerting.office.village_move import VillageMove, plan_village_move, store_village_move
from alerting.roll.enrol import enrol
from contacts.directory import households_in
from contacts.past import division_history, officers_at
from contacts.tables import (
    DIVISIONS,
    HAZARD_POINT_HOUSEHOLDS,
    HAZARD_POINTS,
    HOUSEHOLD_PHONES,
    HOUSEHOLDS,
    OFFICERS,
    ROSTER_COLUMNS,
)
from tests.support.alert_rows import stored_alert
from tests.support.city import (
    NEXT_VILLAGE,
    NOW,
    POLICY,
    QIANFO,
    TOWN,
    found_city,
    household_code,
    household_phone,
)
from tests.support.hazard_points import CODE, stored_point

NEW: Final = f"{TOWN}300"
LATER: Final = NOW + timedelta(hours=1)
GRID: Final = f"{QIANFO}001"
IN_GRID: Final = f"{GRID}0001"

FOLLOW: Final = {
    *("officers", "households", "hazard_points", "issuers", "roster_columns"),
    "exercise_plans",
}
KEEP_THE_OLD_CODE: Final = {
    *("past_officers", "administration", "security_events", "cap_inbox_areas"),
    *("areas", "events", "roll", "tallies", "texts", "deliveries", "tasks", "help_cases"),
    *("officer_calls", "dark_villages", "alerted_groups"),
    # Recomputed every night, so a move need not change it.
    *("readiness_gaps", "readiness_places"),
}


@pytest.fixture
def connection(engine: Engine) -> Any:
    """Return a connection to the tests' city, whose first village has a grid and a hazard point."""
    with engine.begin() as connection:
        found_city(connection)
        grid = {"code": GRID, "name": "一网格", "tier": "grid", "parent": QIANFO}
        connection.execute(insert(DIVISIONS).values(grid))
        for statement in stored_point():
            connection.execute(statement)
        home = {"code": IN_GRID, "division": GRID, "address": "1号", "head": "甲", "headcount": 2}
        neighbour = {"centre": household_code(QIANFO, 1), "language": "zh"}
        connection.execute(insert(HOUSEHOLDS).values(**home, **neighbour))
        yield connection


def moved(connection: Connection, new: str) -> VillageMove:
    move = plan_village_move(connection, QIANFO, new)
    store_village_move(connection, move, LATER)
    return move


def found(connection: Connection, statement: Executable) -> list[Any]:
    return list(connection.execute(statement).scalars())


def test_moved_village_keeps_everything(connection: Connection) -> None:
    homes = select(HOUSEHOLDS.c.code).order_by(HOUSEHOLDS.c.code)
    before = found(connection, homes)
    move = moved(connection, NEW)
    assert (move.joins, move.renumbered, move.points) == (False, 0, 1)
    there = sorted(code.replace(QIANFO, NEW, 1) for code in before)
    assert found(connection, homes) == there
    centre = select(HOUSEHOLDS.c.centre).where(HOUSEHOLDS.c.code == f"{NEW}0010001")
    assert found(connection, centre) == [f"{NEW}0001"]
    first = HOUSEHOLD_PHONES.c.household == f"{NEW}0001"
    phones = select(HOUSEHOLD_PHONES.c.number).where(first)
    assert found(connection, phones) == [household_phone(QIANFO, 1)]
    assert found(connection, select(HAZARD_POINTS.c.division)) == [NEW]
    listed = select(HAZARD_POINT_HOUSEHOLDS.c.household)
    assert found(connection, listed) == [f"{NEW}0008"]
    inside = DIVISIONS.c.code.in_([QIANFO, GRID, NEW, f"{NEW}001"])
    named = select(DIVISIONS.c.code, DIVISIONS.c.name, DIVISIONS.c.parent).where(inside)
    assert connection.execute(named.order_by(DIVISIONS.c.code)).all() == [
        (NEW, "千佛村", TOWN),
        (f"{NEW}001", "一网格", NEW),
    ]


def test_planned_exercises_move_too(connection: Connection) -> None:
    what = {"division": QIANFO, "size": "officers", "hazard": "landslide", "monthly": True}
    when = {"first": LATER, "due": LATER, "planned_by": "commander", "planned_at": NOW}
    connection.execute(insert(exercise_plans).values(what | when))
    moved(connection, NEW)
    assert found(connection, select(exercise_plans.c.division)) == [NEW]


def test_past_records_keep_the_old_code(connection: Connection) -> None:
    moved(connection, NEW)
    serving = select(OFFICERS.c.division).where(OFFICERS.c.id == "informant")
    assert found(connection, serving) == [NEW]
    assert officers_at(connection, ["informant"], NOW)["informant"].division == QIANFO
    assert division_history(connection, [QIANFO]).at(NOW)[QIANFO].name == "千佛村"


def test_merged_village_keeps_its_households_distinct(connection: Connection) -> None:
    taken = {"code": f"{NEXT_VILLAGE}001", "name": "邻网格", "tier": "grid", "parent": NEXT_VILLAGE}
    connection.execute(insert(DIVISIONS).values(taken))
    people = select(HOUSEHOLDS.c.head, HOUSEHOLDS.c.headcount)
    before = sorted(map(tuple, connection.execute(people)))
    move = moved(connection, NEXT_VILLAGE)
    assert (move.joins, move.renumbered) == (True, 11)
    assert sorted(map(tuple, connection.execute(people))) == before
    assert move.households[household_code(QIANFO, 1)] == household_code(NEXT_VILLAGE, 11)
    assert move.households[IN_GRID] == f"{NEXT_VILLAGE}0020001"
    names = select(DIVISIONS.c.name).where(DIVISIONS.c.code == NEXT_VILLAGE)
    assert found(connection, names) == ["邻村"]


def test_confirmed_columns_move_unless_the_new_village_has_its_own(
    connection: Connection,
) -> None:
    rows = [(QIANFO, "当家的", "head"), (QIANFO, "人", "headcount"), (NEXT_VILLAGE, "人", "")]
    names = ("division", "heading", "field")
    connection.execute(
        insert(ROSTER_COLUMNS),
        [dict(zip(names, row, strict=True)) | {"kind": "households"} for row in rows],
    )
    moved(connection, NEXT_VILLAGE)
    kept = select(*ROSTER_COLUMNS.c["division", "heading", "field"])
    assert connection.execute(kept.order_by(ROSTER_COLUMNS.c.heading)).all() == [
        (NEXT_VILLAGE, "人", ""),
        (NEXT_VILLAGE, "当家的", "head"),
    ]


@pytest.mark.parametrize("state", [AlertState.OPEN, AlertState.CLOSED])
def test_village_does_not_move_during_an_alert(connection: Connection, state: AlertState) -> None:
    alert = stored_alert(connection)
    set_state(connection, alert, state, NOW)
    with pytest.raises(ConflictError, match=f"concerns {QIANFO} is not over"):
        plan_village_move(connection, QIANFO, NEW)
    with pytest.raises(ConflictError, match=f"concerns {QIANFO} is not over"):
        plan_village_move(connection, NEXT_VILLAGE, QIANFO)
    set_state(connection, alert, AlertState.ALL_CLEAR, NOW)
    plan_village_move(connection, QIANFO, NEW)


def test_exercise_blocks_only_moves_of_villages_on_its_roll(connection: Connection) -> None:
    alert = stored_alert(connection)
    connection.execute(update(alerts).values(exercise_size=ExerciseSize.ONE_PHONE))
    plan_village_move(connection, QIANFO, NEW)
    enrol(connection, alert, 1, households_in([QIANFO]), POLICY.household, NOW)
    with pytest.raises(ConflictError, match=f"concerns {QIANFO} is not over"):
        plan_village_move(connection, QIANFO, NEW)


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        (QIANFO, QIANFO, InvalidError),
        (QIANFO, TOWN, InvalidError),
        (GRID, NEW, InvalidError),
        (NEW, NEXT_VILLAGE, NotFoundError),
        (QIANFO, "511921999001", NotFoundError),
    ],
)
def test_impossible_move_is_refused(
    connection: Connection, old: str, new: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        plan_village_move(connection, old, new)


def test_hazard_point_of_a_moved_village_gets_a_new_version(connection: Connection) -> None:
    connection.execute(update(HAZARD_POINTS).values(version=4))
    moved(connection, NEW)
    version = select(HAZARD_POINTS.c.version).where(HAZARD_POINTS.c.code == CODE)
    assert found(connection, version) == [5]


def test_every_division_column_is_declared_moved_or_kept() -> None:
    known = {table.name for table in TABLES if "division" in table.columns}
    assert known == FOLLOW | KEEP_THE_OLD_CODE
