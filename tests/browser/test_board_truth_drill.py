"""In a whole drill, all numbers of a frame have one sequence number and equal the feed's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import pytest
from playwright.async_api import Browser, Page

from alerting.drill.progress.board import Board
from alerting.drill.progress.milestones import Journal
from alerting.drill.run.drill import Options, run_drill
from alerting.drill.run.environment import Environment
from alerting.drill.run.summary import Summary
from alerting.drill.scenario import SCENARIOS, ScenarioName
from tests.browser.frames import Frame, reached, record, recorded
from tests.support.patience import PATIENCE_SECONDS

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.long]

SPEED: Final = 120.0
LEAST_ENTRIES: Final = 20
"""Least number of log entries whose frames must have been compared."""


@dataclass
class Watched:
    """The frames that the board showed in a drill, and the feed's numbers for each log entry."""

    browser: Browser
    frames: list[Frame] = field(default_factory=list)
    told: dict[int, set[tuple[int, int]]] = field(default_factory=dict)
    """Missing people and households that call for help, by sequence number, from the feed."""

    @asynccontextmanager
    async def show(
        self, stage: Environment, board: Board, _journal: Journal
    ) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(self._listen(board))
            opening = group.create_task(self._open(stage, board))
            yield
            page = await opening
            await reached(page, board.seq)
            self.frames = await recorded(page)
            await page.close()
            listening.cancel()

    async def _listen(self, board: Board) -> None:
        while True:
            await board.change()
            people, homes = board.total.people, board.total.households
            now = people["unaccounted"], homes["needs_help"]
            self.told.setdefault(board.seq, set()).add(now)

    async def _open(self, stage: Environment, board: Board) -> Page:
        """Open the commander's board, and record each of its frames."""
        await board.until(lambda: board.seq > 0)
        page = await self.browser.new_page()
        page.set_default_timeout(PATIENCE_SECONDS * 1000)
        await page.goto(stage.link)
        await page.locator("form button").first.click()
        await record(page)
        return page


async def test_no_frame_of_a_drill_contradicts_itself_or_the_feed(browser: Browser) -> None:
    watched = Watched(browser)
    options = Options(SCENARIOS[ScenarioName.QIANFO_2022], 3, SPEED)

    def done(_summary: Summary, _stage: Environment) -> None:
        pass

    await run_drill(options, watched.show, done)
    compared: set[int] = set()
    for frame in watched.frames:
        if told := watched.told.get(frame["seq"]):
            shown = frame["missing"]["headline"], frame["help"]["standings"]
            assert shown in told, frame
            compared.add(frame["seq"])
    assert len(compared) >= LEAST_ENTRIES
