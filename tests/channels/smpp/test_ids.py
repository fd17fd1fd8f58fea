"""The id in a receipt is matched with the id in the response, in any spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.channels.smpp.ids import answered_ids, plain_id, spellings


@pytest.mark.parametrize(
    ("answered", "receipted"),
    [
        ("39f99dd5", "972660181"),
        ("39F99DD5", "0972660181"),
        ("39f99dd5", "39F99DD5"),
        ("39f99dd5", "0x39f99dd5"),
        ("0039f99dd5", "39f99dd5"),
        ("972660181", "39f99dd5"),
        ("0000000972660181", "0x39F99DD5"),
        ("a3c1-77", "A3C1-77"),
        ("0", "0000"),
    ],
)
def test_id_is_found_in_another_spelling(answered: str, receipted: str) -> None:
    found = {each for plain in answered_ids(receipted).values() for each in spellings(plain)}
    assert answered in found


@given(st.integers(0, 2**64 - 1), st.integers(0, 20))
def test_every_number_is_found_in_decimal_and_hexadecimal(number: int, width: int) -> None:
    decimal, hexadecimal = str(number), f"{number:x}".zfill(width)
    assert plain_id(decimal) in answered_ids(hexadecimal).values()
    assert plain_id(hexadecimal) in answered_ids(decimal).values()


@given(st.text(max_size=80))
def test_any_id_has_few_spellings(receipted: str) -> None:
    assert sum(len(spellings(plain)) for plain in answered_ids(receipted).values()) <= 126
