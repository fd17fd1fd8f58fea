import io

import pytest
from rich.console import Console

from alerting.drill.progress.board import Board
from alerting.drill.progress.journal import Journal, JournalEntry
from alerting.drill.progress.screen import Screen, plot
from alerting.drill.scenario import SCENARIOS, ScenarioName
from contacts.division import Tier
from tests.support.simulated_city import VILLAGE, board, event, frame

BLOCK = "█"


def test_an_empty_curve_shows_the_target_alone() -> None:
    lines = plot([], 100, elapsed=0.0)
    assert {line.strip() for line in lines} == {"┊"}
    assert len({line.index("┊") for line in lines}) == 1
    assert lines[0].index("┊") == round(len(lines[0]) * 1800 / 2400)


def test_all_accounted_for_reaches_the_top() -> None:
    lines = plot([(0.0, 100)], 100, elapsed=2400.0)
    assert all(set(line) == {BLOCK} for line in lines)


def test_half_accounted_for_reaches_the_middle() -> None:
    lines = plot([(0.0, 50)], 100, elapsed=600.0)
    assert [line[0] for line in lines] == [" ", " ", "▄", BLOCK, BLOCK]
    assert lines[-1].rstrip(" ┊").count(BLOCK) == 16


def test_the_curve_rises_where_the_people_do() -> None:
    lines = plot([(300.0, 20), (1200.0, 100)], 100, elapsed=2400.0)
    assert lines[-1].index(BLOCK) == 7
    assert lines[0].index(BLOCK) == 29


def test_a_long_story_is_squeezed_in() -> None:
    short, long = (plot([(2000.0, 100)], 100, elapsed=e)[0] for e in (2400.0, 4800.0))
    assert len(short) == len(long)
    assert long.index(BLOCK) < short.index(BLOCK)


@pytest.fixture
def seen() -> Board:
    seen = board()
    people = {"unaccounted": 4096, "needs_help": 1, "staying": 12, "evacuated": 1789}
    counts = {"households": {"unaccounted": 9}, "people": people}
    texts = {tier: {"sms": {"delivered": 1234}} for tier in ("city", "household")}
    seen.take(frame(1, 60, tallies={VILLAGE: counts}, deliveries=texts))
    return seen


def render(seen: Board, width: int, color: bool = False, news: int = 1) -> list[str]:
    entry = JournalEntry(61.0, "通江县: the duty officer confirms the call", False)
    journal = Journal(seen.time, [entry] * news)
    screen = Screen(
        SCENARIOS[ScenarioName.TONGJIANG_2022], 1, {Tier.CITY: 2}, seen.time, seen, journal
    )
    system = "truecolor" if color else None
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        height=30,
        force_terminal=True,
        color_system=system,  # type: ignore[arg-type]
    )
    console.print(screen)
    return out.getvalue().splitlines()


def test_shows_tiers_people_and_news_in_24_lines(seen: Board) -> None:
    lines = render(seen, 100)
    text = "\n".join(lines)
    assert len(lines) <= 24
    for words in ("EXERCISE 演练", "city 市", "0 of 2", "1,234", "unaccounted 4,096", "staying 12"):
        assert words in text
    assert lines[-1].startswith(" T+01:01  通江县: the duty officer")
    assert "\x1b" not in text


def test_the_number_counts_who_waits_for_help_too(seen: Board) -> None:
    top = render(seen, 100)[2]
    four, nought, nine, seven = "█ █", "█▀█", "█▀█", "▀▀█"
    assert " ".join((four, nought, nine, seven)) in top


def test_shows_doors_help_and_who_sleeps(seen: Board) -> None:
    homes = [f"{VILLAGE}{n:04d}" for n in range(5)]
    events = [
        *(event("task.opened", home, officer="grid-1") for home in homes),
        *(event("task.closed", home) for home in homes[:2]),
        *(event("help.called", home) for home in homes[:4]),
        event("help.resolved", homes[0]),
        event("officer.not_woken", "grid-1"),
    ]
    seen.take(frame(2, 90, events=events, summary={"state": "all_clear"}))
    line = " alert all-clear  doors: 3 pending, 2 done  help: 3 open, 1 resolved  not woken: 1"
    assert render(seen, 100)[10].rstrip() == line


def test_many_news_make_it_no_longer(seen: Board) -> None:
    assert len(render(seen, 100, news=9)) == 24


def test_fits_a_narrow_terminal(seen: Board) -> None:
    for line in render(seen, 66):
        assert len(line) <= 66


def test_the_number_turns_green_with_words_beside_it(seen: Board) -> None:
    assert "\x1b[1;31m" in "".join(render(seen, 100, color=True))
    done = {"households": {"evacuated": 9}, "people": {"evacuated": 5898}}
    seen.take(frame(2, 90, tallies={VILLAGE: done}))
    text = "".join(render(seen, 100, color=True))
    assert "\x1b[1;32m" in text
    assert "accounted for: 100.0%" in text
