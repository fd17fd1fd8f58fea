"""Cells are read in the forms in which people and spreadsheets write them."""

import pytest

from contacts.bounds import CellError
from contacts.people import Role, Vulnerability
from contacts.roster import written
from contacts.roster.headings import WORDS


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("5人", "5"),
        (" ５ ", "5"),
        ("5.0", "5"),
        ("3 口人", "3"),
        ("4 people", "4"),
        ("0", "0"),
        ("2.5", "2.5"),
        ("三人", "三人"),
        ("5-6人", "5-6人"),
    ],
)
def test_headcount_is_read(text: str, digits: str) -> None:
    assert written.headcount(text) == digits


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("13900000001、13800000001", ("+8613900000001", "+8613800000001")),
        ("13900000001/13800000001", ("+8613900000001", "+8613800000001")),
        ("13900000001；13800000001;13900000001", ("+8613900000001", "+8613800000001")),
        ("13900000001 13800000001", ("+8613900000001", "+8613800000001")),
        ("13900000001\n13800000001", ("+8613900000001", "+8613800000001")),
        ("139 0000 0001", ("+8613900000001",)),
        ("139-0000-0001", ("+8613900000001",)),
        ("１３９０００００００１", ("+8613900000001",)),
        ("'13900000001", ("+8613900000001",)),
        ("13900000001.0", ("+8613900000001",)),
        ("13900000001（儿子）", ("+8613900000001",)),
        ("8613900000001", ("+8613900000001",)),
        ("013900000001", ("+8613900000001",)),
        ("0827-7221234", ("+868277221234",)),
        ("0827 7221234", ("+868277221234",)),
        ("无", ()),
        ("/", ()),
        ("", ()),
    ],
)
def test_phones_are_read(text: str, numbers: tuple[str, ...]) -> None:
    assert written.phones(text) == numbers


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1.39E+10", "a spreadsheet has dropped digits"),
        ("1.3900000001e10", "a spreadsheet has dropped digits"),
        ("7221234", "a landline without its area code: write it as 0827-7221234"),
        ("1390000001", "has 10 digits, but a mobile number has 11"),
        ("139000000012", "has 12 digits, but a mobile number has 11"),
        ("13900000001转5", "is not a phone number"),
        ("110", "is not a phone number"),
        ("12900000001", "not in use by the numbering plan"),
        ("13900000001/7221234", "a landline without its area code"),
        ("13900000001.5", "is not a phone number|numbering plan"),
    ],
)
def test_error_for_an_uncertain_phone_names_the_remedy(text: str, reason: str) -> None:
    with pytest.raises(CellError, match=reason):
        written.phones(text)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("残疾/独居", "disabled;alone"),
        ("高龄老人、孕妇", "elderly;pregnant"),
        ("独居老人", "alone;elderly"),
        ("elderly;alone", "elderly;alone"),
        ("无", ""),
        ("退伍军人", "退伍军人"),
    ],
)
def test_vulnerability_is_read(text: str, kinds: str) -> None:
    assert written.vulnerable(text) == kinds


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("县应急局值班员", "duty_officer"),
        ("网格信息员", "informant"),
        ("Grid Officer", "grid_officer"),
        ("镇长", "town_commander"),
        ("副镇长", "副镇长"),
        ("会计", "会计"),
        ("duty_officer", "duty_officer"),
    ],
)
def test_role_is_read(text: str, role: str) -> None:
    assert written.role(text) == role


def test_words_for_vulnerability_name_existing_kinds() -> None:
    assert set(WORDS["vulnerable"]) == set(Vulnerability)
    assert set(WORDS["also"].values()) <= set(Vulnerability)
    assert set(WORDS["roles"]) == set(Role)


@pytest.mark.parametrize(
    ("text", "code"),
    [("中文", "zh"), ("English", "en"), ("", "zh"), ("无", "zh"), ("彝语", "彝语"), ("en", "en")],
)
def test_language_is_read(text: str, code: str) -> None:
    assert written.language(text, ("zh", "en"), "zh") == code


def test_unknown_language_is_returned_as_written() -> None:
    assert written.language("西班牙语", ("zh", "en"), "zh") == "西班牙语"


def test_usual_separators_between_names_are_accepted() -> None:
    assert written.names("甲、乙，丙；丁/戊") == "甲;乙;丙;丁;戊"


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (("0", "0.000"), ("", "")),
        (("31.9°", "１０７.2"), ("31.9", "107.2")),
        (("无", "-"), ("", "")),
        (("0", "107.2"), ("0", "107.2")),
    ],
)
def test_coordinates_are_read(given: tuple[str, str], read: tuple[str, str]) -> None:
    assert written.coordinates(*given) == read
