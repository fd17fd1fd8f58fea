"""Past versions of officers and divisions, such as the name that was valid at an instant."""

import ast
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Connection, select

import contacts.roster
from contacts.past import (
    History,
    division_history,
    history_with_those_above,
    names_at,
    officers_at,
    parts_at,
)
from contacts.roster.retire import retire_divisions, retire_officers_but
from contacts.roster.store import RosterEntry, store, stored_entries
from contacts.tables import DIVISIONS, OFFICERS, PAST_OFFICERS
from tests.support.city import NOW

HOUR: Final = timedelta(hours=1)
FAR_VILLAGE: Final = "511921101200"
SOURCE: Final = Path(contacts.roster.__path__[0]).parents[1]


def change(conn: Connection, key: str, hours: int, **values: Any) -> None:
    """Import an officer or a division with changed values, `hours` hours after `NOW`."""
    table = DIVISIONS if key.isdigit() else OFFICERS
    (entry,) = stored_entries(conn, table, [key]).values()
    changed = RosterEntry(entry.row | values, entry.phones)
    assert store(conn, table, [changed], NOW + hours * HOUR).updated == 1


@pytest.mark.parametrize(
    ("hours", "name"), [(0, "one"), (1, "two"), (2, "two"), (3, "today"), (None, "today")]
)
def test_version_is_valid_before_its_instant(hours: int | None, name: str) -> None:
    versions = [(NOW + HOUR, "one"), (NOW + 3 * HOUR, "two")]
    history = History({"key": "today"}, {"key": versions})
    assert history.at(None if hours is None else NOW + hours * HOUR) == {"key": name}


@pytest.mark.parametrize("hours", [0, 2, None])
def test_retired_officer_keeps_the_last_name(hours: int | None) -> None:
    history: History[str] = History({}, {"key": [(NOW + HOUR, "last")]})
    assert history.at(None if hours is None else NOW + hours * HOUR) == {"key": "last"}


def test_renamed_officer_has_each_name_in_its_time(city: Connection) -> None:
    change(city, "first", 1, name="新名", role="town_commander", division="511921101")
    then, now = (officers_at(city, ["first"], at)["first"] for at in (NOW, None))
    assert (then.name, then.role, then.division) == ("演练一", "duty_officer", "511921100")
    assert (now.name, now.role, now.division) == ("新名", "town_commander", "511921101")
    assert then.phones == now.phones != ()
    assert names_at(city, ["first", "nobody"], NOW + 2 * HOUR) == {"first": "新名"}


def test_renamed_village_has_each_name_in_its_time(city: Connection) -> None:
    change(city, FAR_VILLAGE, 1, name="新村", words={"name_en": "New"}, assembly_point="学校")
    history = history_with_those_above(city, [FAR_VILLAGE])
    then, now = history.at(NOW), history.at(None)
    assert (then[FAR_VILLAGE].name, then[FAR_VILLAGE].words) == ("鹦鸽嘴村民委员会", {})
    assert (now[FAR_VILLAGE].name, now[FAR_VILLAGE].assembly_point) == ("新村", "学校")
    assert then["511921101"].name == "民胜镇"


def test_change_of_phone_or_language_adds_no_version(city: Connection) -> None:
    (entry,) = stored_entries(city, OFFICERS, ["first"]).values()
    entry.row["language"] = "en"
    store(city, OFFICERS, [RosterEntry(entry.row, ("+8613900001234",))], NOW)
    assert city.execute(select(PAST_OFFICERS)).all() == []


def test_two_changes_at_one_instant_keep_the_version_before_both(city: Connection) -> None:
    change(city, "first", 1, name="甲")
    change(city, "first", 1, name="乙")
    assert names_at(city, ["first"], NOW) == {"first": "演练一"}
    assert names_at(city, ["first"], NOW + HOUR) == {"first": "乙"}


def test_retired_officer_and_village_keep_their_names(city: Connection) -> None:
    ids = set(city.scalars(select(OFFICERS.c.id)))
    retire_officers_but(city, ids - {"far"}, NOW + HOUR)
    codes = set(city.scalars(select(DIVISIONS.c.code)))
    retire_divisions(city, codes - {"511922"}, NOW + HOUR)
    for at in (NOW, NOW + 2 * HOUR, None):
        assert names_at(city, ["far"], at) == {"far": "演练邻县"}
        assert division_history(city, ["511922"]).at(at)["511922"].name == "南江县"
    assert [each.code for each in parts_at(city, "5119", NOW)] == ["511921", "511922"]


def test_reused_id_keeps_the_name_of_the_earlier_officer(city: Connection) -> None:
    entries = stored_entries(city, OFFICERS, ["far"])
    ids = set(city.scalars(select(OFFICERS.c.id)))
    retire_officers_but(city, ids - {"far"}, NOW + HOUR)
    other = RosterEntry(entries["far"].row | {"name": "另一人"})
    store(city, OFFICERS, [other], NOW + 3 * HOUR)
    assert names_at(city, ["far"], NOW + 2 * HOUR) == {"far": "演练邻县"}
    assert names_at(city, ["far"], None) == {"far": "另一人"}


def test_past_version_of_a_deputy_names_the_retired_principal(city: Connection) -> None:
    ids = set(city.scalars(select(OFFICERS.c.id)))
    retire_officers_but(city, ids - {"zero"}, NOW + HOUR)
    principals = [officers_at(city, ["first"], at)["first"].deputy_of for at in (NOW, None)]
    assert principals == ["zero", None]


def test_only_listed_modules_update_officers_and_divisions() -> None:
    found = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") in {"update", "delete"}
        and getattr(next(iter(call.args), None), "id", "") in {"OFFICERS", "DIVISIONS"}
    }
    # The first run may change the home division without a past version: no alert exists yet.
    assert found == {"contacts/roster/retire.py", "alerting/first_run/found.py"}
