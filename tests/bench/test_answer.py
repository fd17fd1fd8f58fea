"""The answer bench checks that every acknowledged answer is in the database."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from scripts.benches.answer import check
from scripts.benches.webhooks import Found

FOUND = Found(answered=2, refused=0, per_second=1.0, p50_ms=1.0, p99_ms=1.0)


@pytest.fixture
def database(tmp_path: Path) -> str:
    """Return a ledger's file with two stored answers and their consequences."""
    file = tmp_path / "kept.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript("""
            CREATE TABLE inbound (id); INSERT INTO inbound VALUES (1), (2);
            CREATE TABLE evidence (id); INSERT INTO evidence VALUES (1), (2);
            CREATE TABLE events (kind);
            INSERT INTO events VALUES ('evidence.given'), ('alert.raised'), ('evidence.given');
            CREATE TABLE roll (standing);
            INSERT INTO roll VALUES ('evacuated'), ('unaccounted'), ('evacuated');
            CREATE TABLE tallies (households_evacuated); INSERT INTO tallies VALUES (0), (2);
        """)
    return str(file)


def test_stored_answers_pass(database: str) -> None:
    check(f"sqlite:///{database}", FOUND, 2)


@pytest.mark.parametrize(
    "loss",
    [
        "DELETE FROM inbound WHERE id = 1",
        "DELETE FROM evidence WHERE id = 1",
        "UPDATE events SET kind = 'other'",
        "UPDATE roll SET standing = 'unaccounted'",
        "UPDATE tallies SET households_evacuated = 0",
    ],
)
def test_any_missing_row_is_an_error(database: str, loss: str) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(loss)
        connection.commit()
    with pytest.raises(RuntimeError, match="should be kept"):
        check(f"sqlite:///{database}", FOUND, 2)


def test_refused_answer_is_an_error(database: str) -> None:
    refused = Found(answered=2, refused=1, per_second=1.0, p50_ms=1.0, p99_ms=1.0)
    with pytest.raises(RuntimeError, match="refused=1"):
        check(f"sqlite:///{database}", refused, 2)
