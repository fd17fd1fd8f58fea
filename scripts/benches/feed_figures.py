"""Figures of the feed bench, from answers, the alert's log and the frames that boards received."""

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from statistics import quantiles
from typing import Any, Final

from contacts.division import covers
from scripts.benches.decrypting import opened
from scripts.benches.feed_board import Board, shown
from scripts.benches.town import household_phone
from scripts.benches.webhooks import Post

_GIVEN: Final = """
    SELECT events.seq, events.division, phone(phones.number)
    FROM events JOIN household_phones AS phones ON phones.household = events.subject
    WHERE events.kind = 'evidence.given' ORDER BY events.seq
"""
_TELLING: Final = frozenset({"snapshot", "frame"})
_MILLISECONDS: Final = 1000.0
_KILOBYTE: Final = 1000


@dataclass(frozen=True)
class Answer:
    """An answer in the log; it was committed between `earliest` and `latest`, in seconds."""

    seq: int
    division: str
    earliest: float
    latest: float


@dataclass(frozen=True)
class Run:
    """A finished load: the posts, and the boards that watched."""

    database: Path
    posts: Sequence[Post]
    boards: Sequence[Board]
    answers_per_second: float
    service_cpu_seconds: float


def figures(run: Run) -> dict[str, float]:
    """Return percentiles of the time from answer to frame, and rates of answers and frames.

    Raises:
        RuntimeError: if an answer is missing.
    """
    answers = answers_in(run.database, run.posts)
    present = [board for board in run.boards if not board.lost]
    waits = list(spans(present, answers))
    most = quantiles((longest for _, longest in waits), n=100)
    least = quantiles((shortest for shortest, _ in waits), n=100)
    began, ended = run.posts[0].written, answers[-1].latest
    texts = [
        text
        for board in present
        for at, text in board.arrivals
        if began <= at <= ended and _body(text)["type"] in _TELLING
    ]
    return {
        "p50_ms": most[49] * _MILLISECONDS,
        "p99_ms": most[98] * _MILLISECONDS,
        "p50_ms_from_response": least[49] * _MILLISECONDS,
        "p99_ms_from_response": least[98] * _MILLISECONDS,
        "answers_per_second": run.answers_per_second,
        "frames_per_second": len(texts) / (ended - began),
        "kilobytes_per_second": sum(map(len, texts)) / (ended - began) / _KILOBYTE,
        "service_cpu_seconds": run.service_cpu_seconds,
        "boards_as_fresh": len(present),
        "boards_dropped": len(run.boards) - len(present),
        "predictions": sum(b'"prediction":' in text for text in texts),
    }


def answers_in(database: Path, posts: Sequence[Post]) -> list[Answer]:
    """Return the posted answers in the order of the log, which is the order of their commits.

    An answer is committed after its request is written and before its response arrives. It is not
    committed before an earlier one in the log, which narrows the span.

    Raises:
        RuntimeError: if an answer is not in the log.
    """
    by_phone = {household_phone(post.number): post for post in posts}
    with opened(database) as connection:
        given = [row for row in connection.execute(_GIVEN) if row[2] in by_phone]
    if len(given) != len(posts):
        raise RuntimeError(f"{len(posts)} answers were taken, {len(given)} are in the log")
    said = [by_phone[phone] for _, _, phone in given]
    written = accumulate((post.written for post in said), max)
    return [
        Answer(seq, division, earliest, post.answered)
        for (seq, division, _), earliest, post in zip(given, written, said, strict=True)
    ]


def spans(boards: Iterable[Board], answers: Sequence[Answer]) -> Iterator[tuple[float, float]]:
    """Yield, per board and answer in its division, the bounds of the time to its frame.

    The bounds are (least, most), in seconds.
    """
    for board in boards:
        told = [(_body(text), at) for at, text in board.arrivals]
        ends = [(body["seq"], at) for body, at in told if body["type"] in _TELLING]
        for answer in answers:
            if covers(board.division, answer.division):
                came = ends[bisect_left(ends, (answer.seq, 0.0))][1]
                yield came - answer.latest, came - answer.earliest


def check_fresh(boards: Iterable[Board], fresh: Iterable[Board]) -> None:
    """Compare the final state of the boards with that of fresh ones.

    Raises:
        RuntimeError: if a board differs.
    """
    expected = {board.division: _state(board) for board in fresh}
    wrong = sum(_state(board) != expected[board.division] for board in boards)
    if wrong:
        raise RuntimeError(f"{wrong} boards do not show what a fresh one shows")


def _state(board: Board) -> dict[str, Any]:
    return shown(_body(text) for _, text in board.arrivals)


@cache
def _body(text: bytes) -> dict[str, Any]:
    """Return a text's body, parsed once for all boards that received it."""
    body: dict[str, Any] = json.loads(text)
    return body
