"""Queries of the neighbours who look after others, with their standing in an alert."""

import pytest
from sqlalchemy import Engine, insert, update

from alerting.neighbours.rules import Neighbour
from alerting.neighbours.store import centres_of, in_care_of, neighbours
from alerting.roll.enrol import enrol
from alerting.roll.rules.standing import Standing
from alerting.roll.tables import evidence, roll
from contacts.directory import households_in
from contacts.tables import HOUSEHOLD_PHONES
from tests.support.city import (
    NEXT_VILLAGE,
    NOW,
    POLICY,
    QIANFO,
    household_code,
    household_phone,
)
from tests.support.neighbours import looks_after

CENTRE, FAR_CENTRE = household_code(QIANFO, 1), household_code(NEXT_VILLAGE, 1)
HOMES = [household_code(QIANFO, number) for number in (2, 3, 4)]
SECOND = "+8610000000099"


@pytest.fixture
def called(city: Engine) -> Engine:
    """Enrol Qianfo in alert 1; household 1 looks after 2 and 3, and household 4 looks after 5."""
    with city.begin() as connection:
        connection.execute(looks_after(1, [2, 3]))
        connection.execute(looks_after(4, [5]))
        connection.execute(looks_after(1, [2], NEXT_VILLAGE))
        enrol(connection, 1, 1, households_in([QIANFO]), POLICY.household, NOW)
    return city


def test_households_are_grouped_by_the_neighbour_who_looks_after_them(called: Engine) -> None:
    with called.begin() as connection:
        found = centres_of(connection, [household_code(QIANFO, n) for n in (3, 6, 5, 2)])
    assert list(found.items()) == [
        (CENTRE, HOMES[:2]),
        (household_code(QIANFO, 4), [household_code(QIANFO, 5)]),
    ]


def test_all_households_in_care_on_the_roll_are_found(called: Engine) -> None:
    with called.begin() as connection:
        assert in_care_of(connection, 1, [CENTRE, FAR_CENTRE]) == {CENTRE: HOMES[:2]}


def test_neighbour_has_standing_and_phone(called: Engine) -> None:
    with called.begin() as connection:
        connection.execute(
            update(roll)
            .where(roll.c.household == CENTRE)
            .values(standing="partly", unaccounted=1, reachable=False)
        )
        found = neighbours(connection, 1, [CENTRE, household_code(QIANFO, 10)])
    phone = household_phone(QIANFO, 1)
    assert found[0] == Neighbour(CENTRE, QIANFO, "zh", Standing.PARTLY, 1, False, phone)
    assert (found[1].household, found[1].phone) == (household_code(QIANFO, 10), None)


def test_neighbour_outside_the_alerts_area_has_no_standing(called: Engine) -> None:
    with called.begin() as connection:
        found = neighbours(connection, 1, [FAR_CENTRE])
    phone = household_phone(NEXT_VILLAGE, 1)
    assert found == [Neighbour(FAR_CENTRE, NEXT_VILLAGE, "zh", None, 0, True, phone)]


def test_best_phone_is_the_last_that_answered(called: Engine) -> None:
    said = {
        "alert": 1, "household": CENTRE, "seq": 2, "given_at": NOW, "recorded_at": NOW, "rung": 0,
        "given_by": SECOND, "report": "evacuated", "channel": "sms", "source": "x", "note": "",
    }  # fmt: skip
    with called.begin() as connection:
        second = {"household": CENTRE, "position": 1, "number": SECOND}
        connection.execute(insert(HOUSEHOLD_PHONES).values(second))
        (before,) = neighbours(connection, 1, [CENTRE])
        connection.execute(insert(evidence).values(said))
        (after,) = neighbours(connection, 1, [CENTRE])
    assert (before.phone, after.phone) == (household_phone(QIANFO, 1), SECOND)
