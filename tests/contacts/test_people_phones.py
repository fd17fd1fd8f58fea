"""Phone numbers are read in the forms in which people write them."""

import pytest

from contacts.people import mask_phone, parse_phone, parse_roster_phone, readable_phone


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+8613900000001", "+8613900000001"),
        ("139 0000 0001", "+8613900000001"),
        ("０１０-0000 0001", "+861000000001"),
        ("(+86) 139-0000-0001", "+8613900000001"),
        ("+8610012345678", "+8610012345678"),
        ("+12025550123", "+12025550123"),
    ],
)
def test_number_is_normalised_to_e164(text: str, number: str) -> None:
    assert parse_phone(text) == number


def test_region_applies_only_without_a_plus() -> None:
    assert parse_phone("202 555 0123", "US") == "+12025550123"
    assert parse_phone("+8613900000001", "US") == "+8613900000001"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "none",
        "110",
        "12345",
        "+86139",
        "+8613900000001390000",
        "1390000000A",
        "138ABCDEFGH",
        "13900000001 ext 5",
        "13900000001#5",
        "13900000001;13900000002",
        "13900000001 13900000002",
        "tel:+8613900000001",
    ],
)
def test_anything_but_one_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a phone number: write it as \+8613900000001"):
        parse_phone(text)


@pytest.mark.parametrize(
    ("number", "masked"), [("+8613900000001", "+86139****0001"), ("+8612345", "****")]
)
def test_mask_hides_the_middle(number: str, masked: str) -> None:
    assert mask_phone(number) == masked


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("13900000001", "+8613900000001"),
        ("139.0000.0001", "+8613900000001"),
        ("0827 722 0001", "+868277220001"),
        ("+12025550143", "+12025550143"),
        ("+8610001234567", "+8610001234567"),
    ],
)
def test_number_of_the_numbering_plan_is_accepted_from_the_roster(text: str, number: str) -> None:
    assert parse_roster_phone(text) == number


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("13900000001.0", "a decimal"),
        ("13900000001,00", "a decimal"),
        ("1.3900000001E+10", "not a phone number"),
        ("1390000000", "numbering plan"),
        ("139000000012", "numbering plan"),
        ("7220001", "numbering plan"),
        ("+86139000000012", "numbering plan"),
        ("12900000001", "numbering plan"),
        ("+1202555014", "not a phone number"),
    ],
)
def test_impossible_number_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as refused:
        parse_roster_phone(text)
    assert repr(text) in str(refused.value)


def test_number_is_formatted_for_reading() -> None:
    assert readable_phone("+8613900000001") == "+86 139 0000 0001"
    assert readable_phone("+12025550143") == "+1 202-555-0143"
    assert readable_phone("+8610001234567").replace(" ", "") == "+8610001234567"
