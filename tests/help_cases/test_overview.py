"""The overview of help cases shows households, resolvers and resolution rates by division."""

import pytest
from sqlalchemy import Engine, delete, insert, update

from alerting.cap.lifecycle import AlertState
from alerting.help_cases.overview import HelpOverview, help_overview
from alerting.help_cases.rules import Resolution
from alerting.help_cases.tables import help_cases
from alerting.ledger.alerts import stored
from alerting.ledger.tables import alerts
from contacts.tables import DIVISIONS, OFFICER_PHONES, OFFICERS
from tests.support.city import CITY, COUNTY, FAR_TOWN, NEXT_VILLAGE, QIANFO, TOWN, after, headcount
from tests.support.help_calls import HELP, OUT, called_out, look, say, word


@pytest.fixture
def city(engine: Engine) -> Engine:
    """Store four calls for help, three of them in Qianfo, and resolve one in Qianfo."""
    called_out(engine)
    say(engine, *(word(HELP, after(60), number=number) for number in (3, 4, 5)))
    say(engine, word(HELP, after(70), village=NEXT_VILLAGE))
    say(engine, word(OUT, after(90), number=4, by="grid"))
    return engine


def seen(engine: Engine, division: str) -> HelpOverview:
    return look(engine, lambda db: help_overview(db, stored(db, 1), division))


@pytest.mark.parametrize(
    ("division", "whole", "parts"),
    [
        (CITY, Resolution(4, 1), {COUNTY: Resolution(4, 1)}),
        (COUNTY, Resolution(4, 1), {TOWN: Resolution(4, 1)}),
        (TOWN, Resolution(4, 1), {QIANFO: Resolution(3, 1), NEXT_VILLAGE: Resolution(1, 0)}),
        (QIANFO, Resolution(3, 1), {}),
        (FAR_TOWN, None, {}),
    ],
)
def test_cases_are_counted_for_the_division_and_its_parts(
    city: Engine, division: str, whole: Resolution | None, parts: dict[str, Resolution]
) -> None:
    found = seen(city, division)
    assert found.division.code == division
    assert found.resolution == whole
    assert {part.code: resolution for part, resolution in found.parts} == parts


def test_grids_are_the_parts_of_a_village(city: Engine) -> None:
    grid = f"{QIANFO}001"
    with city.begin() as connection:
        connection.execute(
            insert(DIVISIONS).values(code=grid, name="一组", tier="grid", parent=QIANFO)
        )
        connection.execute(
            update(help_cases).where(help_cases.c.resolved_by == "grid").values(division=grid)
        )
    found = seen(city, QIANFO)
    assert found.resolution == Resolution(3, 1)
    assert [(part.name, each) for part, each in found.parts] == [("一组", Resolution(1, 1))]


def test_case_is_listed_with_household_and_resolver(city: Engine) -> None:
    cases = seen(city, QIANFO).cases
    assert [each.kept.household[-1] for each in cases] == ["3", "5", "4"]
    first, vulnerable, helped = cases
    assert (first.entry.head, first.entry.address) == ("住户0003", "3号")
    assert (first.entry.headcount, first.resolver) == (headcount(3), None)
    assert vulnerable.entry.vulnerable == "elderly"
    assert (helped.kept.case.resolved_by, helped.resolver) == ("grid", "officer grid")
    with city.begin() as connection:
        connection.execute(delete(OFFICER_PHONES).where(OFFICER_PHONES.c.officer == "grid"))
        connection.execute(delete(OFFICERS).where(OFFICERS.c.id == "grid"))
    assert seen(city, QIANFO).cases[2].resolver is None


@pytest.mark.parametrize(
    ("state", "followed"), [(AlertState.EXPIRED, True), (AlertState.CANCELLED, False)]
)
def test_cases_are_followed_until_the_alert_ends(
    city: Engine, state: AlertState, followed: bool
) -> None:
    with city.begin() as connection:
        connection.execute(update(alerts).values(state=state))
    assert {each.is_followed for each in seen(city, QIANFO).cases} == {followed}
