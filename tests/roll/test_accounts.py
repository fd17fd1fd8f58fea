"""Accounts read the roll's columns for accounting, and write new standings."""

from sqlalchemy import Engine, update

from alerting.policy.escalation import Position
from alerting.roll.accounts import StandingChange, accounts, write_standings
from alerting.roll.enrol import enrol
from alerting.roll.entries import Page, entries, page_of
from alerting.roll.rules.standing import HouseholdStanding, People, Standing, StandingReason
from alerting.roll.tables import roll
from contacts.directory import households_in
from tests.support.city import NEXT_VILLAGE, NOW, POLICY, QIANFO, after, headcount, household_code

HOME = household_code(QIANFO, 3)


def test_account_has_the_values_of_the_roll_entry(city: Engine) -> None:
    elsewhere = household_code(NEXT_VILLAGE, 3)
    with city.begin() as connection:
        enrol(connection, 1, 1, households_in([QIANFO]), POLICY.household, NOW)
        needs = {"persons": "张三;李四", "vulnerable": "wheelchair", "reachable": False}
        connection.execute(update(roll).where(roll.c.household == HOME).values(needs))
        found = accounts(connection, {(1, HOME), (1, elsewhere)})
        entry = entries(connection, {(1, HOME)})[1, HOME]
    account = found[1, HOME]
    assert found.keys() == {(1, HOME)}
    assert account.named == {0, 1}
    assert account._asdict() == {name: getattr(entry, name) for name in account._fields}


def test_update_stores_the_whole_standing(city: Engine) -> None:
    standing = HouseholdStanding(
        Standing.NEEDS_HELP,
        People(needs_help=headcount(3)),
        verified=True,
        flagged=True,
        reason=StandingReason.HELP_OPEN,
        settled_by="grid",
    )
    with city.begin() as connection:
        enrol(connection, 1, 1, households_in([QIANFO]), POLICY.household, NOW)
        before = entries(connection, {(1, HOME)})[1, HOME]
        account = accounts(connection, {(1, HOME)})[1, HOME]
        write_standings(
            connection, [StandingChange(account, standing, Position(NOW, 4, after(60)))]
        )
        write_standings(connection, [])
        first = page_of(connection, 1, Page(QIANFO, None, None, 1))[0]
    assert (first.household, first.standing) == (HOME, standing)
    assert first.position == Position(NOW, 4, after(60))
    assert first.danger < before.danger
