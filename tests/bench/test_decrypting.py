"""Benches can read encrypted columns of a file without the service's engine."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url

from contacts.tables import HOUSEHOLDS
from scripts.benches.decrypting import opened
from tests.support.city import QIANFO, found_city, household_phone

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_sql_decrypts_phones_and_names(engine: Engine, database_url: str) -> None:
    with engine.begin() as connection:
        found_city(connection)
    with opened(Path(make_url(database_url).database or "")) as database:
        phones = database.execute("SELECT phone(number) FROM household_phones").fetchall()
        heads = database.execute(f"SELECT personal(head) FROM {HOUSEHOLDS.name}").fetchall()
    assert (household_phone(QIANFO, 3),) in phones
    assert ("住户0003",) in heads
