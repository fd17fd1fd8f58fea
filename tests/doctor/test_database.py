from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.exc import DBAPIError

from alerting.database.engine import writer_engine
from alerting.database.tables import heartbeat
from alerting.doctor.database import (
    database_findings,
    missing_file,
    patient_engine,
    room_found,
    schema_found,
    unusable,
)
from alerting.doctor.finding import Part, Severity, has_failed
from alerting.migrations.upgrade import SchemaState, schema_state


def test_migrated_database_is_good_and_stays_unchanged(engine: Engine) -> None:
    found = database_findings(engine)
    assert {each.severity for each in found} == {Severity.GOOD}
    kinds = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    assert kinds[engine.dialect.name] in found[0].said
    with engine.connect() as connection:
        assert connection.execute(select(heartbeat)).all() == []


def test_empty_database_lacks_tables_and_stays_empty(tmp_path: Path) -> None:
    file = tmp_path / "empty.db"
    file.touch()
    engine = writer_engine(f"sqlite:///{file}")
    *_, schema = database_findings(engine)
    assert (schema.part, schema.severity) == (Part.SCHEMA, Severity.FAILURE)
    assert "alerting migrate" in schema.remedy
    assert inspect(engine).get_table_names() == []
    engine.dispose()


@pytest.mark.parametrize(
    ("state", "remedy"),
    [
        (SchemaState.NEWEST, ""),
        (SchemaState.EMPTY, "run 'alerting migrate'"),
        (SchemaState.OLDER, "run 'alerting migrate'"),
        (SchemaState.UNKNOWN, "install the version that made it, or a newer one"),
    ],
)
def test_each_schema_state_has_its_remedy(state: SchemaState, remedy: str) -> None:
    found = schema_found(state)
    assert (found.remedy, found.severity is Severity.GOOD) == (remedy, not remedy)


def test_schema_of_a_newer_version_is_unknown(tmp_path: Path, sqlite_template: Path) -> None:
    file = tmp_path / "newer.db"
    file.write_bytes(sqlite_template.read_bytes())
    engine = writer_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        assert schema_state(connection) is SchemaState.NEWEST
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        assert schema_state(connection) is SchemaState.UNKNOWN
    engine.dispose()


@pytest.mark.parametrize(
    ("mebibytes", "severity"),
    [(99, Severity.FAILURE), (101, Severity.WARNING), (1025, Severity.GOOD)],
)
def test_severity_depends_on_the_free_disk_space(mebibytes: int, severity: Severity) -> None:
    assert room_found(mebibytes * 2**20, "/var").severity is severity


def test_missing_file_is_not_created(tmp_path: Path) -> None:
    found = missing_file(f"sqlite:///{tmp_path / 'none.db'}")
    assert found
    assert found.remedy == "run 'alerting migrate' to make it"
    assert list(tmp_path.iterdir()) == []


def test_missing_folder_is_reported(tmp_path: Path) -> None:
    found = missing_file(f"sqlite:///{tmp_path}/nowhere/none.db")
    assert found
    assert "make the folder" in found.remedy


def test_existing_file_and_server_url_are_not_missing(tmp_path: Path) -> None:
    (tmp_path / "some.db").touch()
    assert missing_file(f"sqlite:///{tmp_path / 'some.db'}") is None
    assert missing_file("postgresql+psycopg://u@127.0.0.1:1/d") is None


def test_read_only_database_is_detected(engine: Engine) -> None:
    if engine.dialect.name != "postgresql":
        return
    url = engine.url.update_query_dict({"options": "-c default_transaction_read_only=on"})
    reader = patient_engine(url.render_as_string(hide_password=False))
    with pytest.raises(DBAPIError, match="read-only"):
        database_findings(reader)
    reader.dispose()


def test_unusable_database_is_reported_without_its_password() -> None:
    found = unusable("postgresql+psycopg://u:geheim@h/d", "connection\n\trefused")
    assert "geheim" not in found.said
    assert found.said.endswith("cannot be used: connection refused")
    assert has_failed([found])
