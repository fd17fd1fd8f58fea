"""The city of the tests in a database, with an alert in it."""

import pytest
from sqlalchemy import Engine

from tests.alert_rows import stored_alert
from tests.city import found_city


@pytest.fixture
def city(engine: Engine) -> Engine:
    """An alert's rows, and nobody on its roll."""
    with engine.begin() as connection:
        found_city(connection)
        stored_alert(connection)
    return engine
