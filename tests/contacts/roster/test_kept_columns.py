"""Columns confirmed for a division are known for its next file."""

from sqlalchemy import Connection

from contacts.roster.headings import Layout
from contacts.roster.kept_columns import confirmed_columns, keep_columns


def layout(**fields: str) -> Layout:
    return Layout("households", 1, tuple(fields), tuple(fields.values()), is_confirmed=False)


def test_kept_columns_hold_for_the_division_and_those_below(conn: Connection) -> None:
    keep_columns(conn, "households", "", [layout(当家人="head")])
    keep_columns(conn, "households", "511921100", [layout(当家人="officer", 序号="")])
    assert confirmed_columns(conn, "households", "") == {"当家人": "head"}
    assert confirmed_columns(conn, "households", "511921") == {"当家人": "head"}
    for division in ("511921100", "511921100208"):
        assert confirmed_columns(conn, "households", division) == {"当家人": "officer", "序号": ""}


def test_columns_of_officers_are_others(conn: Connection) -> None:
    keep_columns(conn, "officers", "", [layout(姓名="name")])
    assert confirmed_columns(conn, "households", "") == {}
    assert confirmed_columns(conn, "officers", "") == {"姓名": "name"}


def test_later_columns_replace_earlier_ones(conn: Connection) -> None:
    keep_columns(conn, "households", "", [layout(当家人="head", 电话="phones")])
    keep_columns(conn, "households", "", [layout(当家人="officer"), layout(人数="headcount")])
    assert confirmed_columns(conn, "households", "") == {
        "人数": "headcount",
        "当家人": "officer",
        "电话": "phones",
    }
