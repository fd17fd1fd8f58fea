"""Household codes are read from cells, found in the roster, or assigned; none is guessed."""

import pytest

from contacts.bounds import CellError
from contacts.roster.codes import Codes, KnownHome, may_be_shortened, written_code

VILLAGE = "511921100208"
GRID = f"{VILLAGE}001"
HOMES = [
    KnownHome(f"{VILLAGE}0001", "甲", "1组1号", ("+8613900000001",)),
    KnownHome(f"{VILLAGE}0007", "乙", "1组2号", ("+8613900000002", "+8613900000003")),
    KnownHome(f"{GRID}0004", "丙", "1组3号", ("+8613900000002",)),
    KnownHome(f"{VILLAGE}0009", "丁", "1组4号", ("+8613900000009",)),
    KnownHome(f"{VILLAGE}0010", "丁", "1组5号", ("+8613900000009",)),
]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f" {VILLAGE}0001 ", f"{VILLAGE}0001"),
        (f"'{VILLAGE}0001", f"{VILLAGE}0001"),
        (f"{VILLAGE}0001.0", f"{VILLAGE}0001"),
        ("0001", f"{VILLAGE}0001"),
        ("１７", f"{VILLAGE}0017"),
        ("A-1", "A-1"),
    ],
)
def test_written_code_is_normalised(text: str, code: str) -> None:
    assert written_code(text, VILLAGE) == code


@pytest.mark.parametrize("text", ["5.11921E+15", "5.1192110020801e+18", f"{VILLAGE}0000"])
def test_error_for_a_shortened_code_names_the_remedy(text: str) -> None:
    with pytest.raises(CellError, match=r"set the column's format to text.*--without-codes"):
        written_code(text, VILLAGE)


def test_short_number_without_a_division_stays_as_it_is() -> None:
    assert written_code("0001", "") == "0001"


def test_zeros_beyond_fifteen_digits_may_come_from_a_spreadsheet() -> None:
    assert may_be_shortened(f"{VILLAGE}0010")
    assert may_be_shortened(f"{GRID}0000")
    assert not may_be_shortened(f"{VILLAGE}0011")
    assert not may_be_shortened(GRID)


@pytest.mark.parametrize(
    ("head", "address", "phones", "code"),
    [
        ("甲", "１组 1号", (), f"{VILLAGE}0001"),
        ("甲", "2组9号", ("+8613900000001",), f"{VILLAGE}0001"),
        ("甲的儿子", "1组1号", ("+8613900000001",), f"{VILLAGE}0001"),
        ("丙", "1组3号", (), f"{GRID}0004"),
        ("甲", "2组9号", (), None),
        ("乙的儿子", "2组9号", ("+8613900000002",), None),
        ("丁", "1组6号", ("+8613900000009",), None),
    ],
)
def test_household_is_found_by_two_of_head_address_and_phone(
    head: str, address: str, phones: tuple[str, ...], code: str | None
) -> None:
    assert Codes(HOMES).find(VILLAGE, head, address, phones) == code


def test_households_that_share_a_phone_are_told_apart_by_head_or_address() -> None:
    office = ("+8613900000008",)
    places = [(VILLAGE, "甲"), (VILLAGE, "乙"), ("511921100209", "甲"), (VILLAGE, "乙")]
    codes = Codes(
        KnownHome(f"{village}000{n}", head, f"{n}号", office)
        for n, (village, head) in enumerate(places, start=1)
    )
    assert codes.find(VILLAGE, "甲", "9号", office) == f"{VILLAGE}0001"
    assert codes.find("511921100209", "甲", "9号", office) == "5119211002090003"
    assert codes.find(VILLAGE, "乙", "9号", office) is None
    assert codes.find(VILLAGE, "乙之子", "4号", office) == f"{VILLAGE}0004"


def test_household_is_not_found_in_another_village() -> None:
    assert Codes(HOMES).find("511921100209", "甲", "1组1号", ("+8613900000001",)) is None


def test_new_code_follows_the_highest_code_of_the_division() -> None:
    codes = Codes(HOMES)
    assert codes.give(VILLAGE, "戊", "9号") == f"{VILLAGE}0011"
    assert codes.give(VILLAGE, "己", "10号") == f"{VILLAGE}0012"
    assert codes.give(GRID, "庚", "11号") == f"{GRID}0005"
    assert codes.find(VILLAGE, "戊", "9号", ()) == f"{VILLAGE}0011"


def test_full_village_is_refused_a_new_code() -> None:
    codes = Codes([KnownHome(f"{VILLAGE}9999", "甲", "1号", ())])
    with pytest.raises(CellError, match="no household code left"):
        codes.give(VILLAGE, "乙", "2号")


def test_household_named_by_code_is_not_found_for_a_row_with_another_head() -> None:
    codes = Codes(HOMES)
    codes.name(f"{VILLAGE}0001")
    codes.name(f"{VILLAGE}0020")
    assert codes.find(VILLAGE, "甲的儿子", "1组1号", ("+8613900000001",)) is None
    assert codes.find(VILLAGE, "甲", "1组1号", ()) == f"{VILLAGE}0001"
    assert codes.give(VILLAGE, "甲的儿子", "1组1号") == f"{VILLAGE}0021"
