"""Households that move, split or merge: which values each keeps and which are cleared."""

from typing import Any, Final

import pytest

from contacts.people import Vulnerability
from contacts.roster.household_changes import Leavers, founded, left_behind, merged, moved
from contacts.roster.store import RosterEntry

VILLAGE: Final = "511921100208"
NEXT: Final = "511921100209"
PHONES: Final = ("+8613900000001", "+8613900000002")


def entry(number: int = 1, **changes: Any) -> RosterEntry:
    row = {
        "code": f"{VILLAGE}{number:04d}",
        "division": VILLAGE,
        "address": "1组1号",
        "head": "张三",
        "headcount": 4,
        "language": "zh",
        "vulnerable": "elderly",
        "persons": "张三;李四",
        "latitude": 31.9,
        "longitude": 107.2,
        "officer": "grid",
        "centre": f"{VILLAGE}0009",
        "courtyard": "大院",
    }
    return RosterEntry(row | changes, PHONES)


@pytest.mark.parametrize(
    ("code", "division", "address", "lost"),
    [
        (f"{VILLAGE}0001", VILLAGE, "1组1号", set()),
        (f"{VILLAGE}0001", VILLAGE, "2组", {"latitude", "longitude", "courtyard"}),
        (
            f"{NEXT}0001",
            NEXT,
            "1组1号",
            {"latitude", "longitude", "courtyard", "officer", "centre"},
        ),
    ],
)
def test_move_clears_values_that_depend_on_the_old_home(
    code: str, division: str, address: str, lost: set[str]
) -> None:
    after = moved(entry(), code, division, address)
    assert {name for name, value in after.row.items() if value is None} == lost
    assert (after.row["code"], after.row["address"], after.phones) == (code, address, PHONES)
    assert after.row["headcount"] == 4


def test_split_divides_people_and_phones_between_the_households() -> None:
    leavers = Leavers("李四", 1, ["李四"], PHONES[1:], [Vulnerability.ALONE])
    rest = left_behind(entry(), leavers)
    own = founded(entry(), leavers, f"{VILLAGE}0002", VILLAGE, "1组1号")
    assert (rest.row["headcount"], own.row["headcount"]) == (3, 1)
    assert (rest.row["persons"], own.row["persons"]) == ("张三", "李四")
    assert (rest.phones, own.phones) == (PHONES[:1], PHONES[1:])
    assert (rest.row["vulnerable"], own.row["vulnerable"]) == ("elderly", "alone")
    assert (own.row["head"], own.row["latitude"]) == ("李四", 31.9)


def test_merge_keeps_head_and_address_and_lists_each_person_once() -> None:
    joining = entry(2, head="王五", persons="李四;王五", vulnerable="alone", address="9组")
    after = merged(entry(centre=f"{VILLAGE}0002"), joining, 7)
    assert (after.row["head"], after.row["address"], after.row["headcount"]) == (
        "张三",
        "1组1号",
        7,
    )
    assert (after.row["persons"], after.row["vulnerable"]) == ("张三;李四;王五", "elderly;alone")
    assert (after.row["centre"], after.phones) == (None, PHONES)
