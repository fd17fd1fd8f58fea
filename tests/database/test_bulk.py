"""Many rows or keys passed as one JSON parameter arrive unchanged."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.exc import IntegrityError

from alerting.database.bulk import ROWS, among, insert_rows, one_of, pairs_parameter, rows_parameter
from alerting.database.tables import leases

START = datetime(2022, 8, 29, 1, 2, 3, 456789, tzinfo=UTC)
_NAMES = select(leases.c.name).where(one_of(leases.c.name, "names")).order_by(leases.c.name)


def row(name: str, fence: int = 0, holder: str = "") -> dict[str, object]:
    return {"name": name, "holder": holder, "fence": fence, "until": START}


def names_in(engine: Engine, names: Sequence[str]) -> list[str]:
    with engine.begin() as connection:
        return list(connection.execute(_NAMES, {"names": names}).scalars())


@pytest.mark.parametrize("text", ["", "'", '"', "\\", "\n", "后山裂缝", "𠀀", '{"a": [1]}', "null"])
def test_each_value_round_trips(engine: Engine, text: str) -> None:
    with engine.begin() as connection:
        connection.execute(insert_rows(leases.c), {ROWS: [row("one", 2**30, text)]})
        found = connection.execute(select(leases)).one()
    assert (found.name, found.holder, found.fence, found.until) == ("one", text, 2**30, START)


def test_rows_keep_their_order(engine: Engine) -> None:
    names = [f"{number * 7919 % 1000:04d}" for number in range(1000)]
    later = [row(name) | {"until": START + timedelta(seconds=1)} for name in names]
    with engine.begin() as connection:
        found = connection.execute(select(*rows_parameter(leases.c).c), {ROWS: later}).all()
    assert [each.name for each in found] == names
    assert {each.until for each in found} == {START + timedelta(seconds=1)}


def test_none_becomes_null(engine: Engine) -> None:
    columns = (leases.c.name, leases.c.holder, leases.c.until)
    with engine.begin() as connection:
        found = connection.execute(
            select(*rows_parameter(columns).c),
            {ROWS: [{"name": "one", "holder": None, "until": None}]},
        ).one()
    assert tuple(found) == ("one", None, None)


def test_values_are_matched_by_name(engine: Engine) -> None:
    there_and_back = [row("one", 1, "a"), dict(reversed(row("two", 2, "b").items()))]
    with engine.begin() as connection:
        connection.execute(insert_rows(leases.c), {ROWS: there_and_back})
        found = connection.execute(select(leases).order_by(leases.c.name)).all()
    assert [(each.name, each.fence, each.holder, each.until) for each in found] == [
        ("one", 1, "a", START),
        ("two", 2, "b", START),
    ]


def test_no_rows_insert_nothing(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(insert_rows(leases.c), {ROWS: []})
        assert not connection.execute(select(leases)).all()


def test_batch_with_one_bad_row_is_refused(engine: Engine) -> None:
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(insert_rows(leases.c), {ROWS: [row("one"), row("two"), row("one")]})
    assert not names_in(engine, ["one", "two"])


def test_one_of_matches_only_the_given_keys(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(insert_rows(leases.c), {ROWS: [row("a"), row("村"), row("c'")]})
    assert names_in(engine, ["村", "c'", "d", "村"]) == ["c'", "村"]
    assert names_in(engine, []) == []


def test_pairs_keep_their_order(engine: Engine) -> None:
    pairs = pairs_parameter(leases.c.name, leases.c.fence)
    given = {"三": 3, "'": 1, "10": 2**31 - 1, "2": 1}
    with engine.begin() as connection:
        query = select(pairs.c.name, pairs.c.fence).order_by(pairs.c.place)
        found = connection.execute(query, {ROWS: given}).all()
    assert [tuple(each) for each in found] == [*given.items()]


def test_among_finds_the_chosen_rows(engine: Engine) -> None:
    names = [f"{number:03d}" for number in range(100)]
    chosen = select(leases.c.name).where(leases.c.name < "002").cte("chosen")
    found = select(leases.c.name).where(among(leases.c.name, select(chosen.c.name)))
    with engine.begin() as connection:
        connection.execute(insert_rows(leases.c), {ROWS: [row(name) for name in names]})
        assert sorted(connection.execute(found).scalars()) == ["000", "001"]
        changed = update(leases).where(among(leases.c.name, select(chosen.c.name))).values(fence=7)
        connection.execute(changed)
        marked = select(leases.c.name).where(leases.c.fence == 7)
        assert sorted(connection.execute(marked).scalars()) == ["000", "001"]
