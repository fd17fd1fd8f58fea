"""New codes for the grids and households of a village whose code changes or that is merged."""

import pytest

from contacts.bounds import CellError
from contacts.roster.village_codes import renumbered

OLD = "511921100208"
NEW = "511921100209"


def test_free_numbers_are_kept() -> None:
    codes = [f"{OLD}0001", f"{OLD}0007"]
    assert renumbered(codes, {OLD: NEW}, []) == {
        f"{OLD}0001": f"{NEW}0001",
        f"{OLD}0007": f"{NEW}0007",
    }


def test_taken_numbers_are_replaced_by_numbers_after_the_highest() -> None:
    codes = [f"{OLD}0001", f"{OLD}0002", f"{OLD}0009"]
    assert renumbered(codes, {OLD: NEW}, [f"{NEW}0001", f"{NEW}0002"]) == {
        f"{OLD}0009": f"{NEW}0009",
        f"{OLD}0001": f"{NEW}0010",
        f"{OLD}0002": f"{NEW}0011",
    }


def test_households_get_the_new_codes_of_their_grids() -> None:
    grids = renumbered([f"{OLD}001"], {OLD: NEW}, [f"{NEW}001"])
    assert grids == {f"{OLD}001": f"{NEW}002"}
    homes = renumbered([f"{OLD}0010001"], grids, [f"{NEW}0010001"])
    assert homes == {f"{OLD}0010001": f"{NEW}0020001"}


def test_village_without_free_numbers_is_refused() -> None:
    with pytest.raises(CellError, match="divide it into grids"):
        renumbered([f"{OLD}0001"], {OLD: NEW}, [f"{NEW}0001", f"{NEW}9999"])
