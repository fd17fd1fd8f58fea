"""The list of alerts, with place names and counts over the given division."""

import pytest
from sqlalchemy import Engine, insert

from alerting.alerts.overview import Listed, listed
from alerting.ledger.alerts import insert_areas
from alerting.roll.rules.tally import Tally
from alerting.roll.tables import tallies
from alerting.roll.tallies import NAMES
from tests.support.alert_rows import stored_alert
from tests.support.city import COUNTY, FAR_TOWN, NEXT_VILLAGE, QIANFO, TOWN, found_city


@pytest.fixture
def city(engine: Engine) -> Engine:
    """Return a database with an alert for Qianfo, and a newer one for Qianfo and its neighbour."""
    with engine.begin() as connection:
        found_city(connection)
        first, second = stored_alert(connection, 27), stored_alert(connection, 28)
        insert_areas(connection, second, [NEXT_VILLAGE], 2)
        for alert, village, missing in ((first, QIANFO, 5), (second, QIANFO, 3)):
            count(connection, alert, village, missing)
        count(connection, second, NEXT_VILLAGE, 4)
    return engine


def count(connection: object, alert: int, village: str, missing: int) -> None:
    numbers = dict.fromkeys(NAMES, 0) | {"people_unaccounted": missing, "people_evacuated": 10}
    connection.execute(  # type: ignore[attr-defined]
        insert(tallies).values(alert=alert, division=village, **numbers)
    )


def seen(engine: Engine, scope: str, limit: int = 9) -> list[Listed]:
    with engine.begin() as connection:
        return listed(connection, scope, limit)


def test_list_is_newest_first_with_place_names(city: Engine) -> None:
    assert [(each.alert.number, each.place_names["zh"]) for each in seen(city, COUNTY)] == [
        (28, "千佛村等2处"),
        (27, "诺江镇千佛村"),
    ]
    assert len(seen(city, COUNTY, limit=1)) == 1


@pytest.mark.parametrize(
    ("scope", "missing"), [(TOWN, [7, 5]), (QIANFO, [3, 5]), (NEXT_VILLAGE, [4])]
)
def test_list_counts_within_the_scope(city: Engine, scope: str, missing: list[int]) -> None:
    assert [each.tally.people_unaccounted for each in seen(city, scope)] == missing


def test_tally_covers_all_villages_of_the_alert(city: Engine) -> None:
    newest, _ = seen(city, TOWN)
    assert newest.tally == Tally(people_unaccounted=7, people_evacuated=20)


def test_alerts_outside_the_scope_are_not_listed(city: Engine) -> None:
    assert seen(city, FAR_TOWN) == []
