"""Tests of the village drill from end to end, with real processes and an accelerated clock."""

import asyncio
import contextlib
import io
import json
import os
import re
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from rich.console import Console

from alerting.drill.progress.board import Board
from alerting.drill.progress.milestones import Journal
from alerting.drill.run.drill import Options, run_drill
from alerting.drill.run.environment import Environment
from alerting.drill.run.output import Output, figures_of
from alerting.drill.run.summary import Summary
from alerting.drill.scenario import SCENARIOS, Carrier, ScenarioName

pytestmark = pytest.mark.long

SEED = 5
QIANFO = SCENARIOS[ScenarioName.QIANFO_2022]


@pytest.fixture(scope="module")
def commanded(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, str, dict[str, Any]]:
    """Run the command without a terminal; return its exit code, output and summary."""
    file = tmp_path_factory.mktemp("drill") / "summary.json"
    arguments = ("--scenario", "qianfo-2022", "--seed", str(SEED), "--speed", "200")

    async def run() -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "alerting", "drill", *arguments, "--json", str(file)),
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()

    code, said = asyncio.run(run())
    return code, said, json.loads(file.read_text("utf-8")) if file.exists() else {}


def test_drill_ends_with_nobody_unaccounted(commanded: tuple[int, str, dict[str, Any]]) -> None:
    code, said, summary = commanded
    assert code == 0, said
    assert (summary["households"], summary["people"]) == (QIANFO.households, QIANFO.people)
    assert (summary["unaccounted_people"], summary["zero_unaccounted"]) == (0, True)
    assert (summary["closed"], summary["all_clear"], summary["ledger_agrees"]) == (True,) * 3
    assert (summary["untold_households"], summary["duplicate_texts"]) == ([], 0)
    assert sum(summary["standings"].values()) == QIANFO.households


def test_summary_has_increasing_times_and_both_channels(
    commanded: tuple[int, str, dict[str, Any]],
) -> None:
    _, said, summary = commanded
    names = ("first_message", "last_message", "50_percent", "90_percent", "99_percent", "zero")
    times = [summary[f"seconds_to_{name}"] for name in names]
    assert times == sorted(times), said
    assert times[-1] < 7200
    by = summary["accounted_by_channel"]
    assert by["sms"]["people"] + by["door"]["people"] == QIANFO.people
    assert by["sms"]["households"] > by["door"]["households"] > 0


def test_drill_uses_doors_help_calls_voice_and_neighbours(
    commanded: tuple[int, str, dict[str, Any]],
) -> None:
    _, said, summary = commanded
    assert summary["doors_opened"] >= summary["doors_done"] > 0, said
    assert summary["doors_opened"] > summary["accounted_by_channel"]["door"]["households"] * 0.9
    assert (summary["help_cases"] > 0, summary["help_resolved_rate"]) == (True, 1.0)
    called, confirmed = summary["officers_called"], summary["officers_confirmed"]
    assert called >= confirmed >= called - summary["officers_not_woken"] > 0
    assert summary["calls_made"] > 0
    assert summary["answered_by_neighbours"] > 0
    assert "neighbours are asked about the first silent households" in said


def test_missed_roll_call_reopens_the_alert_until_closed_again(
    commanded: tuple[int, str, dict[str, Any]],
) -> None:
    _, said, summary = commanded
    assert summary["roll_calls"] >= 1
    assert (summary["roll_call_missed"] > 0, summary["reopened"] > 0) == (True, True), said
    assert said.index("is open again") > said.index("closes the alert")
    assert said.rindex("closes the alert") > said.index("is open again")


def test_output_without_terminal_is_line_by_line(
    commanded: tuple[int, str, dict[str, Any]],
) -> None:
    _, said, _ = commanded
    lines = said.splitlines()
    assert re.fullmatch(
        r"T\+00:00  watch it live: (http://127\.0\.0\.1:\d+)/board/1, signed in once as the "
        r"commander by \1/in/\S+",
        lines[0],
    )
    assert lines[1] == "T+00:00  千佛村: the informant texts '滑坡 千佛村后山有裂缝，有石头滚落'"
    for words in (
        "120 households, 310 people; five tiers are called",
        "诺江镇: the commander confirms the call (叫应)",
        "诺江镇: the commander may not close it yet: ",
        "people are unaccounted",
        "nobody is unaccounted any more, and no call for help is open",
        "诺江镇: the commander closes the alert",
        "roll-call 1: 1",
        "roll-call 1 ends: ",
        "诺江镇: the commander gives the all-clear: everybody may return",
    ):
        assert words in said
    assert "\x1b" not in said
    assert any(re.match(r"T\+\d+:\d\d  -- [\d.]+x; out ", line) for line in lines)


async def test_gauges_start_the_evacuation(nowhere: Callable[[], list[Path]]) -> None:
    told, words = list[tuple[str, str]](), list[str]()

    @contextlib.asynccontextmanager
    async def show(_stage: Environment, _board: Board, journal: Journal) -> AsyncIterator[None]:
        yield
        words.extend(entry.words for entry in journal.entries)

    def done(summary: Summary, _stage: Environment) -> None:
        told.extend(figures_of(summary))

    ended = await run_drill(Options(SCENARIOS[ScenarioName.RAIN_2022], SEED, 60.0), show, done)
    assert ended.shortcomings == []
    assert (ended.people, ended.unaccounted_people) == (QIANFO.people, 0)
    story = ended.gauges
    assert story
    assert story.seconds_red_to_alert
    assert 0 < story.seconds_red_to_alert < 300
    assert {"readings of gauges", "gauges in trouble", "from red to the alert"} <= dict(told).keys()
    for each in (
        "officers are told: the rain gauge at the school is at yellow",
        "officers are told: the crack meter on the back slope is at red",
        "officers are told: the rain gauge in the upper field is silent",
        "officers are told: the rain gauge at the mill has a wrong clock",
        "nobody is told again: the rain gauge at the bridge flaps",
        "诺江镇: the duty officer approves it",
    ):
        assert each in words
    assert nowhere() == []


async def test_bad_carrier_leaves_nobody_unaccounted(nowhere: Callable[[], list[Path]]) -> None:
    output = Output(Console(file=io.StringIO()))
    told = list[str]()

    def done(summary: Summary, _stage: Environment) -> None:
        told.extend(label for label, _ in figures_of(summary))

    options = Options(QIANFO, SEED, speed=60.0, carrier=Carrier.BAD)
    ended = await run_drill(options, output.show, done)
    assert ended.shortcomings == []
    story = ended.carrier
    assert story
    assert 10 <= story.phones_dead <= 13  # A tenth of the households with a phone.
    assert story.served_by_second_phone >= story.phones_dead / 2
    assert story.doors_for_dead_phones < story.phones_dead
    assert story.texts_lost >= story.texts_taken_over > 0
    assert story.provider_down_at
    assert story.provider_down_at >= 180
    assert {"first phones dead", "first provider found to lose texts"} <= set(told)
    assert nowhere() == []


@pytest.mark.long
async def test_equal_seeds_end_with_equal_standings_at_any_speed(
    commanded: tuple[int, str, dict[str, Any]], nowhere: Callable[[], list[Path]]
) -> None:
    out = io.StringIO()
    console = Console(file=out, width=100, height=30, force_terminal=True, color_system=None)
    output, ended, watched = Output(console), list[Path](), list[tuple[str, Any]]()

    @contextlib.asynccontextmanager
    async def show(stage: Environment, board: Board, journal: Journal) -> AsyncIterator[None]:
        async with output.show(stage, board, journal):
            watched.append(await _signed_in_by(stage.link))
            yield

    def done(_summary: Summary, stage: Environment) -> None:
        ended.append(stage.folder)

    again = await run_drill(Options(QIANFO, SEED, speed=150.0), show, done)
    assert again.shortcomings == []
    assert again.standings_digest == commanded[2]["standings_digest"]
    assert "EXERCISE 演练" in out.getvalue()
    assert watched == [("/board/1", QIANFO.commander)]
    assert not ended[0].exists()
    assert nowhere() == []


async def _signed_in_by(link: str) -> tuple[str, Any]:
    """Return the path that a one-time link redirects to and the id of the signed-in officer."""
    jar = aiohttp.CookieJar(unsafe=True)  # Accept cookies from an IP address.
    async with aiohttp.ClientSession(cookie_jar=jar) as browser:
        async with browser.post(link, allow_redirects=False) as answer:
            there = answer.headers["Location"]
        async with browser.get(f"{answer.url.origin()}/api/me") as answer:
            return there, (await answer.json())["id"]


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[Path]]:
    """Make drills use folders in `tmp_path`; return a function that lists what is left there."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return lambda: list(tmp_path.iterdir())
