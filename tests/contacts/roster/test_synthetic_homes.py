"""The generated households of one village."""

from collections import Counter
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.people import parse_phone
from contacts.roster.lines import HouseholdLine, columns
from contacts.roster.synthetic_homes import (
    HOUSEHOLDS_A_COURTYARD,
    PROPORTIONS,
    SIZE_WEIGHTS,
    Village,
    homes,
    phone_number,
    seeded,
)

QIANFO = Village("511921100208", "千佛村民委员会", first=100, households=3000, people=7720)
LANGUAGES = {"zh": 90, "en": 6, "es": 4}
ROWS = [dict(zip(columns(HouseholdLine), row, strict=True)) for row in homes(7, QIANFO, LANGUAGES)]


def share(count: int) -> float:
    return count / len(ROWS)


def village(code: str, households: int = 50) -> Village:
    return Village(code, "村民委员会", 0, households, households)


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.just(n), st.integers(n, 8 * n))))
def test_household_sizes_add_up_to_any_possible_total(totals: tuple[int, int]) -> None:
    households, people = totals
    rows = list(
        homes(1, Village("511921100208", "千佛村民委员会", 0, households, people), LANGUAGES)
    )
    sizes = [int(str(row[4])) for row in rows]
    assert (len(sizes), sum(sizes)) == totals
    assert set(sizes) <= set(SIZE_WEIGHTS)


def test_empty_village_has_no_rows() -> None:
    assert list(homes(1, village("511921100208", 0), LANGUAGES)) == []


def test_codes_start_with_the_village() -> None:
    assert [row["code"] for row in ROWS] == [f"511921100208{i:04d}" for i in range(1, 3001)]
    assert {row["officer"] for row in ROWS} == {"grid-511921100208"}


@pytest.mark.parametrize(
    ("name", "place"),
    [("千佛村民委员会", "千佛村"), ("箭口河社区居民委员会", "箭口河社区"), ("林场", "林场")],
)
def test_address_starts_with_the_place(name: str, place: str) -> None:
    (row,) = homes(1, Village("511921100208", name, 0, 1, 1), LANGUAGES)
    assert row[2:4] == (f"{place}1组1号", "住户0001")


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_household_sizes_follow_their_weights(size: int) -> None:
    found = share(sum(row["headcount"] == size for row in ROWS))
    assert found == pytest.approx(SIZE_WEIGHTS[size] / 1000, abs=0.03)


def test_vulnerabilities_and_phones_match_their_shares() -> None:
    phones = [str(row["phones"]) for row in ROWS]
    found = {
        "vulnerable": share(sum(row["vulnerable"] != "" for row in ROWS)),
        "phoneless": share(phones.count("")),
        "with a second phone, of those with one": sum(";" in text for text in phones)
        / sum(text != "" for text in phones),
    }
    assert found == pytest.approx(PROPORTIONS, abs=0.03)
    assert found["phoneless"] > 0.02


def test_languages_follow_their_weights() -> None:
    read = Counter(str(row["language"]) for row in ROWS)
    found = {language: share(count) for language, count in read.items()}
    assert found == pytest.approx({"zh": 0.9, "en": 0.06, "es": 0.04}, abs=0.015)


def test_first_household_of_a_courtyard_is_the_centre_of_the_others() -> None:
    first, second, *_, eleventh = ROWS[: HOUSEHOLDS_A_COURTYARD + 1]
    assert (first["centre"], first["courtyard"]) == ("", "1号院")
    assert (second["centre"], second["courtyard"]) == (first["code"], "1号院")
    assert (eleventh["centre"], eleventh["courtyard"]) == ("", "2号院")


def test_only_households_of_one_person_are_marked_alone() -> None:
    assert {row["headcount"] for row in ROWS if "alone" in str(row["vulnerable"])} == {1}


def test_one_household_in_ten_lists_all_its_people() -> None:
    named = [row for row in ROWS if row["persons"]]
    assert len(named) == len(ROWS) // 10
    for row in named:
        names = str(row["persons"]).split(";")
        assert len(set(names)) == len(names) == row["headcount"]
        assert all(name.startswith(str(row["head"])) for name in names)


def test_phones_are_valid_unique_and_unassigned() -> None:
    numbers = list(chain.from_iterable(str(r["phones"]).split(";") for r in ROWS if r["phones"]))
    assert len(set(numbers)) == len(numbers)
    assert all(parse_phone(number) == number for number in numbers)
    assert min(numbers) >= "+8610000000200"
    assert max(numbers) < "+8610000006200"
    assert phone_number(99_999_999) == "+8610099999999"


def test_coordinates_lie_close_together_in_the_county() -> None:
    latitudes = [float(str(row["latitude"])) for row in ROWS]
    longitudes = [float(str(row["longitude"])) for row in ROWS]
    assert 31.6 < min(latitudes) < max(latitudes) < 32.6
    assert 107.0 < min(longitudes) < max(longitudes) < 107.9
    assert 0.01 < max(latitudes) - min(latitudes) <= 0.0401
    assert 0.01 < max(longitudes) - min(longitudes) <= 0.0401


def test_village_coordinates_do_not_depend_on_the_seed() -> None:
    one, other = (list(homes(seed, village("511921100208"), LANGUAGES)) for seed in (1, 2))
    assert one != other
    assert abs(float(str(one[0][8])) - float(str(other[0][8]))) <= 0.0401


def test_villages_of_a_town_are_close_and_other_counties_are_far() -> None:
    near, far, foreign = (
        float(str(next(homes(1, village(code), LANGUAGES))[8]))
        for code in ("511921100209", "511923100200", "110101001001")
    )
    assert abs(near - float(str(ROWS[0]["latitude"]))) < 0.19
    assert 31.25 < far < 32.75
    assert 31.25 < foreign < 32.75


def test_random_generator_is_the_same_in_any_process() -> None:
    assert seeded(7, "villages").randrange(10**6) == seeded(7, "villages").randrange(10**6)
    assert seeded("511921100208").random() == 0.5332909904919455
    assert seeded(7).random() != seeded(8).random()
