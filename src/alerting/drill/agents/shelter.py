"""The shelter, where officers check in households at a roll-call if no text can reach them."""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from alerting.drill.city.roster import City
from alerting.drill.progress.board import Board
from alerting.drill.service.client import Service
from alerting.drill.story_time import seeded
from contacts.division import parent_of, village_of

_CHECK_IN_SECONDS: Final = (20.0, 120.0)

_CALLED: Final = "roll_call.called"


@dataclass
class Shelter:
    """The shelter for evacuated people; `officer` returns the service client of an officer."""

    alert: int
    city: City
    board: Board
    officer: Callable[[str], Service]

    async def work(self) -> None:
        """Check in all present households at each roll-call, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for number in itertools.count(1):
                await self.board.until(partial(self._is_called, number))
                for code in self.present():
                    group.create_task(self._check_in(code, number))

    def _is_called(self, number: int) -> bool:
        return self.board.log_counts.happened[_CALLED] >= number

    def present(self) -> list[str]:
        """Return the codes of the households in the shelter that no text can reach."""
        plans = {code: self.city.plan(code) for code in self.city.households}
        return [
            code
            for code, plan in plans.items()
            if plan.is_asked_in_person and plan.final_standing == "evacuated"
        ]

    def officer_for(self, household: str) -> str:
        """Return the id of the officer who checks a household in.

        It is the village's grid officer, or the town's duty officer if the grid officer sleeps.
        """
        village = village_of(household)
        grid = f"grid-{village}"
        return grid if self.city.is_awake(grid) else f"duty-{parent_of(village)}"

    async def _check_in(self, code: str, number: int) -> None:
        dice = seeded(self.city.seed, f"shelter:{number}:{code}")
        await self.board.time.sleep(dice.uniform(*_CHECK_IN_SECONDS))
        arrival = {"household": code, "key": f"roll-call-{number}-{code}"}
        service = self.officer(self.officer_for(code))
        await service.tell(f"/api/alerts/{self.alert}/check-ins", arrival)
