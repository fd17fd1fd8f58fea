"""A watcher must be allowed to raise the alert for the whole hazard point."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from alerting.cap.alert import Area
from alerting.hazard_points.store import Draft
from alerting.office.hazard_point_watcher import problem_of_watcher, villages_of, watchers_for
from tests.support.city import NEXT_VILLAGE, QIANFO, found_city, household_code
from tests.support.hazard_points import GEOMETRY, LISTED

DRAFT = Draft(
    code="A",
    name="大梁滑坡",
    division=QIANFO,
    hazard="landslide",
    area=Area.model_validate({"geometry": GEOMETRY}),
    watcher="informant",
    assembly_point=None,
    route=None,
    households=(LISTED,),
)


def test_villages_are_of_households_in_the_area_or_listed(engine: Engine) -> None:
    ring = [[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]
    crossed = Area.model_validate({"geometry": {"type": "Polygon", "coordinates": [ring]}})
    with engine.begin() as connection:
        found_city(connection)
        listed = replace(DRAFT, households=(household_code(NEXT_VILLAGE, 1),))
        assert set(villages_of(connection, listed)) == {QIANFO, NEXT_VILLAGE}
        assert villages_of(connection, replace(DRAFT, watcher=None)) == ()
        assert villages_of(connection, replace(DRAFT, area=crossed)) == ()


@pytest.mark.parametrize(
    ("watcher", "villages", "said"),
    [
        (None, (NEXT_VILLAGE,), None),
        ("informant", (QIANFO, NEXT_VILLAGE), None),
        ("informant", (NEXT_VILLAGE,), NEXT_VILLAGE),
        ("commander", (NEXT_VILLAGE,), None),
        ("administrator", (QIANFO,), "not an officer who may raise"),
        ("nobody", (QIANFO,), "not an officer who may raise"),
    ],
)
def test_watcher_must_reach_a_village_there_without_approval(
    engine: Engine, watcher: str | None, villages: tuple[str, ...], said: str | None
) -> None:
    with engine.begin() as connection:
        found_city(connection)
        found = problem_of_watcher(connection, replace(DRAFT, watcher=watcher), villages)
    assert found is None if said is None else said in str(found)


def test_watchers_are_officers_who_may_raise_an_alert(engine: Engine) -> None:
    with engine.begin() as connection:
        found_city(connection)
        watchers = [each.id for each in watchers_for(connection, QIANFO)]
    assert {"grid", "informant", "commander"} <= set(watchers)
    assert not {"next-grid", "administrator"} & set(watchers)
