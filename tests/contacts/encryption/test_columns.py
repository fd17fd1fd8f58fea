import operator
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Column, Connection, String, bindparam, insert, select, type_coerce

from contacts.encryption.columns import stored_as
from contacts.tables import DIVISIONS, HOUSEHOLD_PHONES, HOUSEHOLDS, OFFICER_PHONES, OFFICERS

PHONE = "+8613900001234"
NUMBER, NAME = OFFICER_PHONES.c.number, OFFICERS.c.name


@pytest.fixture
def filled(conn: Connection) -> Connection:
    rows = [{"code": "511921100", "name": "壁州街道", "tier": "town"}]
    conn.execute(insert(DIVISIONS), rows)
    officer = {"name": "张三", "role": "grid_officer", "division": "511921100"}
    conn.execute(insert(OFFICERS), [officer | {"id": each} for each in "ab"])
    phones = [("a", 0, PHONE), ("a", 1, "+8613900005678"), ("b", 0, PHONE)]
    columns = ("officer", "position", "number")
    conn.execute(insert(OFFICER_PHONES), [dict(zip(columns, row, strict=True)) for row in phones])
    return conn


def test_database_stores_ciphertext_and_queries_return_plaintext(filled: Connection) -> None:
    for column, text in ((NUMBER, PHONE), (NAME, "张三")):
        stored = filled.scalars(select(type_coerce(column, String))).all()
        assert not [value for value in stored if text in value or text[1:] in value]
        assert text in filled.scalars(select(column)).all()


@pytest.mark.parametrize(
    "condition",
    [
        NUMBER == PHONE,
        operator.eq(NUMBER, bindparam("number")),
        NUMBER.in_([PHONE]),
        NUMBER.in_(bindparam("numbers", expanding=True)),
    ],
)
def test_phone_is_found_by_equality(filled: Connection, condition: Any) -> None:
    query = select(OFFICER_PHONES.c.officer).where(condition)
    given = {"number": PHONE, "numbers": [PHONE, "+861"]}
    found = filled.scalars(query, given).all()
    assert sorted(found) == ["a", "b"]


def test_stored_as_maps_ciphertexts_to_numbers(filled: Connection) -> None:
    of_value = stored_as(NUMBER, [PHONE, "+8613900005678"])
    stored = filled.scalars(select(type_coerce(NUMBER, String))).all()
    numbers = sorted(of_value[value] for value in stored)
    assert numbers == [PHONE, PHONE, "+8613900005678"]


@pytest.mark.parametrize("column", [NAME, OFFICERS.c.id])
def test_stored_as_refuses_columns_without_deterministic_encryption(column: Column[str]) -> None:
    with pytest.raises(TypeError, match="not findable"):
        stored_as(column, ["张三"])


def test_encrypted_phones_can_be_joined(filled: Connection) -> None:
    other = OFFICER_PHONES.alias()
    query = select(OFFICER_PHONES.c.officer).join(
        other, (other.c.number == NUMBER) & (other.c.officer != OFFICER_PHONES.c.officer)
    )
    assert sorted(filled.scalars(query)) == ["a", "b"]


def test_empty_text_stays_empty(filled: Connection) -> None:
    assert len(filled.scalars(select(OFFICERS.c.id).where(NAME != "")).all()) == 2
    assert filled.scalars(select(NUMBER).where(NUMBER == "")).all() == []


@pytest.mark.parametrize(
    "compare",
    [
        lambda: NAME == "张三",
        lambda: operator.eq(NAME, bindparam("name")),
        lambda: NAME.in_(["张三"]),
        lambda: HOUSEHOLDS.c.head == NAME,
        lambda: NAME.like("张%"),
        NAME.desc,
        lambda: NAME < "李",
        lambda: NUMBER.startswith("+86"),
        lambda: NUMBER > PHONE,
        lambda: operator.eq(NUMBER, OFFICERS.c.id),
        HOUSEHOLD_PHONES.c.number.desc,
    ],
)
def test_comparisons_that_ciphertext_cannot_answer_are_refused(
    compare: Callable[[], Column[Any]],
) -> None:
    with pytest.raises(TypeError, match="cannot compare an encrypted column"):
        compare()
