"""Values that a column accepts, and the error texts for values that it refuses."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from contacts.people import Role
from contacts.roster.checks import Known
from contacts.roster.lines import DivisionLine, HouseholdLine, OfficerLine, columns, required

KNOWN = Known(
    divisions={"5119", "511921100", "511921100208", "511921100208001"},
    officers={"grid208"},
    languages=("zh", "en"),
)
DIVISION = {"code": "511921", "name": "通江县", "tier": "county", "parent": "5119"}
HOUSEHOLD = {
    "code": "5119211002080001",
    "division": "511921100208",
    "address": "1组1号",
    "head": "住户0001",
    "headcount": "4",
    "phones": "139 0000 0001; +8613900000002;13900000001",
    "language": "zh",
    "vulnerable": "alone;elderly;alone",
    "latitude": "31.9",
    "longitude": "107.2",
    "officer": "grid208",
    "persons": "住户0001甲; 住户0001乙",
}
OFFICER = {
    "id": "grid208",
    "name": "演练网格员",
    "role": "grid_officer",
    "division": "511921100208",
    "phones": "",
    "deputy_of": "",
}
SHAPES: dict[type[Any], dict[str, str]] = {
    DivisionLine: DIVISION,
    HouseholdLine: HOUSEHOLD,
    OfficerLine: OFFICER,
}


def read(shape: type[Any], **changes: Any) -> Any:
    return TypeAdapter(shape).validate_python(SHAPES[shape] | changes, context=KNOWN)


@pytest.mark.parametrize(
    ("shape", "header"),
    [
        (
            DivisionLine,
            "code,name,tier,parent,assembly_point,route,latitude,longitude,contact_phone",
        ),
        (
            HouseholdLine,
            "code,division,address,head,headcount,phones,language,vulnerable,"
            "latitude,longitude,officer,persons,centre,courtyard",
        ),
        (OfficerLine, "id,name,role,division,phones,deputy_of,language"),
    ],
)
def test_header_has_the_columns_of_the_line_class(shape: type[Any], header: str) -> None:
    assert ",".join(columns(shape)) == header


def test_optional_columns_may_be_absent() -> None:
    optional = set(columns(HouseholdLine)) - set(required(HouseholdLine))
    assert optional == {"persons", "centre", "courtyard"}
    assert required(OfficerLine) == columns(OfficerLine)[:-1]
    assert required(DivisionLine) == ("code", "name", "tier", "parent")
    without = {name: text for name, text in HOUSEHOLD.items() if name not in optional}
    household = TypeAdapter(HouseholdLine).validate_python(without, context=KNOWN)
    assert (household.persons, household.centre, household.courtyard) == ("", None, None)


def test_household_has_a_neighbour_of_its_village_and_a_courtyard() -> None:
    household = read(HouseholdLine, centre=" 5119211002080010007 ", courtyard="3号楼")
    assert (household.centre, household.courtyard) == ("5119211002080010007", "3号楼")


def test_household_cells_are_parsed() -> None:
    household = read(HouseholdLine)
    assert household.persons == "住户0001甲;住户0001乙"
    assert household.headcount == 4
    assert household.phones == ("+8613900000001", "+8613900000002")
    assert household.vulnerable == "elderly;alone"
    assert (household.latitude, household.longitude) == (31.9, 107.2)
    assert household.officer == "grid208"


def test_household_optional_cells_may_be_empty() -> None:
    bare = {"phones": "", "vulnerable": "", "latitude": "", "longitude": " ", "officer": ""}
    household = read(HouseholdLine, **bare, persons=" ")
    assert household.persons == ""
    assert (household.phones, household.vulnerable, household.officer) == ((), "", None)
    assert (household.latitude, household.longitude) == (None, None)


def test_household_in_a_grid_has_the_grid_as_its_division() -> None:
    household = read(HouseholdLine, code="5119211002080010001", division="511921100208001")
    assert household.division == "511921100208001"


def test_division_has_an_assembly_point_in_several_languages() -> None:
    division = read(
        DivisionLine,
        assembly_point=" 村小学 ",
        route="走东边公路",
        latitude="31.9",
        longitude="107.2",
        contact_phone="139 0000 0001",
        words={"name_en": " Qianfo ", "assembly_point_en": "", "route_es": "por el este"},
    )
    assert (division.assembly_point, division.route) == ("村小学", "走东边公路")
    assert (division.latitude, division.longitude) == (31.9, 107.2)
    assert division.contact_phone == "+8613900000001"
    assert division.words == {"name_en": "Qianfo", "route_es": "por el este"}


def test_officer_may_have_a_language() -> None:
    assert read(OfficerLine).language is None
    assert read(OfficerLine, language=" en ").language == "en"


def test_officer_cells_are_parsed() -> None:
    officer = read(OfficerLine, phones="+8613900000001", deputy_of=" chief ")
    assert (officer.role, officer.phones) == (Role.GRID_OFFICER, ("+8613900000001",))
    assert officer.deputy_of == "chief"


@pytest.mark.parametrize(
    ("role", "division"),
    [
        ("informant", "511921100208"),
        ("grid_officer", "511921100208001"),
        ("town_commander", "511921100"),
        ("duty_officer", "5119"),
        ("administrator", "511921100208"),
    ],
)
def test_role_accepts_its_tiers(role: str, division: str) -> None:
    assert read(OfficerLine, role=role, division=division).division == division


@pytest.mark.parametrize(
    ("shape", "column", "text", "message"),
    [
        (DivisionLine, "code", "51192", "is not a division code: write 4 digits"),
        (DivisionLine, "code", "5119211002080001", "is a household's code: name the village"),
        (DivisionLine, "name", " ", "is empty: fill it in"),
        (DivisionLine, "name", "通江\n县", "line break or control character: remove it"),
        (DivisionLine, "name", "通江\x00县", "line break or control character: remove it"),
        (DivisionLine, "tier", "town", "does not fit the code '511921': write county"),
        (DivisionLine, "tier", "区", "is not known: write one of province, city, county"),
        (DivisionLine, "parent", "5118", "'511921' does not lie in '5118': write '5119'"),
        (HouseholdLine, "code", "511921100208", "is not a household's code: append 4 digits"),
        (HouseholdLine, "division", "511921100209", "is not a known division: import it first"),
        (HouseholdLine, "division", "511921100208001", "does not lie in '511921100208001'"),
        (HouseholdLine, "division", "511921100", "write '511921100208', or correct the code"),
        (HouseholdLine, "address", "", "is empty: fill it in"),
        (HouseholdLine, "head", "", "is empty: fill it in"),
        (HouseholdLine, "headcount", "0", "'0' is not a headcount: write 1 to 99"),
        (HouseholdLine, "headcount", "100", "is not a headcount: write 1 to 99"),
        (HouseholdLine, "headcount", "-1", "is not a headcount: write 1 to 99"),
        (HouseholdLine, "headcount", "2.5", "is not a headcount: write 1 to 99"),
        (HouseholdLine, "headcount", "", "is not a headcount: write 1 to 99"),
        (HouseholdLine, "phones", "+8613900000001;12", r"'12' is not a phone number: write it as"),
        (HouseholdLine, "language", "fr", "is not a language here: write one of zh, en"),
        (HouseholdLine, "vulnerable", "elderly;old", "'old' is not known: write one of elderly"),
        (HouseholdLine, "latitude", "90.1", "is not in degrees: write -90 to 90"),
        (HouseholdLine, "latitude", "nan", "is not in degrees: write -90 to 90"),
        (HouseholdLine, "longitude", "-181", "is not in degrees: write -180 to 180"),
        (HouseholdLine, "longitude", "107°12'", "is not in degrees: write -180 to 180"),
        (HouseholdLine, "longitude", "", "belong together: write both, or neither"),
        (HouseholdLine, "officer", "nobody", "is not a known officer: import them first"),
        (HouseholdLine, "persons", "甲;;乙", "a name is empty: remove the extra ';'"),
        (HouseholdLine, "persons", "甲;乙;", "a name is empty: remove the extra ';'"),
        (HouseholdLine, "persons", "甲;乙; 甲", "'甲' is named twice: add something that tells"),
        (HouseholdLine, "persons", "甲；乙", "contains '；': put ';' between two names"),
        (HouseholdLine, "persons", "甲、乙", "contains '、': put ';' between two names"),
        (HouseholdLine, "persons", "甲\t乙", "line break or control character: remove it"),
        (HouseholdLine, "persons", "甲" * 41, "has 41 characters: shorten it to 40 or fewer"),
        (
            HouseholdLine,
            "persons",
            "甲;乙;丙;丁;戊",
            "5 people are named, but the headcount is 4: correct the headcount, or remove a name",
        ),
        (HouseholdLine, "centre", "511921100208", "is not a household's code: append 4 digits"),
        (HouseholdLine, "centre", "5119211002080001", "does not look after itself: leave it"),
        (HouseholdLine, "centre", "5119211002090001", "is not in the village of '51192110020800"),
        (HouseholdLine, "courtyard", "一\t院", "line break or control character: remove it"),
        (HouseholdLine, "courtyard", "院" * 41, "has 41 characters: shorten it to 40 or fewer"),
        (HouseholdLine, "head", "甲" * 81, "has 81 characters: shorten it to 80 or fewer"),
        (HouseholdLine, "address", "巷" * 121, "has 121 characters: shorten it to 120 or fewer"),
        (DivisionLine, "name", "村" * 200, "has 200 characters: shorten it to 80 or fewer"),
        (OfficerLine, "name", "甲" * 81, "has 81 characters: shorten it to 80 or fewer"),
        (DivisionLine, "assembly_point", "村" * 41, "has 41 characters: shorten it to 40 or fewer"),
        (DivisionLine, "route", "走" * 101, "has 101 characters: shorten it to 100 or fewer"),
        (DivisionLine, "latitude", "91", "is not in degrees: write -90 to 90"),
        (DivisionLine, "contact_phone", "12", "is not a phone number: write it as"),
        (OfficerLine, "language", "xx", "is not a language here: write one of zh, en"),
        (OfficerLine, "id", "", "is empty: fill it in"),
        (OfficerLine, "role", "chief", "is not known: write one of informant, grid_officer"),
        (OfficerLine, "id", "grid/1", "cannot be in a web address: write letters, digits and"),
        (OfficerLine, "id", "..", "cannot be in a web address: write letters, digits and"),
        (OfficerLine, "id", "a" * 101, "has 101 characters: shorten it to 100 or fewer"),
        (OfficerLine, "division", "511921100", "no place for a grid_officer: write the code of a"),
        (OfficerLine, "division", "511999", "is not a known division: import it first"),
        (OfficerLine, "phones", "x", "is not a phone number: write it as"),
    ],
)
def test_bad_cell_is_refused_with_its_remedy(
    shape: type[Any], column: str, text: str, message: str
) -> None:
    with pytest.raises(ValidationError, match=message) as caught:
        read(shape, **{column: text})
    assert [error["loc"] for error in caught.value.errors()] == [(column,)]


@pytest.mark.parametrize(("latitude", "longitude"), [("0", "0"), ("0.0", "-0"), ("00", "0.000")])
def test_coordinates_of_zero_are_refused(latitude: str, longitude: str) -> None:
    with pytest.raises(ValidationError, match="leave both empty"):
        read(HouseholdLine, latitude=latitude, longitude=longitude)


def test_longitude_without_latitude_is_refused() -> None:
    with pytest.raises(ValidationError, match="belong together: write both, or neither"):
        read(HouseholdLine, latitude="")


def test_every_bad_cell_of_a_line_is_reported() -> None:
    bad = dict.fromkeys(("code", "headcount", "phones", "language", "latitude", "officer"), "x")
    with pytest.raises(ValidationError) as caught:
        read(HouseholdLine, **bad)
    assert [error["loc"][0] for error in caught.value.errors()] == list(bad)
