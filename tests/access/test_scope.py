"""The alerts and divisions that a caller may see or act on, and the refusals."""

import pytest
from sqlalchemy import Engine

from alerting.access.rules import Act
from alerting.access.scope import alert_for, alert_to, check_places, refusal, scope_for
from alerting.errors import ForbiddenError, InvalidError, NotFoundError
from alerting.ledger.alerts import insert_areas
from contacts.directory import Officer
from tests.support.alert_rows import stored_alert
from tests.support.city import (
    CITY,
    COUNTY,
    FAR_TOWN,
    NEXT_VILLAGE,
    QIANFO,
    TOWN,
    found_city,
    somebody,
)


@pytest.fixture
def city(engine: Engine) -> Engine:
    """Return a database with the city and alert 1 for Qianfo."""
    with engine.begin() as connection:
        found_city(connection)
        assert stored_alert(connection) == 1
    return engine


def called(city: Engine, officer_id: str) -> Officer:
    with city.begin() as connection:
        return somebody(connection, officer_id)


@pytest.mark.parametrize(
    ("officer", "seen"),
    [("informant", True), ("city-duty", True), ("next-grid", False), ("far-commander", False)],
)
def test_alert_is_visible_to_officers_of_its_area(city: Engine, officer: str, seen: bool) -> None:
    caller = called(city, officer)
    with city.begin() as connection:
        if seen:
            assert alert_for(connection, 1, caller).id == 1
        else:
            with pytest.raises(NotFoundError, match="no alert 1 within your divisions"):
                alert_for(connection, 1, caller)


@pytest.mark.parametrize(
    ("officer", "seen"),
    [("next-grid", True), ("county-duty", True), ("far-commander", False)],
)
def test_alert_is_visible_within_the_reach_of_the_act(
    city: Engine, officer: str, seen: bool
) -> None:
    caller = called(city, officer)
    with city.begin() as connection:
        if seen:
            assert alert_for(connection, 1, caller, Act.CHECK_IN).id == 1
        else:
            with pytest.raises(NotFoundError):
                alert_for(connection, 1, caller, Act.CHECK_IN)


def test_acting_on_an_alert_needs_permission_on_its_whole_area(city: Engine) -> None:
    commander = called(city, "commander")
    with city.begin() as connection:
        assert alert_to(connection, 1, commander, Act.CLOSE).id == 1
        insert_areas(connection, 1, [FAR_TOWN], 2)
        with pytest.raises(ForbiddenError, match="beyond your division"):
            alert_to(connection, 1, commander, Act.CLOSE)
        assert alert_to(connection, 1, somebody(connection, "county-duty"), Act.CLOSE).id == 1
        with pytest.raises(ForbiddenError, match="role informant does not close an alert"):
            alert_to(connection, 1, somebody(connection, "informant"), Act.CLOSE)
        with pytest.raises(NotFoundError):
            alert_to(connection, 2, commander, Act.CLOSE)


def test_division_outside_the_callers_is_refused_by_field(city: Engine) -> None:
    informant = called(city, "informant")
    check_places(informant, Act.RAISE, [QIANFO, QIANFO + "001"], "area")
    with pytest.raises(InvalidError, match=f"^area: {NEXT_VILLAGE} is not within") as refused:
        check_places(informant, Act.RAISE, [QIANFO, NEXT_VILLAGE], "area")
    assert refused.value.field == "area"
    with pytest.raises(ForbiddenError, match="does not widen"):
        check_places(informant, Act.WIDEN, [QIANFO], "area")


@pytest.mark.parametrize(
    ("asked", "shown"),
    [(None, TOWN), (TOWN, TOWN), (QIANFO, QIANFO), (COUNTY, None), (CITY, None), (FAR_TOWN, None)],
)
def test_scope_is_the_callers_division_or_a_part_of_it(
    city: Engine, asked: str | None, shown: str | None
) -> None:
    commander = called(city, "commander")
    if shown:
        assert scope_for(commander, asked) == shown
    else:
        with pytest.raises(NotFoundError, match=f"no division {asked} within your division"):
            scope_for(commander, asked)


def test_refusal_names_the_role_and_the_act(city: Engine) -> None:
    assert refusal(called(city, "grid"), Act.CLOSE) == (
        "somebody with the role grid_officer does not close an alert",
        "您的职务不能做这件事：请联系上级",
    )
