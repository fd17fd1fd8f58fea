"""Look-ups of officers on duty: the nearest to a division, those of an area, and deputies."""

from datetime import UTC, datetime
from typing import Final

import pytest
from sqlalchemy import Connection, insert

from contacts.duty.officers import (
    deputies_on_duty,
    nearest_on_duty,
    off_duty,
    officers_on_duty,
    on_call_on_duty,
)
from contacts.tables import DUTY_PERIODS, DUTY_TURNS
from tests.support.duty_week import ZONE, at

NOW: Final = datetime(2026, 8, 29, 5, 10, tzinfo=UTC)


def give_turn(city: Connection, officer: str, weekday: int) -> None:
    """Put an officer on duty for 24 hours of a weekday."""
    row = {"weekday": weekday, "begins": 0, "minutes": 24 * 60, "zone": ZONE}
    city.execute(insert(DUTY_TURNS).values(officer=officer, **row))


def give_period(city: Connection, officer: str, kind: str, of: str | None = None) -> None:
    """Add a period of leave or of a shift for an officer on the first day of the week."""
    dates = {"begins_at": at(0, 0), "ends_at": at(1, 0)}
    city.execute(insert(DUTY_PERIODS).values(officer=officer, kind=kind, in_place_of=of, **dates))


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("511921100", ["chief", "zero"]),
        ("511921100208", ["grid208", "told208"]),
        # Neither the grid nor the county has officers.
        ("511921100208001", ["grid208", "told208"]),
        ("511921", ["city"]),
        ("51", []),
        (None, []),
    ],
)
def test_nearest_officers_belong_to_the_division_or_the_nearest_above_with_officers(
    city: Connection, place: str | None, expected: list[str]
) -> None:
    assert [one.id for one in nearest_on_duty(city, place, NOW)] == expected


def test_deputy_is_told_if_the_filter_excludes_the_principal(city: Connection) -> None:
    told = nearest_on_duty(
        city, "511921100", NOW, lambda officer: officer.id in {"first", "second"}
    )
    assert [one.id for one in told] == ["first"]
    nobody_there = nearest_on_duty(city, "511921100", NOW, lambda officer: officer.id == "city")
    assert [one.id for one in nobody_there] == ["city"]


def test_deputy_is_told_while_the_principal_is_on_leave(city: Connection) -> None:
    give_turn(city, "zero", 0)
    assert [one.id for one in nearest_on_duty(city, "511921100", at(0, 9))] == ["chief", "zero"]
    give_period(city, "zero", "leave")
    assert [one.id for one in nearest_on_duty(city, "511921100", at(0, 9))] == ["chief", "first"]


def test_officers_above_are_told_if_all_officers_of_the_village_are_on_leave(
    city: Connection,
) -> None:
    for officer in ("grid208", "told208"):
        give_period(city, officer, "leave")
    told = nearest_on_duty(city, "511921100208", at(0, 9))
    assert [one.id for one in told] == ["chief", "zero"]
    called = [one.id for one in officers_on_duty(city, ["511921100208"], at(0, 9))]
    assert called == ["city", "chief", "zero", "first", "second"]
    assert [one.id for one in on_call_on_duty(city, ["511921100208"], at(0, 9))] == called
    assert len(officers_on_duty(city, ["511921100208"], at(1, 9))) == 7


def test_deputy_on_leave_is_not_called(city: Connection) -> None:
    give_period(city, "second", "leave")
    found = deputies_on_duty(city, ["first", "zero"], at(0, 9))
    assert [one.id for one in found] == ["first"]
    assert deputies_on_duty(city, [], at(0, 9)) == []


def test_named_officers_off_duty_are_found(city: Connection) -> None:
    give_period(city, "grid208", "shift", of="told208")
    give_turn(city, "chief", 1)
    assert off_duty(city, ["grid208", "told208", "chief", "nobody"], at(0, 9)) == {
        "told208",
        "chief",
    }
    assert off_duty(city, [], at(0, 9)) == set()


def test_rota_is_read_in_several_statements(
    city: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_period(city, "zero", "leave")
    monkeypatch.setattr("contacts.duty.officers._MOST_NAMED", 1)
    assert off_duty(city, ["zero", "chief"], at(0, 9)) == {"zero"}
