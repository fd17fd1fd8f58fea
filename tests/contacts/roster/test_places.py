"""Divisions and officers are found by the names in a file, unless a name is ambiguous."""

import pytest

from contacts.bounds import CellError
from contacts.roster.places import OfficersByName, Places

NAMES = {
    "5119": "巴中市",
    "511921": "通江县",
    "511921100": "诺江镇",
    "511921101": "民胜镇",
    "511921100208": "千佛村民委员会",
    "511921100208001": "一网格",
    "511921101208": "千佛村民委员会",
    "511921101209": "元顶村民委员会",
}
OFFICERS = OfficersByName(
    [
        ("a", "何翠英", "511921100208"),
        ("b", "张建国", "511921100"),
        ("c", "张建国", "511921101209"),
        ("d", "王大贵", "511921100"),
        ("e", "王大贵", "511921100"),
    ]
)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("通江县诺江镇千佛村1组1号", "511921100208"),
        ("四川省巴中市通江县民胜镇千佛村1组1号", "511921101208"),
        ("民胜镇千佛村", "511921101208"),
        ("元顶村2组", "511921101209"),
        ("诺江镇千佛村一网格3号", "511921100208001"),
        ("千佛村1组1号", None),
        ("通江县诺江镇1号", None),
        ("1组1号", None),
        ("诺江镇元顶村2组", None),
    ],
)
def test_village_is_found_in_an_address(address: str, code: str | None) -> None:
    assert Places(NAMES).in_address(address) == code


@pytest.mark.parametrize("top", ["5119", "511921", "511921100"])
@pytest.mark.parametrize("above", ["四川省巴中市通江县", "巴中市通江县", "通江县", ""])
def test_address_may_name_divisions_above_the_roster(top: str, above: str) -> None:
    """The roster of a county or a town begins with that division."""
    stored = Places({code: name for code, name in NAMES.items() if code.startswith(top)})
    assert stored.in_address(f"{above}诺江镇千佛村1组1号") == "511921100208"
    assert stored.in_address(f"{above}远镇千佛村1组1号") is None


def test_division_of_the_file_decides_between_villages_of_one_name() -> None:
    places = Places(NAMES, "511921100")
    assert places.in_address("通江县千佛村1组") == "511921100208"
    assert places.named("千佛村") == "511921100208"
    assert places.in_address("民胜镇千佛村1组") is None


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (("元顶村",), "511921101209"),
        (("诺江镇千佛村",), "511921100208"),
        (("元顶村村委会",), "511921101209"),
        (("诺江镇", "千佛村民委员会"), "511921100208"),
        (("", "民胜镇", "千佛村", ""), "511921101208"),
    ],
)
def test_village_is_found_by_its_names(names: tuple[str, ...], code: str) -> None:
    assert Places(NAMES).named(*names) == code


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("千佛村", "may be 511921100208, 511921101208: write the code"),
        ("万佛村", "is not a division here"),
        ("诺江镇", "is not a division here"),
    ],
)
def test_ambiguous_or_unknown_village_name_is_refused(name: str, said: str) -> None:
    with pytest.raises(CellError, match=said):
        Places(NAMES).named(name)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("通江县", "511921"),
        ("诺江镇", "511921100"),
        ("元顶村", "511921101209"),
        ("巴中市通江县民胜镇", "511921101"),
    ],
)
def test_division_of_any_tier_is_found_by_name(name: str, code: str) -> None:
    assert Places(NAMES).division(name) == code


@pytest.mark.parametrize("name", ["千佛村", "南江县", ""])
def test_ambiguous_or_unknown_division_name_is_refused(name: str) -> None:
    with pytest.raises(CellError, match=r"may be|is not a division"):
        Places(NAMES).division(name)


@pytest.mark.parametrize(
    ("written", "division", "officer"),
    [
        ("a", "511921100208", "a"),
        ("", "511921100208", ""),
        ("何翠英", "511921100209", "a"),
        ("张建国", "511921100208", "b"),
        ("张建国", "511921101209", "c"),
    ],
)
def test_officer_is_found_by_id_or_name(written: str, division: str, officer: str) -> None:
    assert OFFICERS.named(written, division) == officer


@pytest.mark.parametrize(
    ("name", "said"),
    [("王大贵", "may be d, e: write the id"), ("何翠", "is not a known officer: import them")],
)
def test_ambiguous_or_unknown_officer_name_is_refused(name: str, said: str) -> None:
    with pytest.raises(CellError, match=said):
        OFFICERS.named(name, "511921100208")
