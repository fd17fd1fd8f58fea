"""Officers on duty: the nearest ones, those of an area, deputies, and the rota of each."""

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
    """Give an officer the whole of a weekday."""
    row = {"weekday": weekday, "begins": 0, "minutes": 24 * 60, "zone": ZONE}
    city.execute(insert(DUTY_TURNS).values(officer=officer, **row))


def give_period(city: Connection, officer: str, kind: str, of: str | None = None) -> None:
    """Give an officer a period over the first day of the week."""
    dates = {"begins_at": at(0, 0), "ends_at": at(1, 0)}
    city.execute(insert(DUTY_PERIODS).values(officer=officer, kind=kind, in_place_of=of, **dates))


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("511921100", ["chief", "zero"]),
        ("511921100208", ["grid208", "told208"]),
        # A grid without officers of its own, and a county with none.
        ("511921100208001", ["grid208", "told208"]),
        ("511921", ["city"]),
        ("51", []),
        (None, []),
    ],
)
def test_nearest_on_duty_are_of_the_place_or_of_the_next_above_with_anybody(
    city: Connection, place: str | None, expected: list[str]
) -> None:
    assert [one.id for one in nearest_on_duty(city, place, NOW)] == expected


def test_a_deputy_is_told_where_the_principal_is_not_among_those_who_may(city: Connection) -> None:
    told = nearest_on_duty(
        city, "511921100", NOW, lambda officer: officer.id in {"first", "second"}
    )
    assert [one.id for one in told] == ["first"]
    nobody_there = nearest_on_duty(city, "511921100", NOW, lambda officer: officer.id == "city")
    assert [one.id for one in nobody_there] == ["city"]


def test_rota_says_whom_of_a_town_to_call(city: Connection) -> None:
    """`chief` is a commander; `zero` a duty officer with `first` and `second` as deputies."""
    give_turn(city, "zero", 0)
    assert [one.id for one in nearest_on_duty(city, "511921100", at(0, 9))] == ["chief", "zero"]
    give_period(city, "zero", "leave")
    assert [one.id for one in nearest_on_duty(city, "511921100", at(0, 9))] == ["chief", "first"]


def test_place_all_of_whose_officers_are_on_leave_is_told_above(city: Connection) -> None:
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


def test_rota_of_many_officers_is_read_whole(
    city: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_period(city, "zero", "leave")
    monkeypatch.setattr("contacts.duty.officers._MOST_NAMED", 1)
    assert off_duty(city, ["zero", "chief"], at(0, 9)) == {"zero"}
