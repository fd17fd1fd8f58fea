"""Codes of divisions, their tiers and which division contains which."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.division import (
    Tier,
    ancestors,
    common_division,
    county_of,
    covers,
    is_household,
    parent_of,
    parse_code,
    parse_division,
    parse_household,
    subtree,
    tier_of,
    town_of,
    village_of,
)

VILLAGE = "511921100208"

TIERS = {
    "51": Tier.PROVINCE,
    "5119": Tier.CITY,
    "511921": Tier.COUNTY,
    "511921100": Tier.TOWN,
    "511921100208": Tier.VILLAGE,
    "511921100208001": Tier.GRID,
    "5119211002080001": Tier.HOUSEHOLD,
    "5119211002080010001": Tier.HOUSEHOLD,
}
CODES = st.sampled_from(sorted({len(code) for code in TIERS})).flatmap(
    lambda digits: st.text("0129", min_size=digits, max_size=digits)
)


@pytest.mark.parametrize(("code", "tier"), TIERS.items())
def test_length_of_a_code_determines_its_tier(code: str, tier: Tier) -> None:
    assert tier_of(parse_code(f" {code}\n")) is tier
    assert is_household(code) is (tier is Tier.HOUSEHOLD)


@pytest.mark.parametrize(
    "text", ["", "5", "511", "51192110020", "5119x1", "-119", "５１１９", "51.9"]
)
def test_malformed_code_is_refused(text: str) -> None:
    assert not is_household(text)
    with pytest.raises(ValueError, match="is not a division code: write 4 digits for a city"):
        parse_code(text)


@pytest.mark.parametrize(("code", "tier"), TIERS.items())
def test_code_is_either_a_division_or_a_household(code: str, tier: Tier) -> None:
    right, wrong = parse_division, parse_household
    if tier is Tier.HOUSEHOLD:
        right, wrong = wrong, right
    assert right(code) == code
    with pytest.raises(ValueError, match="household's code"):
        wrong(code)


def test_ancestors_start_with_the_nearest() -> None:
    assert ancestors("5119211002080010001") == (
        "511921100208001",
        "511921100208",
        "511921100",
        "511921",
        "5119",
        "51",
    )


@pytest.mark.parametrize(
    ("code", "parent"),
    [
        ("51", None),
        ("5119", "51"),
        ("5119211002080001", "511921100208"),
        ("5119211002080010001", "511921100208001"),
    ],
)
def test_parent_is_one_tier_above(code: str, parent: str | None) -> None:
    assert parent_of(code) == parent


@pytest.mark.parametrize("code", ["511921100208", "511921100208001", "5119211002080010001"])
def test_village_of_a_code_is_found(code: str) -> None:
    assert village_of(code) == "511921100208"


@pytest.mark.parametrize(
    ("code", "town", "county"),
    [
        ("5119211002080010001", "511921100", "511921"),
        ("511921100", "511921100", "511921"),
        ("511921", "511921", "511921"),
        ("5119", "5119", "5119"),
    ],
)
def test_town_and_county_of_a_code_are_found(code: str, town: str, county: str) -> None:
    assert (town_of(code), county_of(code)) == (town, county)


@pytest.mark.parametrize(
    ("division", "other", "expected"),
    [
        ("511921", "511921", True),
        ("511921", "511921100208", True),
        ("511921100208", "511921", False),
        ("511921", "511922", False),
    ],
)
def test_division_covers_itself_and_its_descendants(
    division: str, other: str, expected: bool
) -> None:
    assert covers(division, other) is expected


@given(CODES, CODES)
def test_subtree_range_holds_exactly_the_covered_codes(division: str, other: str) -> None:
    low, high = subtree(division)
    assert (low <= other <= high) is covers(division, other)


@given(CODES)
def test_every_ancestor_covers_its_descendants(code: str) -> None:
    assert all(covers(ancestor, code) for ancestor in ancestors(code))


@pytest.mark.parametrize(
    ("divisions", "common"),
    [
        ({VILLAGE}, VILLAGE),
        ({VILLAGE, f"{VILLAGE}001"}, VILLAGE),
        ({VILLAGE, "511921100209"}, "511921100"),
        ({VILLAGE, "511921101200"}, "511921"),
        ({VILLAGE, "32"}, ""),
        ({VILLAGE, ""}, ""),
    ],
)
def test_common_division_contains_all(divisions: set[str], common: str) -> None:
    assert common_division(divisions) == common
