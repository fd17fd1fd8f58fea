"""An alert's overview, limited to the caller's division."""

import pytest
from sqlalchemy import Engine

from alerting.alerts.overview import breakdown, overview
from alerting.errors import NotFoundError
from alerting.ledger.alerts import insert_areas
from tests.support.alert_rows import enrolled_city
from tests.support.city import (
    CITY,
    COUNTY,
    FAR_TOWN,
    NEXT_VILLAGE,
    POLICY,
    QIANFO,
    TOWN,
    somebody,
)


@pytest.fixture
def called(engine: Engine) -> Engine:
    with engine.begin() as connection:
        enrolled_city(connection, TOWN)
        insert_areas(connection, 1, [TOWN], 1)
    return engine


def test_overview_counts_the_callers_division(called: Engine) -> None:
    with called.begin() as connection:
        seen = {
            officer: overview(
                connection, 1, somebody(connection, officer), POLICY.closing
            ).tally.households
            for officer in ("city-duty", "commander", "grid", "next-grid")
        }
        with pytest.raises(NotFoundError):
            overview(connection, 1, somebody(connection, "far-commander"), POLICY.closing)
    assert seen == {"city-duty": 20, "commander": 20, "grid": 10, "next-grid": 10}


@pytest.mark.parametrize(
    ("division", "parts"),
    [
        (CITY, [COUNTY]),
        # A part with nobody on the roll is omitted.
        (COUNTY, [TOWN]),
        (TOWN, [QIANFO, NEXT_VILLAGE]),
        (QIANFO, []),
        (FAR_TOWN, []),
    ],
)
def test_tally_of_a_division_is_the_sum_of_its_parts(
    called: Engine, division: str, parts: list[str]
) -> None:
    with called.begin() as connection:
        seen = breakdown(connection, 1, division)
    assert seen.division.code == division
    assert [part.code for part, _ in seen.parts] == parts
    if parts:
        assert sum(tally.people for _, tally in seen.parts) == seen.tally.people


def test_unknown_division_is_shown_by_its_code(called: Engine) -> None:
    with called.begin() as connection:
        seen = breakdown(connection, 1, "511999")
    assert (seen.division.name, seen.tally.households, seen.parts) == ("511999", 0, [])
