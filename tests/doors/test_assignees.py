"""The officers who can be sent to a door, in order of preference."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, update

from alerting.doors.assignees import Assignees, lines_for
from alerting.roll.enrol import enrol
from alerting.roll.entries import entries
from alerting.roll.tables import roll
from contacts.directory import households_in
from contacts.tables import DUTY_PERIODS, OFFICERS
from tests.support.alert_rows import stored_alert
from tests.support.city import NOW, POLICY, QIANFO, TOWN, after, found_city, household_code

HOME = household_code(QIANFO, 3)


def officer(id_: str, role: str, division: str, deputy_of: str | None = None) -> Any:
    return insert(OFFICERS).values(
        id=id_, name=id_, role=role, division=division, deputy_of=deputy_of
    )


def line(engine: Engine, *changes: Any) -> Assignees:
    with engine.begin() as connection:
        found_city(connection)
        stored_alert(connection)
        enrol(connection, 1, 1, households_in([QIANFO]), POLICY.household, NOW)
        for change in changes:
            connection.execute(change)
        found = entries(connection, [(1, HOME)])
        return lines_for(connection, list(found.values()), NOW)[HOME]


def leave(id_: str) -> Any:
    return insert(DUTY_PERIODS).values(
        officer=id_, kind="leave", begins_at=NOW - timedelta(days=1), ends_at=after(1)
    )


GRID = update(roll).values(officer="grid")
VICE = Assignees("vice", [], ["commander"])
NAMED = update(roll).values(officer="named")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([], Assignees("grid", [], ["commander"])),
        ([officer("duty", "duty_officer", TOWN)], Assignees("grid", [], ["duty", "commander"])),
        (
            [officer("vice", "grid_officer", QIANFO, "grid")],
            Assignees("grid", ["vice"], ["commander"]),
        ),
        (
            [officer("vice", "town_commander", TOWN, "commander")],
            Assignees("grid", ["vice"], ["commander", "vice"]),
        ),
        (
            [officer("another", "grid_officer", QIANFO)],
            Assignees("another", ["grid"], ["commander"]),
        ),
        (
            [officer("named", "grid_officer", QIANFO), NAMED],
            Assignees("named", ["grid"], ["commander"]),
        ),
        ([officer("duty", "duty_officer", QIANFO)], Assignees("grid", ["duty"], ["commander"])),
        ([officer("vice", "grid_officer", QIANFO, "grid"), GRID, leave("grid")], VICE),
        ([officer("vice", "grid_officer", QIANFO), GRID, leave("grid")], VICE),
        ([GRID, leave("grid")], Assignees(None, [], ["commander"])),
        ([leave("commander")], Assignees("grid", [], ["county-duty"])),
        (
            [update(OFFICERS).where(OFFICERS.c.id == "commander").values(role="informant")],
            Assignees("grid", [], ["county-duty"]),
        ),
    ],
)
def test_assignees_are_the_grid_officer_deputies_and_the_tier_above(
    engine: Engine, changes: list[Any], expected: Assignees
) -> None:
    assert line(engine, *changes) == expected
