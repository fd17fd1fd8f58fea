"""The known groups are those in the settings whose owner is in the roster."""

from sqlalchemy import Engine, select

from alerting.work_groups.rules import WorkGroup
from alerting.work_groups.store import enlist_groups, groups
from alerting.work_groups.tables import work_groups
from tests.support.city import COUNTY, QIANFO


def enlisted(engine: Engine, owners: dict[str, str]) -> list[str]:
    with engine.begin() as connection:
        return enlist_groups(connection, owners)


def known(engine: Engine) -> list[WorkGroup]:
    with engine.connect() as connection:
        return groups(connection)


def test_groups_belong_to_divisions_and_officers(city: Engine) -> None:
    owners = {f"{COUNTY}/1": COUNTY, f"{COUNTY}/2": COUNTY, "grid/1": "grid"}
    assert enlisted(city, owners) == []
    assert known(city) == [
        WorkGroup(f"{COUNTY}/1", COUNTY),
        WorkGroup(f"{COUNTY}/2", COUNTY),
        WorkGroup("grid/1", QIANFO),
    ]


def test_group_without_an_owner_in_the_roster_is_reported_and_left_out(city: Engine) -> None:
    assert enlisted(city, {"grid/1": "grid", "gird/1": "gird"}) == ["gird"]
    assert [group.name for group in known(city)] == ["grid/1"]


def test_group_removed_from_the_settings_is_deleted(city: Engine) -> None:
    enlisted(city, {"grid/1": "grid", "informant/1": "informant"})
    enlisted(city, {"informant/1": "informant"})
    assert [group.name for group in known(city)] == ["informant/1"]
    enlisted(city, {})
    assert known(city) == []


def test_database_has_no_column_for_addresses() -> None:
    assert set(select(work_groups).selected_columns.keys()) == {"name", "owner"}
