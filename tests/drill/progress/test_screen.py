import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from alerting.drill.progress.board import Board
from alerting.drill.progress.milestones import Journal, JournalEntry
from alerting.drill.progress.screen import Screen, plot
from alerting.drill.scenario import SCENARIOS, ScenarioName
from contacts.division import Tier
from tests.support.simulated_city import VILLAGE, board, event, frame

BLOCK = "█"


def test_empty_curve_shows_only_the_target() -> None:
    lines = plot([], 100, elapsed=0.0)
    assert {line.strip() for line in lines} == {"┊"}
    assert len({line.index("┊") for line in lines}) == 1
    assert lines[0].index("┊") == round(len(lines[0]) * 1800 / 2400)


def test_curve_reaches_the_top_if_all_are_accounted_for() -> None:
    lines = plot([(0.0, 100)], 100, elapsed=2400.0)
    assert all(set(line) == {BLOCK} for line in lines)


def test_curve_reaches_the_middle_if_half_are_accounted_for() -> None:
    lines = plot([(0.0, 50)], 100, elapsed=600.0)
    assert [line[0] for line in lines] == [" ", " ", "▄", BLOCK, BLOCK]
    assert lines[-1].rstrip(" ┊").count(BLOCK) == 16


def test_curve_rises_when_people_are_accounted_for() -> None:
    lines = plot([(300.0, 20), (1200.0, 100)], 100, elapsed=2400.0)
    assert lines[-1].index(BLOCK) == 7
    assert lines[0].index(BLOCK) == 29


def test_curve_of_a_long_story_fits_the_width() -> None:
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


BOARD = "http://127.0.0.1:43210/board/1"
LINK = "http://127.0.0.1:43210/in/" + "x" * 43


def render(
    seen: Board, width: int, color: bool = False, news: int = 1, height: int = 24
) -> list[str]:
    entry = JournalEntry(61.0, "通江县: the duty officer confirms the call", False)
    journal = Journal(seen.time, [entry] * news)
    screen = Screen(
        SCENARIOS[ScenarioName.TONGJIANG_2022],
        1,
        40.0,
        {Tier.CITY: 2},
        seen.time,
        seen,
        journal,
        BOARD,
        LINK,
    )
    system = "truecolor" if color else None
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        height=height,
        force_terminal=True,
        color_system=system,  # type: ignore[arg-type]
    )
    console.print(screen)
    return out.getvalue().splitlines()


SIZES = [(80, 24), (60, 20), (120, 40)]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_screen_fits_the_terminal_with_links_at_top(seen: Board, width: int, height: int) -> None:
    lines = render(seen, width, news=9, height=height)
    assert len(lines) <= height
    assert max(map(cell_len, lines)) <= width
    head = "".join("".join(lines[1:5]).split())
    assert head.startswith(f"board:{BOARD}watch:{LINK}")


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_panels_are_not_cut_off(seen: Board, width: int, height: int) -> None:
    lines = render(seen, width, news=9, height=height)
    text = "\n".join(lines)
    corners = [text.count(corner) for corner in "╭╮╰╯"]
    assert min(corners) == max(corners) > 0
    assert "…" not in text
    for words in ("EXERCISE 演练", "city 市", "household 户", "0 of 2", "1,234", "staying 12"):
        assert words in text
    assert "waiting for help" in text
    assert lines[-1].startswith(" T+01:01  通江县: the duty officer")


@pytest.mark.parametrize(("width", "height", "is_drawn"), [(80, 24, True), (60, 20, False)])
def test_curve_is_drawn_only_if_it_fits(
    seen: Board, width: int, height: int, is_drawn: bool
) -> None:
    text = "\n".join(render(seen, width, height=height))
    assert ("people accounted for" in text) is is_drawn
    assert ("half an hour" in text) is is_drawn


def test_unaccounted_number_is_shown_at_any_width(seen: Board) -> None:
    four, nought, nine, seven = "█ █", "█▀█", "█▀█", "▀▀█"
    assert any(" ".join((four, nought, nine, seven)) in line for line in render(seen, 100))
    assert " 4,097 people unaccounted or waiting for help" in [
        line.rstrip() for line in render(seen, 66)
    ]


def test_screen_shows_doors_help_and_sleeping_officers(seen: Board) -> None:
    homes = [f"{VILLAGE}{n:04d}" for n in range(5)]
    events = [
        *(event("task.opened", home, officer="grid-1") for home in homes),
        *(event("task.closed", home) for home in homes[:2]),
        *(event("help.called", home) for home in homes[:4]),
        event("help.resolved", homes[0]),
        event("officer.not_woken", "grid-1"),
    ]
    seen.take(frame(2, 90, events=events, summary={"state": "all_clear"}))
    line = " alert all-clear  doors: 3 open, 2 done  help: 3 open, 1 done  not woken: 1"
    assert line in [each.rstrip() for each in render(seen, 80)]


def test_news_fill_the_remaining_lines(seen: Board) -> None:
    counts = [
        sum("confirms the call" in line for line in render(seen, 80, news=9, height=height))
        for height in (22, 24, 40)
    ]
    assert counts == [1, 3, 5]


def test_zero_unaccounted_is_green_and_has_words(seen: Board) -> None:
    assert "\x1b[1;31m" in "".join(render(seen, 100, color=True))
    done = {"households": {"evacuated": 9}, "people": {"evacuated": 5898}}
    seen.take(frame(2, 90, tallies={VILLAGE: done}))
    text = "".join(render(seen, 100, color=True))
    assert "\x1b[1;32m" in text
    assert "accounted for: 100.0%" in text
