from sqlalchemy import Engine, String, literal, update

from alerting.doctor.finding import Severity
from alerting.doctor.stored_values import values_found
from contacts.tables import HOUSEHOLD_PHONES, OFFICERS
from tests.support.city import found_city


def test_damaged_values_are_counted_by_column(engine: Engine) -> None:
    with engine.begin() as connection:
        found_city(connection)
        assert values_found(connection).severity is Severity.GOOD
        damaged = literal("AAAA damaged", String)
        connection.execute(update(OFFICERS).where(OFFICERS.c.id == "grid").values(name=damaged))
        first = HOUSEHOLD_PHONES.c.household.endswith("0001")
        connection.execute(update(HOUSEHOLD_PHONES).where(first).values(number=damaged))
        found = values_found(connection)
    assert found.severity is Severity.FAILURE
    assert "officers.name (1)" in found.said
    assert "household_phones.number (" in found.said
