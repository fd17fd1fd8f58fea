"""The roster is checked only in a working database; tests/cli/test_doctor.py covers all parts."""

from pathlib import Path

from sqlalchemy import Engine

from alerting.doctor.examine import examine_database
from alerting.doctor.finding import Part
from tests.support.city import POLICY, found_city


def parts(url: str) -> list[Part]:
    return list(dict.fromkeys(each.part for each in examine_database(url, POLICY)))


def test_roster_is_not_checked_if_the_database_is_missing(tmp_path: Path) -> None:
    assert parts(f"sqlite:///{tmp_path / 'none.db'}") == [Part.DATABASE]


def test_roster_is_not_checked_if_there_are_no_tables(tmp_path: Path) -> None:
    (tmp_path / "some.db").touch()
    assert parts(f"sqlite:///{tmp_path / 'some.db'}") == [Part.DATABASE, Part.SCHEMA]


def test_file_with_other_content_is_reported(tmp_path: Path) -> None:
    (tmp_path / "some.db").write_text("a letter to the office\n" * 100)
    (found,) = examine_database(f"sqlite:///{tmp_path / 'some.db'}", POLICY)
    assert "file is not a database" in found.said


def test_clock_is_compared_with_a_database_server_only(engine: Engine, database_url: str) -> None:
    with engine.begin() as connection:
        found_city(connection)
    clock = [Part.CLOCK] if engine.dialect.name == "postgresql" else []
    assert parts(database_url) == [Part.DATABASE, Part.SCHEMA, Part.ROSTER, *clock]
