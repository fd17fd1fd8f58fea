"""An import is atomic: it stores the whole file or nothing."""

from collections.abc import Callable
from io import StringIO

import pytest
from sqlalchemy import Connection, Table, func, select

from contacts.directory import division, household, officer
from contacts.roster.importing import (
    bazhong_divisions,
    import_divisions,
    import_households,
    import_officers,
)
from contacts.roster.problems import RosterError
from contacts.roster.store import Report
from contacts.tables import DIVISIONS, HOUSEHOLD_PHONES, HOUSEHOLDS, OFFICERS
from tests.support.city import NOW

DIVISION_HEADER = "code,name,tier,parent\n"
OFFICER_HEADER = "id,name,role,division,phones,deputy_of\n"
HOUSEHOLD_HEADER = (
    "code,division,address,head,headcount,phones,language,vulnerable,latitude,longitude,officer\n"
)
CITY = "5119,巴中市,city,51\n"
COUNTY = "511921,通江县,county,5119\n"
LANGUAGES = ("zh", "en")


def households(rows: str) -> Callable[[Connection], Report]:
    return lambda conn: import_households(
        conn, StringIO(HOUSEHOLD_HEADER + rows), LANGUAGES, now=NOW
    )


def officers(rows: str) -> Callable[[Connection], Report]:
    return lambda conn: import_officers(conn, StringIO(OFFICER_HEADER + rows), LANGUAGES, now=NOW)


def divisions(rows: str) -> Callable[[Connection], Report]:
    return lambda conn: import_divisions(conn, StringIO(DIVISION_HEADER + rows), now=NOW)


def problems(conn: Connection, load: Callable[[Connection], Report]) -> list[str]:
    with pytest.raises(RosterError) as caught:
        load(conn)
    return str(caught.value).splitlines()


def count(conn: Connection, table: Table) -> int | None:
    return conn.scalar(select(func.count()).select_from(table))


def duty(id_: str, deputy_of: str = "") -> str:
    return f"{id_},演练,duty_officer,5119,,{deputy_of}\n"


def home(code: str, headcount: int = 2, phones: str = "") -> str:
    return f"{code},{code[:-4]},1号,住户0001,{headcount},{phones},zh,,,,\n"


def test_packaged_divisions_of_bazhong_are_imported(conn: Connection) -> None:
    assert import_divisions(conn, bazhong_divisions(), now=NOW) == Report(1954, 0, 0)
    assert import_divisions(conn, bazhong_divisions(), now=NOW) == Report(0, 0, 1954)
    village, top = division(conn, "511921100208"), division(conn, "5119")
    assert village is not None
    assert (village.name, village.parent) == ("千佛村民委员会", "511921100")
    assert top is not None
    assert (top.name, top.parent) == ("巴中市", None)


def test_translated_names_and_assembly_points_are_stored(conn: Connection) -> None:
    header = DIVISION_HEADER.strip() + ",assembly_point,name_en,assembly_point_es,contact_phone\n"
    text = header + CITY.strip() + ",体育馆,Bazhong,el gimnasio,+8613900000001\n"
    assert import_divisions(conn, StringIO(text), now=NOW) == Report(1, 0, 0)
    assert import_divisions(conn, StringIO(text), now=NOW) == Report(0, 0, 1)
    stored = division(conn, "5119")
    assert stored is not None
    assert (stored.assembly_point, stored.contact_phone) == ("体育馆", "+8613900000001")
    assert stored.in_words("name", "en") == "Bazhong"
    assert stored.in_words("assembly_point", "es") == "el gimnasio"
    assert stored.in_words("name", "es") is None
    assert import_divisions(conn, StringIO(text.replace("el gim", "gim")), now=NOW) == Report(
        0, 1, 0
    )


def test_error_names_the_translated_column(conn: Connection) -> None:
    text = DIVISION_HEADER.strip() + ",name_en\n" + CITY.strip() + f",{'B' * 201}\n"
    (problem,) = problems(conn, lambda conn: import_divisions(conn, StringIO(text), now=NOW))
    assert problem.startswith("line 2, name_en: ")
    assert problem.endswith("has 201 characters: shorten it to 200 or fewer")


def test_children_may_precede_their_parents(conn: Connection) -> None:
    assert divisions(COUNTY + CITY)(conn).added == 2


def test_parent_may_be_stored_already(city: Connection) -> None:
    assert divisions("511921102,春在镇,town,511921\n")(city) == Report(1, 0, 0)


def test_stored_parent_is_kept(conn: Connection) -> None:
    divisions("51,四川省,province,\n" + CITY)(conn)
    assert divisions(CITY)(conn) == Report(0, 0, 1)


def test_divisions_of_the_topmost_tier_may_lack_parents(conn: Connection) -> None:
    assert divisions(CITY + "5118,雅安市,city,51\n")(conn).added == 2


@pytest.mark.parametrize(
    "rows",
    [
        CITY + "511921100,诺江镇,town,511921\n",
        CITY + "511921100,诺江镇,town,\n",
        CITY + COUNTY + "511922100208,千佛村,village,511922100\n",
    ],
)
def test_parent_below_the_topmost_tier_must_be_known(conn: Connection, rows: str) -> None:
    last = rows.count("\n") + 1
    (problem,) = problems(conn, divisions(rows))
    assert problem.startswith(f"line {last}, parent: ")
    assert "is not known: write '51192" in problem
    assert count(conn, DIVISIONS) == 0


def test_parent_is_required_if_another_division_of_the_tier_has_one(city: Connection) -> None:
    rows = "511921100208002,二网格,grid,511921100208\n511921100299001,一网格,grid,511921100299\n"
    (problem,) = problems(city, divisions(rows))
    assert problem.startswith("line 3, parent: '511921100299' is not known")


def test_child_of_a_refused_line_is_not_reported(conn: Connection) -> None:
    rows = CITY + "511921,,county,5119\n511921100,诺江镇,town,511921\n"
    assert problems(conn, divisions(rows)) == ["line 3, name: is empty: fill it in"]


def test_report_counts_people(city: Connection) -> None:
    load = households(home("5119211002080001", 3) + home("5119211002080009", 5))
    assert load(city) == Report(added=1, updated=1, unchanged=0, people=8)
    assert load(city) == Report(added=0, updated=0, unchanged=2, people=8)


def test_update_replaces_phones(city: Connection) -> None:
    households(home("5119211002080001", 4, "+8610000000077"))(city)
    changed = household(city, "5119211002080001")
    assert changed is not None
    assert changed.phones == ("+8610000000077",)


def test_refused_file_changes_nothing(city: Connection) -> None:
    before = [city.execute(select(table)).all() for table in (HOUSEHOLDS, HOUSEHOLD_PHONES)]
    rows = (
        home("5119211002080001", 9, "+8610000000077")
        + home("5119211002080009", 0)
        + home("5119211009990001")
        + home("5119211002080009")
    )
    found = problems(city, households(rows))
    assert [problem.split(": ")[0] for problem in found] == [
        "line 3, headcount",
        "line 4, division",
        "line 5, code",
    ]
    after = [city.execute(select(table)).all() for table in (HOUSEHOLDS, HOUSEHOLD_PHONES)]
    assert after == before


def test_more_names_than_the_headcount_are_refused(city: Connection) -> None:
    def named(*cells: str) -> Callable[[Connection], Report]:
        header = HOUSEHOLD_HEADER.replace("\n", ",persons\n")
        rows = (
            home(f"511921100208{number:04d}").replace("\n", f",{cell}\n")
            for number, cell in enumerate(cells, 1)
        )
        source = StringIO(header + "".join(rows))
        return lambda conn: import_households(conn, source, LANGUAGES, now=NOW)

    assert problems(city, named("甲;乙", "甲;乙;丙")) == [
        "line 3, persons: 3 people are named, but the headcount is 2: "
        "correct the headcount, or remove a name"
    ]
    assert named("甲;乙", "乙")(city).updated == 2
    kept = select(HOUSEHOLDS.c.persons).order_by(HOUSEHOLDS.c.code).limit(3)
    assert city.scalars(kept).all() == ["甲;乙", "乙", ""]


def homes_with_centres(**centre_by_code: str) -> StringIO:
    """Return a CSV file of households with the code of the household that looks after each."""
    rows = (home(code.strip("_")).replace("\n", f",{to}\n") for code, to in centre_by_code.items())
    return StringIO(HOUSEHOLD_HEADER.replace("\n", ",centre\n") + "".join(rows))


def test_neighbour_may_come_later_in_the_file_or_be_stored_already(city: Connection) -> None:
    source = homes_with_centres(
        _5119211002080007="5119211002080008",
        _5119211002080008="5119211002080001",
    )
    assert import_households(city, source, LANGUAGES, now=NOW).added == 2
    found = household(city, "5119211002080007")
    assert found is not None
    assert found.centre == "5119211002080008"


def test_unknown_neighbour_is_refused_and_nothing_is_stored(city: Connection) -> None:
    before = count(city, HOUSEHOLDS)
    source = homes_with_centres(_5119211002080007="", _5119211002080008="5119211002080099")
    assert problems(city, lambda conn: import_households(conn, source, LANGUAGES, now=NOW)) == [
        "line 3, centre: '5119211002080099' is not a known household: add its line, or correct it"
    ]
    assert count(city, HOUSEHOLDS) == before


def test_neighbour_missing_from_a_whole_file_is_refused(city: Connection) -> None:
    before = count(city, HOUSEHOLDS)
    source = homes_with_centres(_5119211002080007="5119211002080001")
    found = problems(
        city, lambda conn: import_households(conn, source, LANGUAGES, whole=True, now=NOW)
    )
    assert found == [
        "line 2, centre: '5119211002080001' is not a known household: add its line, or correct it"
    ]
    assert count(city, HOUSEHOLDS) == before


def test_language_that_the_service_lacks_is_refused(city: Connection) -> None:
    source = StringIO(HOUSEHOLD_HEADER + home("5119211002080001"))
    with pytest.raises(RosterError, match="is not a language here: write one of en"):
        import_households(city, source, ["en"], now=NOW)


def test_deputy_may_precede_the_principal(city: Connection) -> None:
    load = officers(duty("c", "b") + duty("b", "a") + duty("a", "first"))
    assert load(city) == Report(3, 0, 0)
    found = officer(city, "c")
    assert found is not None
    assert found.deputy_of == "b"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            duty("a", "x") + duty("b", "y"),
            ["line 2, deputy_of: 'x' is not a", "line 3, deputy_of: 'y' is not a"],
        ),
        (duty("a", "a"), ["line 2, deputy_of: nobody deputises for themselves (a -> a)"]),
        (
            duty("a", "b") + duty("b", "a"),
            [
                "line 2, deputy_of: nobody deputises for themselves (a -> b -> a)",
                "line 3, deputy_of: nobody deputises for themselves (b -> a -> b)",
            ],
        ),
        (
            duty("zero", "second"),
            ["line 2, deputy_of: nobody deputises for themselves (zero -> second ->"],
        ),
        (
            duty("a", "b") + duty("b", "b"),
            ["line 3, deputy_of: nobody deputises for themselves (b -> b)"],
        ),
    ],
)
def test_unknown_or_circular_deputies_are_refused(
    city: Connection, rows: str, expected: list[str]
) -> None:
    before = city.execute(select(OFFICERS)).all()
    found = problems(city, officers(rows))
    assert len(found) == len(expected)
    assert all(problem.startswith(start) for problem, start in zip(found, expected, strict=True))
    assert city.execute(select(OFFICERS)).all() == before


def test_deputy_and_principal_may_swap_in_one_file(city: Connection) -> None:
    assert officers(duty("zero", "first") + duty("first"))(city) == Report(0, 2, 0)


def test_deputy_of_a_refused_line_is_not_reported(city: Connection) -> None:
    found = problems(city, officers("a,,duty_officer,5119,,\n" + duty("b", "a")))
    assert found == ["line 2, name: is empty: fill it in"]
