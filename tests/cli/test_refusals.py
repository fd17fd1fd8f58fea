"""An error that the user can correct is printed in one line, with the remedy."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from alerting.cli.refusals import message_for
from tests.cli.conftest import Shell


def test_error_of_an_unreadable_file_names_it_and_the_remedy() -> None:
    with pytest.raises(OSError, match="nowhere") as failed:
        Path("nowhere.csv").read_text("utf-8")
    assert message_for(failed.value) == (
        "nowhere.csv: No such file or directory; check the name, and that you may read and write it"
    )


def test_value_error_keeps_its_message() -> None:
    assert message_for(ValueError("'x' is not a known officer")) == "'x' is not a known officer"


def test_error_of_an_unreachable_server_has_one_line() -> None:
    words = "connection failed:\n\tConnection refused.\n"
    said = message_for(OperationalError("SELECT 1", None, Exception(words)))
    assert said.startswith("The database cannot be used (connection failed: Connection refused): ")
    assert "ALERTING_DATABASE_URL" in said


def test_error_of_an_empty_database_names_the_migrate_command(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'x.db'}")
    with engine.connect() as connection, pytest.raises(OperationalError) as failed:
        connection.execute(text("SELECT * FROM officers"))
    engine.dispose()
    assert message_for(failed.value) == (
        "The database has no tables yet, or old ones (no such table: officers): "
        "run 'alerting migrate'"
    )


def test_newer_database_gives_no_traceback(empty: Shell) -> None:
    assert empty.run("migrate").returncode == 0
    database = sqlite3.connect(empty.folder / "alerting.db")
    database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.commit()
    database.close()
    run = empty.run("migrate")
    assert (run.returncode, run.stderr.count("\n")) == (2, 1)
    assert "does not know" in run.stderr
    assert "install the version that made it" in run.stderr
