"""Generated rosters are complete, reproducible and accepted by the import."""

import csv
from io import StringIO

import pytest
from sqlalchemy import Connection, func, select

from contacts.directory import division, officers_for
from contacts.division import covers
from contacts.people import Role
from contacts.roster.importing import (
    bazhong_divisions,
    import_divisions,
    import_households,
    import_officers,
)
from contacts.roster.synthetic import (
    HOUSEHOLDS_2022,
    PEOPLE_2022,
    Roster,
    synthesize,
    write_divisions,
    write_households,
    write_officers,
)
from contacts.tables import HOUSEHOLD_PHONES, HOUSEHOLDS, OFFICER_PHONES
from tests.support.city import NOW

DIVISIONS = [(row["code"], row["name"], row["tier"]) for row in csv.DictReader(bazhong_divisions())]
TONGJIANG = "511921"
QIANFO = "511921100208"


def households(roster: Roster) -> str:
    out = StringIO()
    write_households(roster, out, {"zh": 97, "en": 3})
    return out.getvalue()


def divisions(roster: Roster) -> str:
    out = StringIO()
    write_divisions(roster, out)
    return out.getvalue()


def officers(roster: Roster) -> str:
    out = StringIO()
    write_officers(roster, out)
    return out.getvalue()


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


def per_village(roster: Roster) -> dict[str, int]:
    counts = dict.fromkeys((village.code for village in roster.villages), 0)
    for row in rows(households(roster)):
        counts[row["division"]] += 1
    return counts


def test_second_import_of_a_generated_county_changes_nothing(conn: Connection) -> None:
    roster = synthesize(DIVISIONS, [TONGJIANG], 2292, None, 7)
    import_divisions(conn, bazhong_divisions(), now=NOW)
    made = import_officers(conn, StringIO(officers(roster)), ["zh", "en"], now=NOW)
    report = import_households(conn, StringIO(households(roster)), ["zh", "en"], now=NOW)
    assert (report.added, report.people) == (HOUSEHOLDS_2022, PEOPLE_2022) == (2292, 5898)
    assert made.added == 3 + 2 + 33 * 3 + 367 * 2
    assert conn.scalar(select(func.count()).select_from(HOUSEHOLDS)) == 2292
    numbers = [
        *conn.scalars(select(HOUSEHOLD_PHONES.c.number)),
        *conn.scalars(select(OFFICER_PHONES.c.number)),
    ]
    assert len(numbers) == len(set(numbers)) > 2292


def test_every_tier_above_a_village_has_officers(conn: Connection) -> None:
    import_divisions(conn, bazhong_divisions(), now=NOW)
    roster = synthesize(DIVISIONS, [QIANFO], 31, 80, 7)
    import_officers(conn, StringIO(officers(roster)), ["zh", "en"], now=NOW)
    assert [(one.id, one.role, one.deputy_of) for one in officers_for(conn, [QIANFO])] == [
        ("duty-5119", Role.DUTY_OFFICER, None),
        ("deputy-5119", Role.DUTY_OFFICER, "duty-5119"),
        ("duty-511921", Role.DUTY_OFFICER, None),
        ("deputy-511921", Role.DUTY_OFFICER, "duty-511921"),
        ("commander-511921100", Role.TOWN_COMMANDER, None),
        ("duty-511921100", Role.DUTY_OFFICER, None),
        ("deputy-511921100", Role.DUTY_OFFICER, "duty-511921100"),
        ("grid-511921100208", Role.GRID_OFFICER, None),
        ("informant-511921100208", Role.INFORMANT, None),
    ]


def test_every_village_has_an_assembly_point(conn: Connection) -> None:
    roster = synthesize(DIVISIONS, [TONGJIANG], 400, None, 7)
    assert import_divisions(conn, StringIO(divisions(roster)), now=NOW).added == 1 + 1 + 33 + 367
    made = [row for row in rows(divisions(roster)) if row["tier"] == "village"]
    assert len({row["assembly_point"] for row in made}) > 300
    assert len({row["assembly_point"][-4:] for row in made}) == 3
    filled = ("route", "latitude", "longitude", "contact_phone")
    assert all(row[column] for row in made for column in filled)
    numbers = {row["contact_phone"] for row in made}
    assert len(numbers) == 367
    assert numbers.isdisjoint(row["phones"] for row in rows(officers(roster)))
    qianfo = division(conn, QIANFO)
    assert qianfo is not None
    assert qianfo.assembly_point.startswith("千佛村")


def test_generated_names_are_recognisably_synthetic() -> None:
    roster = synthesize(DIVISIONS, [TONGJIANG], 400, None, 7)
    assert all(row["head"].startswith("住户0") for row in rows(households(roster)))
    assert all(row["name"].startswith("演练") for row in rows(officers(roster)))
    assert "演练网格员 511921100208" in {row["name"] for row in rows(officers(roster))}


def test_same_seed_gives_the_same_bytes() -> None:
    one, same, other = (synthesize(DIVISIONS, [TONGJIANG], 500, 1300, seed) for seed in (7, 7, 8))
    assert households(one) == households(same) != households(other)
    assert officers(one) == officers(same) == officers(other)


def test_order_and_overlap_of_divisions_do_not_matter() -> None:
    one = synthesize(DIVISIONS, [TONGJIANG], 500, None, 7)
    other = synthesize(reversed(DIVISIONS), [QIANFO, TONGJIANG, QIANFO], 500, None, 7)
    assert one == other


@pytest.mark.parametrize("count", [367, 368, 2292, 5000])
def test_households_are_spread_evenly_over_all_villages(count: int) -> None:
    counts = per_village(synthesize(DIVISIONS, [TONGJIANG], count, None, 7))
    assert (len(counts), sum(counts.values())) == (367, count)
    assert min(counts.values()) >= 1
    assert max(counts.values()) <= 2 * count / 367 + 2


def test_some_villages_stay_empty_if_there_are_fewer_households() -> None:
    counts = per_village(synthesize(DIVISIONS, [TONGJIANG], 100, None, 7))
    assert sum(counts.values()) == 100
    assert max(counts.values()) == 1


@pytest.mark.parametrize(("people", "size"), [(50, "1"), (400, "8")])
def test_minimum_and_maximum_number_of_people_are_accepted(people: int, size: str) -> None:
    made = rows(households(synthesize(DIVISIONS, [QIANFO], 50, people, 7)))
    assert {row["headcount"] for row in made} == {size}


def test_only_the_given_divisions_are_filled() -> None:
    within = ["511921100", "511922"]
    made = rows(households(synthesize(DIVISIONS, within, 1000, None, 7)))
    divisions = {row["division"] for row in made}
    assert all(any(covers(code, division) for code in within) for division in divisions)
    assert all(any(covers(code, division) for division in divisions) for code in within)


def test_village_can_hold_9999_households() -> None:
    roster = synthesize(DIVISIONS, [QIANFO], 9999, None, 7)
    assert rows(households(roster))[-1]["code"] == "5119211002089999"


@pytest.mark.parametrize(
    ("within", "count", "people", "message"),
    [
        ([], 10, None, "name at least one"),
        (["511999"], 10, None, "there is no village in '511999'"),
        ([QIANFO, "511999"], 10, None, "there is no village in '511999'"),
        ([QIANFO], 0, None, "0 households: write 1 to"),
        ([QIANFO], 45_000_001, None, "write 1 to 45000000"),
        ([QIANFO], 10_000, None, "one village would get 10000 households"),
        ([QIANFO], 10, 9, "9 people do not fit 10 households: write 10 to 80"),
        ([QIANFO], 10, 81, "81 people do not fit 10 households: write 10 to 80"),
    ],
)
def test_impossible_totals_are_refused(
    within: list[str], count: int, people: int | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        synthesize(DIVISIONS, within, count, people, 7)
