"""A small city for tests, with two villages of households and officers at every tier."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, insert

from alerting.deliveries.rules.providers import Provider
from alerting.policy.policy import parse_policy
from alerting.policy.sections import Channel
from contacts.directory import Officer, officer
from contacts.tables import DIVISIONS, HOUSEHOLD_PHONES, HOUSEHOLDS, OFFICER_PHONES, OFFICERS
from tests.support.replayed import replayed

CITY: Final = "5119"
COUNTY: Final = "511921"
TOWN: Final = "511921100"
QIANFO: Final = "511921100208"
NEXT_VILLAGE: Final = "511921100209"
FAR_TOWN: Final = "511921101"
POLICY: Final = parse_policy('[cap]\nsender = "alerts.example.org"')
NOW: Final = datetime(2026, 8, 29, 5, 10, tzinfo=UTC)
TEXTING: Final = Provider("texts", Channel.SMS, ("texts",))
CALLING: Final = Provider("calls", Channel.VOICE, ("calls",))
BY_CHANNEL: Final = {Channel.SMS: TEXTING, Channel.VOICE: CALLING}

_DIVISIONS: Final = (
    (CITY, "巴中市", "city", None),
    (COUNTY, "通江县", "county", CITY),
    (TOWN, "诺江镇", "town", COUNTY),
    (FAR_TOWN, "远镇", "town", COUNTY),
    (QIANFO, "千佛村", "village", TOWN),
    (NEXT_VILLAGE, "邻村", "village", TOWN),
)
_OFFICERS: Final = (
    ("city-duty", "duty_officer", CITY),
    ("county-duty", "duty_officer", COUNTY),
    ("commander", "town_commander", TOWN),
    ("far-commander", "town_commander", FAR_TOWN),
    ("informant", "informant", QIANFO),
    ("grid", "grid_officer", QIANFO),
    ("next-grid", "grid_officer", NEXT_VILLAGE),
    ("administrator", "administrator", CITY),
)
OFFICER_IDS: Final = tuple(name for name, _, _ in _OFFICERS)
VULNERABLE_EVERY: Final = 5
PHONELESS_EVERY: Final = 10


def household_code(village: str, number: int) -> str:
    """Return the code of a village's household, numbered from 1."""
    return f"{village}{number:04d}"


def household_phone(village: str, number: int) -> str:
    """Return the first phone of a household."""
    return f"+86100{village[-3:]}{number:05d}"


def officer_phone(officer_id: str) -> str:
    """Return the phone of an officer."""
    return f"+861009{OFFICER_IDS.index(officer_id):07d}"


def headcount(number: int) -> int:
    """Return the number of people in a village's household with this number."""
    return 1 + number % 4


def found_city(connection: Connection, households: int = 10) -> None:
    """Insert the divisions, the officers, and `households` households in each village."""
    replayed(connection, _found, households)


def _found(connection: Connection, households: int) -> None:
    connection.execute(
        insert(DIVISIONS),
        [
            {"code": code, "name": name, "tier": tier, "parent": parent}
            for code, name, tier, parent in _DIVISIONS
        ],
    )
    connection.execute(
        insert(OFFICERS),
        [
            {"id": id_, "name": f"officer {id_}", "role": role, "division": division}
            for id_, role, division in _OFFICERS
        ],
    )
    connection.execute(
        insert(OFFICER_PHONES),
        [{"officer": id_, "position": 0, "number": officer_phone(id_)} for id_, _, _ in _OFFICERS],
    )
    for village in (QIANFO, NEXT_VILLAGE):
        _settle(connection, village, range(1, households + 1))


def settle(connection: Connection, village: str, numbers: Sequence[int]) -> None:
    """Insert the households of these numbers in a village."""
    replayed(connection, _settle, village, tuple(numbers))


def _settle(connection: Connection, village: str, numbers: Sequence[int]) -> None:
    connection.execute(insert(HOUSEHOLDS), [_household(village, number) for number in numbers])
    connection.execute(
        insert(HOUSEHOLD_PHONES),
        [
            {
                "household": household_code(village, number),
                "position": 0,
                "number": household_phone(village, number),
            }
            for number in numbers
            if number % PHONELESS_EVERY
        ],
    )


def _household(village: str, number: int) -> dict[str, Any]:
    return {
        "code": household_code(village, number),
        "division": village,
        "address": f"{number}号",
        "head": f"住户{number:04d}",
        "headcount": headcount(number),
        "language": "en" if number % 7 == 0 else "zh",
        "vulnerable": "" if number % VULNERABLE_EVERY else "elderly",
        "latitude": 31.9 + number / 1000,
        "longitude": 107.2,
    }


def somebody(connection: Connection, officer_id: str) -> Officer:
    """Return an officer of the city."""
    found = officer(connection, officer_id)
    assert found is not None
    return found


def after(seconds: float) -> datetime:
    """Return the time `seconds` after `NOW`."""
    return NOW + timedelta(seconds=seconds)
