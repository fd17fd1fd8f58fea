"""A drill's output: a live screen in a terminal, otherwise line by line; then the summary."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from typing import Final

from rich.console import Console
from rich.live import Live
from rich.table import Table

from alerting.drill.progress.board import Board
from alerting.drill.progress.milestones import Journal, JournalEntry
from alerting.drill.progress.screen import Screen
from alerting.drill.run.environment import Environment
from alerting.drill.run.summary import Summary
from alerting.drill.run.suspected_story import SuspectedStory
from alerting.drill.run.texts_check import TextsCheck
from alerting.drill.story_time import clock_face
from alerting.stopping import cancel
from contacts.division import tier_of

_REFRESHES_A_SECOND: Final = 8

_STATUS_SECONDS: Final = 120.0

_PATIENCE_SECONDS: Final = 15.0  # real time, in case the story goes slowly

_UNCALLED: Final = frozenset({"administrator", "deputy"})
"""Administrators are never called; deputies only in place of a silent principal."""


class Output:
    """Shows a drill on a console."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextlib.asynccontextmanager
    async def show(self, stage: Environment, board: Board, journal: Journal) -> AsyncIterator[None]:
        """Print the board's URL and show the story while the block runs."""
        self._say(
            f"{clock_face(0.0)}  watch it live: {stage.board_url}, signed in once as the "
            f"{stage.scenario.leader_title} by {stage.link}"
        )
        is_drawn = self._console.is_terminal and not self._console.is_dumb_terminal
        telling = self._live if is_drawn else self._lines
        task = asyncio.create_task(telling(stage, board, journal))
        try:
            yield
        finally:
            await cancel({task})
        if not task.cancelled():
            task.result()

    async def _live(self, stage: Environment, board: Board, journal: Journal) -> None:
        screen = Screen(
            stage.scenario,
            stage.seed,
            stage.speed,
            _officers_called(stage),
            stage.time,
            board,
            journal,
            stage.board_url,
            stage.link,
        )
        with Live(screen, console=self._console, auto_refresh=False) as live:
            try:
                while True:
                    await asyncio.sleep(1 / _REFRESHES_A_SECOND)
                    live.refresh()
            finally:
                live.refresh()

    async def _lines(self, stage: Environment, board: Board, journal: Journal) -> None:
        def say(entry: JournalEntry) -> None:
            if not entry.minor:
                self._say(f"{clock_face(entry.at)}  {entry.words}")

        for entry in journal.entries:
            say(entry)
        journal.listener = say
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    await stage.time.sleep(_STATUS_SECONDS)
            people = board.total.people
            self._say(
                f"{clock_face(stage.time.elapsed())}  -- {stage.time.speed:.3g}x; out "
                f"{people['evacuated']:,}, elsewhere {people['elsewhere']:,}, staying "
                f"{people['staying']:,}, need help {people['needs_help']:,}, unaccounted "
                f"{people['unaccounted']:,}"
            )

    def conclude(self, summary: Summary) -> None:
        """Print the summary, and each reason if the drill has failed."""
        table = Table(box=None, show_header=False, title="Summary", title_justify="left")
        for words, figure in figures_of(summary):
            table.add_row(words, figure)
        self._console.print(table)
        for words in summary.shortcomings:
            self._say(f"FAILED: {words}")

    def kept(self, stage: Environment) -> None:
        """Print the URLs of the service and the gateway, and the folder's path."""
        self._say(f"service {stage.service_url}, gateway {stage.gateway_url}, {stage.folder}")
        self._say("Ctrl-C stops both; the folder stays.")

    def _say(self, line: str) -> None:
        self._console.print(line, soft_wrap=True, markup=False, highlight=False)


def _officers_called(stage: Environment) -> dict[str, int]:
    places = (id_.rpartition("-") for id_ in stage.city.officers)
    return dict(Counter(tier_of(place) for role, _, place in places if role not in _UNCALLED))


def figures_of(summary: Summary) -> list[tuple[str, str]]:
    """Return the lines of the printed summary, each as a label and its values."""
    channels = {
        f"accounted for by {name}": f"{part.households:,} households, {part.people:,} people"
        for name, part in summary.accounted_by_channel.items()
    }
    figures = {
        "households, people": f"{summary.households:,}, {summary.people:,}",
        "unaccounted": f"{summary.unaccounted_people}",
        "first text, last text": f"{_at(summary.seconds_to_first_message)}, "
        f"{_at(summary.seconds_to_last_message)}",
        "50, 90, 99, 100 % accounted": _accounted_at(summary),
        "zero-unaccounted": _at(summary.seconds_to_zero),
        **channels,
        "answered for by neighbours": f"{summary.answered_by_neighbours:,} households",
        "standings": ", ".join(f"{n:,} {name}" for name, n in summary.standings.items()),
        "texts, segments, told twice": f"{summary.messages_sent:,}, {summary.segments_sent:,}, "
        f"{summary.duplicate_texts}",
        "texts checked": _checked(summary.texts),
        "doors opened, passed on, done": f"{summary.doors_opened:,}, {summary.doors_passed_on:,}, "
        f"{summary.doors_done:,}",
        "calls for help": f"{summary.help_cases:,}, {_share(summary.help_resolved_rate)} resolved",
        "suspected calls for help": _suspected(summary.suspected),
        "officers called, confirmed, not woken": f"{summary.officers_called:,}, "
        f"{summary.officers_confirmed:,}, {summary.officers_not_woken:,}",
        "calls by voice": f"{summary.calls_made:,}",
        **_survived(summary),
        **_carrier(summary),
        **_gauges(summary),
        **_killed(summary),
        "roll-calls": f"{summary.roll_calls}, missed by {summary.roll_call_missed:,} households; "
        f"opened again: {summary.reopened}",
        "all-clear": "given" if summary.all_clear else "NOT given",
        "ledger": "agrees with its log" if summary.ledger_agrees else "DIFFERS from its log",
        "wall time": f"{summary.wall_seconds} s, the story at {summary.mean_speed:g}x on average, "
        f"{summary.speed:g}x at most",
    }
    return list(figures.items())


def _accounted_at(summary: Summary) -> str:
    shares = (
        summary.seconds_to_50_percent,
        summary.seconds_to_90_percent,
        summary.seconds_to_99_percent,
        summary.seconds_to_100_percent,
    )
    return ", ".join(_at(seconds) for seconds in shares)


def _share(rate: float | None) -> str:
    return "none" if rate is None else f"{rate:.1%}"


def _checked(texts: TextsCheck) -> str:
    languages = ", ".join(f"{number:,} {code}" for code, number in texts.by_language.items())
    named = ", ".join(f"{number:,} {told}" for told, number in texts.by_told.items())
    verdict = "one is WRONG" if texts.wrong else "all right"
    return f"{texts.texts:,} to households, {verdict} ({languages}); they name: {named}"


def _suspected(story: SuspectedStory) -> str:
    return (
        f"{story.texts}; officers told of {story.officers_told} households, {story.asked} asked; "
        f"ended by an answer {story.ended_by_answer}, by an officer {story.ended_by_officer}"
    )


def _survived(summary: Summary) -> dict[str, str]:
    struck = ", ".join(f"{times:,} {kind}" for kind, times in summary.faults_survived.items())
    return {"faults survived": struck} if struck else {}


def _carrier(summary: Summary) -> dict[str, str]:
    story = summary.carrier
    if story is None:
        return {}
    down = "never" if story.provider_down_at is None else clock_face(story.provider_down_at)
    return {
        "first phones dead": f"{story.phones_dead:,}; {story.served_by_second_phone:,} households "
        f"served by their second phone; doors for dead phones: {story.doors_for_dead_phones:,}",
        "first provider found to lose texts": f"{down}; {story.texts_lost:,} texts lost, "
        f"{story.texts_taken_over:,} of them delivered by the second provider",
    }


def _gauges(summary: Summary) -> dict[str, str]:
    story = summary.gauges
    if story is None:
        return {}
    return {
        "readings of gauges": f"{story.readings:,}; told at yellow: {story.yellow_tellings}, "
        f"proposals: {story.proposals}",
        "gauges in trouble": f"flapping {story.crossings} times, not told again: "
        f"{story.flapping_suppressed}; silence noticed: {story.silent_noticed}; "
        f"wrong clock noticed: {story.clock_wrong_noticed}",
        "from red to the alert": _seconds(story.seconds_red_to_alert),
    }


def _seconds(seconds: float | None) -> str:
    return "never" if seconds is None else f"{seconds:.0f} s"


def _killed(summary: Summary) -> dict[str, str]:
    return {
        f"{one.process} killed at {clock_face(one.at)}": f"served again after "
        f"{one.served_after:.1f} s, itself back after {one.back_after:.1f} s"
        for one in summary.killed
    }


def _at(seconds: float | None) -> str:
    return "never" if seconds is None else clock_face(seconds)
