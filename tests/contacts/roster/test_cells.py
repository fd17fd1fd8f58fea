"""Checks of a cell's text, and names of columns for other languages."""

import pytest

from contacts.roster.cells import TRANSLATED, bounded_cell, optional_cell, text_cell


def test_text_is_trimmed_and_may_be_optional() -> None:
    assert text_cell(" 村小学 ") == "村小学"
    assert optional_cell(" ") is None
    with pytest.raises(ValueError, match="is empty: fill it in"):
        text_cell(" ")
    with pytest.raises(ValueError, match="control character"):
        optional_cell("村\x07小学")


def test_bounded_cell_accepts_its_maximum_and_none() -> None:
    assert bounded_cell(3, "abc") == "abc"
    assert bounded_cell(3, None) is None
    with pytest.raises(ValueError, match="'abcd' has 4 characters: shorten it to 3 or fewer"):
        bounded_cell(3, "abcd")


@pytest.mark.parametrize("column", ["name_en", "assembly_point_es", "route_zh-Hant", "name_fil"])
def test_translated_column_ends_with_the_language_code(column: str) -> None:
    assert TRANSLATED.fullmatch(column)


@pytest.mark.parametrize("column", ["name_", "name_EN", "name_english", "tier_en", "name"])
def test_other_columns_are_not_taken_for_translations(column: str) -> None:
    assert not TRANSLATED.fullmatch(column)
