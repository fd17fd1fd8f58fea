from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from sqlalchemy import Engine, delete, insert, update

from alerting.doctor.finding import Severity
from alerting.doctor.roster import (
    SHARED_BY,
    RosterCounts,
    count_roster,
    outline_findings,
    roster_findings,
)
from alerting.outlines.answers import Outlines
from alerting.outlines.read import shapes_in
from contacts.tables import HOUSEHOLD_PHONES, HOUSEHOLDS, OFFICER_PHONES, OFFICERS
from tests.support.city import (
    NEXT_VILLAGE,
    OFFICER_IDS,
    QIANFO,
    TOWN,
    found_city,
    headcount,
    household_code,
    household_phone,
)
from tests.support.outlines import collection, feature, square

SOUND = RosterCounts(
    divisions=6,
    officers=8,
    households=20,
    people=49,
    phoneless=0,
    unplaced=0,
    officers_phoneless=0,
    shared_phones=0,
    sharing=0,
    most_shared="",
    unassigned=0,
    abandoned=0,
)


def counted(engine: Engine) -> RosterCounts:
    with engine.begin() as connection:
        return count_roster(connection)


@pytest.fixture
def founded(engine: Engine) -> Engine:
    with engine.begin() as connection:
        found_city(connection)
    return engine


def test_counts_of_an_empty_roster_are_0(engine: Engine) -> None:
    counts = counted(engine)
    assert (counts.households, counts.people, counts.officers, counts.divisions) == (0, 0, 0, 0)


def test_entries_of_the_roster_are_counted(founded: Engine) -> None:
    people = 2 * sum(headcount(number) for number in range(1, 11))
    assert counted(founded) == replace(SOUND, people=people, officers=len(OFFICER_IDS), phoneless=2)


def test_missing_data_is_counted(founded: Engine) -> None:
    shared = [
        {
            "household": household_code(QIANFO, n),
            "position": 7,
            "number": household_phone(QIANFO, 1),
        }
        for n in range(2, SHARED_BY + 1)
    ]
    with founded.begin() as connection:
        connection.execute(delete(OFFICER_PHONES).where(OFFICER_PHONES.c.officer == "grid"))
        connection.execute(insert(HOUSEHOLD_PHONES), shared)
        connection.execute(
            update(HOUSEHOLDS)
            .where(HOUSEHOLDS.c.code == household_code(QIANFO, 1))
            .values(latitude=None, longitude=None)
        )
    counts = counted(founded)
    assert counts.officers_phoneless == 1
    assert counts.unplaced == 1
    assert (counts.shared_phones, counts.sharing) == (1, SHARED_BY)
    assert counts.most_shared == household_phone(QIANFO, 1)


def test_phone_of_four_households_does_not_count_as_shared(founded: Engine) -> None:
    shared = [
        {
            "household": household_code(QIANFO, n),
            "position": 7,
            "number": household_phone(QIANFO, 1),
        }
        for n in range(2, SHARED_BY)
    ]
    with founded.begin() as connection:
        connection.execute(insert(HOUSEHOLD_PHONES), shared)
    assert counted(founded).shared_phones == 0


def test_village_without_an_officer_is_abandoned_only_if_no_tier_above_has_one(
    founded: Engine,
) -> None:
    with founded.begin() as connection:
        connection.execute(delete(OFFICER_PHONES))
        connection.execute(delete(OFFICERS).where(OFFICERS.c.id == "next-grid"))
    counts = counted(founded)
    assert (counts.unassigned, counts.abandoned) == (10, 0)
    with founded.begin() as connection:
        connection.execute(
            update(HOUSEHOLDS)
            .where(HOUSEHOLDS.c.code == household_code(NEXT_VILLAGE, 1))
            .values(officer="grid")
        )
        connection.execute(
            delete(OFFICERS).where(OFFICERS.c.role.in_(["duty_officer", "town_commander"]))
        )
    counts = counted(founded)
    assert (counts.unassigned, counts.abandoned) == (9, 9)


def test_roster_without_gaps_has_one_good_finding() -> None:
    (found,) = roster_findings(SOUND)
    assert found.severity is Severity.GOOD
    assert "20 households, 49 people, 8 officers, 6 divisions" in found.said


@pytest.mark.parametrize("name", ["divisions", "officers", "households"])
def test_roster_without_one_kind_of_entry_is_a_failure(name: str) -> None:
    (found,) = roster_findings(replace(SOUND, **cast("dict[str, Any]", {name: 0})))
    assert (found.severity, found.said) == (Severity.FAILURE, f"there are no {name}")
    assert found.remedy == f"alerting contacts import {name} FILE"


@pytest.mark.parametrize(
    ("lack", "severity", "words"),
    [
        ({"phoneless": 1234}, Severity.WARNING, "1,234 households have no phone"),
        ({"unplaced": 3}, Severity.WARNING, "3 households have no coordinates"),
        ({"officers_phoneless": 3}, Severity.WARNING, "3 officers have no phone"),
        ({"unassigned": 3}, Severity.WARNING, "3 households have no officer in their grid"),
        (
            {"unassigned": 3, "abandoned": 3},
            Severity.FAILURE,
            "3 households have no officer at any tier",
        ),
        (
            {"shared_phones": 1, "sharing": 9, "most_shared": "+8613900000001"},
            Severity.WARNING,
            "9 households share phones (1 phones belong to 5 households or more each, "
            "+86139****0001 to most)",
        ),
    ],
)
def test_each_kind_of_gap_has_a_finding_with_a_remedy(
    lack: dict[str, Any], severity: Severity, words: str
) -> None:
    _, found = roster_findings(replace(SOUND, **lack))
    assert found.severity is severity
    assert found.said.startswith(words)
    assert found.remedy


def said(engine: Engine, *codes: str) -> list[tuple[Severity, str]]:
    content = collection(*(feature(code, square(107, 31, 1)) for code in codes))
    outlines = Outlines.of(shapes_in(content), datetime.now(UTC))
    with engine.begin() as connection:
        found_city(connection)
        return [(each.severity, each.said) for each in outline_findings(connection, outlines)]


def test_divisions_with_outlines_are_counted(engine: Engine) -> None:
    ((severity, words),) = said(engine, TOWN, QIANFO)
    assert severity is Severity.GOOD
    assert words.startswith("2 of ")


def test_warning_lists_ten_unknown_division_codes(engine: Engine) -> None:
    _, (severity, words) = said(engine, TOWN, *(f"5129{number:02}" for number in range(12)))
    assert severity is Severity.WARNING
    assert words.startswith("12 outlines belong to divisions that are not in the roster: 512900,")
    assert words.endswith("512909 and 2 more")


def test_outlines_have_no_finding_without_a_file(engine: Engine) -> None:
    with engine.connect() as connection:
        assert outline_findings(connection, None) == []
