"""The figures of the feed bench, computed from posts, log and arrivals with known results."""

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.benches.feed_board import Arrival, Board
from scripts.benches.feed_client import scopes
from scripts.benches.feed_figures import Answer, answers_in, check_fresh, spans
from scripts.benches.town import COUNTY, household_phone
from scripts.benches.webhooks import Post
from tests.support.encrypting import opened

VILLAGE, FAR = "511921100208", "511921101200"
ANSWERS = [Answer(2, VILLAGE, 1.0, 1.25), Answer(3, FAR, 1.5, 2.0)]


def board(division: str, *arrivals: tuple[float, str, int]) -> Board:
    told = Board("ws://127.0.0.1:1/", {}, division)
    empty: dict[str, Any] = {
        "alert": {},
        "tallies": {},
        "total": {},
        "households": [],
        "deliveries": None,
    }
    for at, kind, seq in arrivals:
        body = {"type": kind, "seq": seq, **empty}
        told.arrivals.append(Arrival(at, json.dumps(body).encode()))
    return told


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return a log in which the second household's answer was committed before the first one's."""
    file = tmp_path / "town.db"
    with opened(file) as connection:
        connection.executescript(f"""
            CREATE TABLE household_phones (household, number);
            INSERT INTO household_phones VALUES ('a', as_phone('{household_phone(0)}'));
            INSERT INTO household_phones VALUES ('b', as_phone('{household_phone(1)}'));
            CREATE TABLE events (seq, kind, division, subject);
            INSERT INTO events VALUES (1, 'alert.raised', '', '');
            INSERT INTO events VALUES (3, 'evidence.given', '{VILLAGE}', 'a');
            INSERT INTO events VALUES (2, 'evidence.given', '{FAR}', 'b');
        """)
    return file


def test_commit_span_respects_the_order_of_the_log(database: Path) -> None:
    posts = [Post(0, 1.0, 1.0, 3.0), Post(1, 1.5, 2.0, 2.5)]
    assert answers_in(database, posts) == [Answer(2, FAR, 2.0, 2.5), Answer(3, VILLAGE, 2.0, 3.0)]


def test_answer_missing_from_the_log_is_an_error(database: Path) -> None:
    with pytest.raises(RuntimeError, match="3 answers were taken, 2 are in the log"):
        answers_in(database, [Post(number, 1.0, 1.0, 2.0) for number in range(3)])


async def test_span_ends_with_the_first_text_that_includes_the_answer() -> None:
    county = board(
        COUNTY, (0.5, "snapshot", 1), (1.25, "heartbeat", 2), (1.5, "frame", 2), (2.0, "frame", 3)
    )
    far = board(FAR, (0.5, "snapshot", 1), (3.0, "frame", 5))
    assert list(spans([county, far], ANSWERS)) == [(0.25, 0.5), (0.0, 0.5), (1.0, 1.5)]


async def test_board_that_differs_from_a_fresh_one_is_an_error() -> None:
    fresh = board(COUNTY, (1.0, "snapshot", 9))
    check_fresh([board(COUNTY, (0.5, "snapshot", 1), (1.0, "frame", 9))], [fresh])
    other = board(COUNTY, (0.5, "snapshot", 1))
    other.arrivals.append(Arrival(1.0, fresh.arrivals[0].text.replace(b"null", b"{}")))
    with pytest.raises(RuntimeError, match="1 boards do not show"):
        check_fresh([other], [fresh])


def test_half_of_the_boards_are_of_the_county() -> None:
    divisions = scopes([VILLAGE, FAR], 8)
    assert divisions == [*[COUNTY] * 4, VILLAGE[:9], FAR[:9], VILLAGE, FAR]
    assert scopes([VILLAGE], 1) == [COUNTY]
    assert len(scopes([VILLAGE], 5)) == 5
