"""`alerting readiness`: exit status, text and JSON."""

import json
from pathlib import Path

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from alerting.cli import app
from alerting.database.engine import writer_engine
from contacts.tables import OFFICERS
from tests.support.city import found_city


@pytest.fixture
def roster(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALERTING_DATABASE_URL", database_url)
    engine = writer_engine(database_url)
    with engine.begin() as connection:
        found_city(connection)
    engine.dispose()
    return database_url


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_readiness_exits_1_if_somebody_would_be_missed(roster: str) -> None:
    ready = CliRunner().invoke(app, ["readiness"])
    assert ready.exit_code == 0
    assert "511921100  50 people  zero after" in ready.output
    assert "no_phone  household 5119211002080010  in 511921100208  1" in ready.output
    assert ready.output.endswith("Nobody would be missed\n")
    engine = writer_engine(roster)
    with engine.begin() as connection:
        connection.execute(update(OFFICERS).values(role="informant"))
    engine.dispose()
    missed = CliRunner().invoke(app, ["readiness", "--json"])
    assert missed.exit_code == 1
    told = json.loads(missed.output)
    assert told["missed"] == 20
    assert told["gaps"][0]["reason"] == "nobody_knocks"
