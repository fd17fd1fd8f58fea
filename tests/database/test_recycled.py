"""The tests' connection pool resets a PostgreSQL session before the next test reuses it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, create_engine, text

from tests.support import recycled


@pytest.fixture
def engine(postgres_server: str) -> Iterator[Engine]:
    recycled.forget()
    engine = create_engine(postgres_server)
    yield engine
    engine.dispose()
    recycled.forget()


def session(connection: Connection) -> int:
    return int(connection.scalar(text("SELECT pg_backend_pid()")))


def test_reused_session_has_default_settings_and_no_locks(engine: Engine) -> None:
    with engine.execution_options(isolation_level="SERIALIZABLE").connect() as connection:
        first = session(connection)
        connection.execute(text("SET statement_timeout = '1s'"))
        connection.execute(text("SELECT pg_advisory_lock(1)"))
        connection.commit()
    engine.dispose()
    assert recycled.kept() == [first]
    with engine.connect() as connection:
        assert session(connection) == first
        assert connection.scalar(text("SHOW statement_timeout")) == "0"
        assert connection.scalar(text("SHOW transaction_isolation")) == "read committed"
        assert (
            connection.scalar(text("SELECT count(*) FROM pg_locks WHERE locktype='advisory'")) == 0
        )


def test_session_ended_by_the_server_is_not_reused(engine: Engine) -> None:
    with engine.connect() as connection:
        first = session(connection)
    engine.dispose()
    other = create_engine(engine.url.update_query_dict({"application_name": "other"}))
    with other.connect() as connection:
        connection.execute(text(f"SELECT pg_terminate_backend({first}, 60000)"))
    other.dispose()
    with engine.connect() as connection:
        assert session(connection) != first


def test_connection_with_startup_options_is_not_kept(engine: Engine) -> None:
    reading = {"options": "-c default_transaction_read_only=on"}
    unlike = create_engine(engine.url.update_query_dict(reading))
    with unlike.connect() as connection:
        session(connection)
    unlike.dispose()
    assert recycled.kept() == []


def test_warning_names_the_test_that_left_a_connection_open(engine: Engine) -> None:
    address = str(engine.url.set(drivername="postgresql").render_as_string(hide_password=False))
    connection = recycled.Recycled.connect(address)
    connection.taken_in = "test_of_nobody"
    with pytest.warns(ResourceWarning, match="^test_of_nobody left a connection"):
        del connection
