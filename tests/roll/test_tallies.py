"""Tallies are counted from the roll, changed by differences, and summed up by division."""

import pytest
from sqlalchemy import Engine, update

from alerting.roll.rules.tally import Tally
from alerting.roll.tables import roll
from alerting.roll.tallies import (
    EVERYWHERE,
    add_changes,
    add_joined,
    tallies_below,
    tallies_by_courtyard,
    tally_of,
)
from contacts.tables import HOUSEHOLDS
from tests.support.alert_rows import enrolled_city
from tests.support.city import (
    CITY,
    COUNTY,
    FAR_TOWN,
    NEXT_VILLAGE,
    QIANFO,
    TOWN,
    headcount,
    household_code,
)

PEOPLE = sum(headcount(n) for n in range(1, 11))


@pytest.fixture
def called(engine: Engine) -> Engine:
    with engine.begin() as connection:
        enrolled_city(connection, QIANFO, NEXT_VILLAGE)
    return engine


@pytest.mark.parametrize(
    ("division", "households"),
    [(EVERYWHERE, 20), (CITY, 20), (COUNTY, 20), (TOWN, 20), (QIANFO, 10), (FAR_TOWN, 0)],
)
def test_tally_of_a_division_counts_all_below_it(
    called: Engine, division: str, households: int
) -> None:
    with called.begin() as connection:
        tally = tally_of(connection, 1, division)
    assert tally == Tally(
        households_unaccounted=households, people_unaccounted=PEOPLE * households // 10
    )


def test_later_households_are_added_to_the_tally(called: Engine) -> None:
    some = [household_code(QIANFO, n) for n in (1, 2)]
    with called.begin() as connection:
        connection.execute(update(roll).where(roll.c.household.in_(some)).values(seq=2))
        before = tally_of(connection, 1, TOWN)
        add_joined(connection, 1, 2, QIANFO)
        people = headcount(1) + headcount(2)
        joined = Tally(households_unaccounted=2, people_unaccounted=people)
        assert tally_of(connection, 1, TOWN) - before == joined
        add_joined(connection, 1, 2, NEXT_VILLAGE)
        assert tally_of(connection, 1, NEXT_VILLAGE).households == 10


def test_joined_households_are_counted_by_language_and_division(called: Engine) -> None:
    english, phoneless = household_code(QIANFO, 1), household_code(QIANFO, 2)
    with called.begin() as connection:
        connection.execute(update(roll).values(seq=2, language="zh", reachable=True))
        for code, changed in ((english, {"language": "en"}), (phoneless, {"reachable": False})):
            connection.execute(update(roll).where(roll.c.household == code).values(changed))
        before = tally_of(connection, 1, QIANFO)
        assert sorted(add_joined(connection, 1, 2)) == [
            ("en", QIANFO, 1, headcount(1), 1),
            ("zh", QIANFO, 9, PEOPLE - headcount(1), 8),
            ("zh", NEXT_VILLAGE, 10, PEOPLE, 10),
        ]
        assert (tally_of(connection, 1, QIANFO) - before).households_unaccounted == 10
        assert add_joined(connection, 1, 3) == []


def test_differences_are_added_to_the_stored_tally(called: Engine) -> None:
    step = Tally(households_unaccounted=-1, households_staying=1)
    with called.begin() as connection:
        before = tally_of(connection, 1, TOWN)
        add_changes(connection, {(1, QIANFO): step, (1, NEXT_VILLAGE): Tally()})
        add_changes(connection, {(1, QIANFO): step})
        add_changes(connection, {})
        assert tally_of(connection, 1, TOWN) - before == step + step
        assert tally_of(connection, 1, NEXT_VILLAGE).households_staying == 0


def test_tallies_below_are_grouped_by_number_of_digits(called: Engine) -> None:
    with called.begin() as connection:
        for division, digits, parts in [
            (CITY, 6, [COUNTY]),
            (COUNTY, 9, [TOWN]),
            (TOWN, 12, [QIANFO, NEXT_VILLAGE]),
            (FAR_TOWN, 12, []),
        ]:
            found = tallies_below(connection, 1, division, digits)
            assert list(found) == parts
            assert sum(t.people for t in found.values()) == tally_of(connection, 1, division).people


def test_courtyards_are_tallied_by_name_and_visitors_separately(called: Engine) -> None:
    with called.begin() as connection:
        of_two = HOUSEHOLDS.c.code.in_([household_code(QIANFO, n) for n in (1, 2)])
        connection.execute(update(HOUSEHOLDS).where(of_two).values(courtyard="2号楼"))
        of_next = HOUSEHOLDS.c.division == NEXT_VILLAGE
        connection.execute(update(HOUSEHOLDS).where(of_next).values(courtyard="1号院"))
        found = tallies_by_courtyard(connection, 1, QIANFO)
    people = headcount(1) + headcount(2)
    assert list(found.items()) == [
        ("2号楼", Tally(households_unaccounted=2, people_unaccounted=people)),
        (None, Tally(households_unaccounted=8, people_unaccounted=PEOPLE - people)),
    ]
