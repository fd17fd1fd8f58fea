"""Permissions by role and division."""

import pytest

from alerting.access.rules import (
    Act,
    Ruling,
    oversees,
    permitted_division,
    recovers,
    rule,
    sees_officers_phone,
    sees_phones,
)
from alerting.roll.rules.evidence import RUNG, Rung
from contacts.people import Role

TOWN = "511921100"
VILLAGE = "511921100208"
GRID = "511921100208001"
NEXT_VILLAGE = "511921100209"

RULINGS = [
    (Role.INFORMANT, VILLAGE, Act.RAISE, VILLAGE, Ruling.ALLOWED),
    (Role.INFORMANT, VILLAGE, Act.RAISE, GRID, Ruling.ALLOWED),
    (Role.INFORMANT, VILLAGE, Act.RAISE, NEXT_VILLAGE, Ruling.NOT_THIS_PLACE),
    (Role.INFORMANT, VILLAGE, Act.RAISE, TOWN, Ruling.NOT_THIS_PLACE),
    (Role.INFORMANT, VILLAGE, Act.WIDEN, VILLAGE, Ruling.NOT_THIS_ROLE),
    (Role.INFORMANT, VILLAGE, Act.CLOSE, VILLAGE, Ruling.NOT_THIS_ROLE),
    (Role.INFORMANT, VILLAGE, Act.REPORT, VILLAGE + "0001", Ruling.ALLOWED),
    # A landslide ignores grid borders, so grid officers raise alerts for the whole village.
    (Role.GRID_OFFICER, GRID, Act.RAISE, VILLAGE, Ruling.ALLOWED),
    (Role.GRID_OFFICER, GRID, Act.REPORT, GRID + "0001", Ruling.ALLOWED),
    (Role.GRID_OFFICER, GRID, Act.REPORT, VILLAGE + "0020001", Ruling.NOT_THIS_PLACE),
    # A shelter takes in households of neighbouring villages.
    (Role.GRID_OFFICER, GRID, Act.CHECK_IN, NEXT_VILLAGE + "0001", Ruling.ALLOWED),
    (Role.GRID_OFFICER, GRID, Act.CHECK_IN, "5119211012000001", Ruling.NOT_THIS_PLACE),
    (Role.INFORMANT, VILLAGE, Act.CHECK_IN, VILLAGE + "0001", Ruling.NOT_THIS_ROLE),
    (Role.DUTY_OFFICER, "511921", Act.CHECK_IN, "5119211012000001", Ruling.ALLOWED),
    (Role.DUTY_OFFICER, "511921", Act.CHECK_IN, "5119221012000001", Ruling.NOT_THIS_PLACE),
    (Role.INFORMANT, VILLAGE, Act.CORRECT, VILLAGE, Ruling.ALLOWED),
    (Role.INFORMANT, VILLAGE, Act.CORRECT, TOWN, Ruling.NOT_THIS_PLACE),
    (Role.GRID_OFFICER, GRID, Act.CORRECT, VILLAGE, Ruling.ALLOWED),
    (Role.GRID_OFFICER, GRID, Act.ALL_CLEAR, VILLAGE, Ruling.NOT_THIS_ROLE),
    (Role.TOWN_COMMANDER, TOWN, Act.ALL_CLEAR, VILLAGE, Ruling.ALLOWED),
    (Role.TOWN_COMMANDER, TOWN, Act.CLOSE, VILLAGE, Ruling.ALLOWED),
    (Role.TOWN_COMMANDER, TOWN, Act.CLOSE, TOWN, Ruling.ALLOWED),
    (Role.TOWN_COMMANDER, TOWN, Act.WIDEN, "511921", Ruling.NOT_THIS_PLACE),
    (Role.DUTY_OFFICER, "5119", Act.WIDEN, "511921101", Ruling.ALLOWED),
    (Role.DUTY_OFFICER, "5119", Act.WIDEN, "5108", Ruling.NOT_THIS_PLACE),
]


@pytest.mark.parametrize(("role", "home", "act", "division", "expected"), RULINGS)
def test_role_and_division_decide_the_ruling(
    role: Role, home: str, act: Act, division: str, expected: Ruling
) -> None:
    assert rule(role, home, act, division) is expected


@pytest.mark.parametrize("act", Act)
def test_administrator_may_not_do_any_alerting_act(act: Act) -> None:
    assert rule(Role.ADMINISTRATOR, "5119", act, VILLAGE) is Ruling.NOT_THIS_ROLE


def test_informants_evidence_has_the_neighbour_rung() -> None:
    assert RUNG[Role.INFORMANT] is Rung.NEIGHBOUR
    assert {RUNG[role] for role in RUNG if role is not Role.INFORMANT} == {Rung.OFFICER}


def test_every_reporting_role_has_a_rung() -> None:
    reporting = {
        role for role in Role if rule(role, VILLAGE, Act.REPORT, VILLAGE) is Ruling.ALLOWED
    }
    assert reporting == RUNG.keys()


@pytest.mark.parametrize(
    ("home", "act", "expected"),
    [
        (GRID, Act.REPORT, GRID),
        (GRID, Act.RAISE, VILLAGE),
        (GRID, Act.CORRECT, VILLAGE),
        (GRID, Act.CHECK_IN, TOWN),
        ("5119", Act.CHECK_IN, "5119"),
    ],
)
def test_permitted_division_of_each_act(home: str, act: Act, expected: str) -> None:
    assert permitted_division(home, act) == expected


@pytest.mark.parametrize(
    ("home", "sees"),
    [(VILLAGE, True), (NEXT_VILLAGE, True), ("511921", True), ("511922", False), ("5119", False)],
)
def test_phones_are_visible_within_the_county(home: str, sees: bool) -> None:
    assert sees_phones(home, VILLAGE + "0001") is sees


@pytest.mark.parametrize(
    ("role", "home", "division", "expected"),
    [
        (Role.TOWN_COMMANDER, TOWN, VILLAGE, Ruling.ALLOWED),
        (Role.DUTY_OFFICER, "5119", GRID, Ruling.ALLOWED),
        (Role.DUTY_OFFICER, TOWN, TOWN, Ruling.NOT_THIS_PLACE),
        (Role.TOWN_COMMANDER, TOWN, "511921", Ruling.NOT_THIS_PLACE),
        (Role.TOWN_COMMANDER, TOWN, "511921101200", Ruling.NOT_THIS_PLACE),
        (Role.ADMINISTRATOR, TOWN, TOWN, Ruling.ALLOWED),
        (Role.ADMINISTRATOR, TOWN, VILLAGE, Ruling.ALLOWED),
        (Role.ADMINISTRATOR, TOWN, "511921", Ruling.NOT_THIS_PLACE),
        (Role.GRID_OFFICER, VILLAGE, GRID, Ruling.NOT_THIS_ROLE),
        (Role.INFORMANT, VILLAGE, GRID, Ruling.NOT_THIS_ROLE),
    ],
)
def test_leading_roles_oversee_sessions_of_lower_divisions(
    role: Role, home: str, division: str, expected: Ruling
) -> None:
    assert oversees(role, home, division) is expected


def test_officers_of_the_county_and_above_see_an_officers_phone() -> None:
    assert sees_officers_phone(VILLAGE, VILLAGE)
    assert sees_officers_phone("5119", VILLAGE)
    assert not sees_officers_phone("511922", VILLAGE)


RECOVERIES = [
    (Role.ADMINISTRATOR, TOWN, Role.GRID_OFFICER, VILLAGE, Ruling.ALLOWED),
    (Role.ADMINISTRATOR, TOWN, Role.ADMINISTRATOR, VILLAGE, Ruling.ALLOWED),
    (Role.ADMINISTRATOR, TOWN, Role.TOWN_COMMANDER, TOWN, Ruling.ALLOWED),
    (Role.ADMINISTRATOR, TOWN, Role.ADMINISTRATOR, TOWN, Ruling.NOT_THIS_PLACE),
    (Role.ADMINISTRATOR, TOWN, Role.DUTY_OFFICER, "511921", Ruling.NOT_THIS_PLACE),
    (Role.TOWN_COMMANDER, TOWN, Role.GRID_OFFICER, VILLAGE, Ruling.NOT_THIS_ROLE),
]


@pytest.mark.parametrize(("role", "home", "other", "division", "expected"), RECOVERIES)
def test_administrators_may_recover_lower_officers_but_not_peers(
    role: Role, home: str, other: Role, division: str, expected: Ruling
) -> None:
    assert recovers(role, home, other, division) is expected
