"""Stored help cases are listed in order and found when due."""

import pytest
from sqlalchemy import Engine, update

from alerting.cap.lifecycle import AlertState
from alerting.help_cases.store import cases_due, cases_in, cases_of
from alerting.ledger.tables import alerts
from tests.support.city import CITY, FAR_TOWN, NEXT_VILLAGE, QIANFO, TOWN, after, household_code
from tests.support.help_calls import HELP, OUT, called_out, look, say, word, write


@pytest.fixture
def city(engine: Engine) -> Engine:
    """Store calls for help from households 1 to 5; 1 and 2 are resolved, 5 is in the next village.

    The calls come in the order 2, 1, 4, 3, 5.
    """
    called_out(engine)
    for number, second in ((2, 10), (1, 20), (4, 30), (3, 40)):
        say(engine, word(HELP, after(second), number=number))
    say(engine, *(word(OUT, after(50), number=number, by="grid") for number in (1, 2)))
    say(engine, word(HELP, after(60), number=5, village=NEXT_VILLAGE))
    return engine


@pytest.mark.parametrize(
    ("division", "numbers"),
    [
        (CITY, [4, 3, 5, 2, 1]),
        (TOWN, [4, 3, 5, 2, 1]),
        (QIANFO, [4, 3, 2, 1]),
        (NEXT_VILLAGE, [5]),
        (FAR_TOWN, []),
    ],
)
def test_open_cases_come_first_then_oldest(city: Engine, division: str, numbers: list[int]) -> None:
    found = look(city, lambda db: cases_in(db, 1, division))
    assert [int(kept.household[-4:]) for kept in found] == numbers
    assert [kept.is_open for kept in found] == sorted((k.is_open for k in found), reverse=True)


def test_cases_of_another_alert_are_not_listed(city: Engine) -> None:
    assert look(city, lambda db: cases_in(db, 2, CITY)) == []
    assert look(city, lambda db: cases_of(db, [(2, household_code(QIANFO, 3))])) == {}


def due(engine: Engine, second: float, most: int = 10) -> list[int]:
    found = write(engine, lambda tx: cases_due(tx, after(second), most))
    return [int(kept.household[-4:]) for kept in found]


def test_due_cases_are_sorted_by_due_time(city: Engine) -> None:
    assert due(city, 329) == []
    assert due(city, 330) == [4]
    assert due(city, 1000) == [4, 3, 5]
    assert due(city, 1000, most=2) == [4, 3]


@pytest.mark.parametrize(
    ("state", "numbers"),
    [
        (AlertState.OPEN, [4, 3, 5]),
        (AlertState.CLOSED, [4, 3, 5]),
        (AlertState.EXPIRED, [4, 3, 5]),
        (AlertState.CANCELLED, []),
        (AlertState.ALL_CLEAR, []),
    ],
)
def test_cases_of_ended_alerts_are_not_due(
    city: Engine, state: AlertState, numbers: list[int]
) -> None:
    with city.begin() as connection:
        connection.execute(update(alerts).values(state=state))
    assert due(city, 1000) == numbers
