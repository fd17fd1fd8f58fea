"""Households are enrolled once on the roll, and listed in order of danger."""

from sqlalchemy import Engine, update

from alerting.roll.enrol import anybody_missing, enrol
from alerting.roll.entries import Page, entries, page_of
from contacts.directory import households_in
from contacts.tables import HOUSEHOLDS
from tests.support.city import (
    NEXT_VILLAGE,
    NOW,
    POLICY,
    QIANFO,
    headcount,
    household_code,
)

HOME = household_code(QIANFO, 3)


def test_enrolled_household_keeps_its_roster_data(city: Engine) -> None:
    with city.begin() as connection:
        enrol(connection, 1, 1, households_in([QIANFO]), POLICY.household, NOW)
        connection.execute(update(HOUSEHOLDS).values(head="another", headcount=9))
        enrol(connection, 1, 2, households_in([QIANFO, NEXT_VILLAGE]), POLICY.household, NOW)
        found = entries(connection, {(1, HOME), (1, household_code(NEXT_VILLAGE, 3)), (2, HOME)})
    assert [(e.head, e.headcount) for _, e in sorted(found.items())] == [
        ("住户0003", headcount(3)),
        ("another", 9),
    ]


def test_missing_households_are_detected(city: Engine) -> None:
    with city.begin() as connection:
        assert anybody_missing(connection, 1, households_in([QIANFO]))
        enrol(connection, 1, 1, households_in([QIANFO]), POLICY.household, NOW)
        assert not anybody_missing(connection, 1, households_in([QIANFO]))
        assert anybody_missing(connection, 1, households_in([QIANFO, NEXT_VILLAGE]))
        assert not anybody_missing(connection, 1, households_in([]))


def test_pages_of_any_size_give_the_whole_list(city: Engine) -> None:
    with city.begin() as connection:
        enrol(connection, 1, 1, households_in([QIANFO, NEXT_VILLAGE]), POLICY.household, NOW)
        whole = page_of(connection, 1, Page("5119", None, None, 100))
        for limit in (1, 7, 20):
            pages, after = [], None
            while page := page_of(connection, 1, Page("5119", None, after, limit)):
                pages += page
                after = page[-1].danger, page[-1].household
            assert pages == whole
    assert len(whole) == 20
    assert [bool(entry.vulnerable) for entry in whole[:5]] == [True] * 4 + [False]
