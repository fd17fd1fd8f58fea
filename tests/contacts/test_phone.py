"""Phone numbers as people write them."""

import pytest

from contacts.phone import mask_phone, parse_phone


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
