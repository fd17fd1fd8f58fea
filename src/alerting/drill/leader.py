"""Who decides: confirms the call, widens the alert, and closes it, not before nobody is missing."""

import asyncio
from dataclasses import dataclass
from typing import Final

from alerting.drill.board import Board
from alerting.drill.chance import seeded
from alerting.drill.city import City
from alerting.drill.errors import DrillError
from alerting.drill.journal import Journal
from alerting.drill.scenario import Scenario
from alerting.drill.service import Service

EARLY_CLOSE: Final = 720.0
LIMIT: Final = 7200.0
"""Story seconds after which a drill that has not come to its end is stuck."""

_CONFIRM: Final = (30.0, 90.0)
_WIDEN: Final = (120.0, 240.0)
_LOOK_SECONDS: Final = 0.1
_NAMED: Final = 20
_IN_QUESTION: Final = frozenset({"unaccounted", "partly", "needs_help"})


@dataclass
class Leader:
    """The officer who leads a scenario, from the call to the closing of `alert`."""

    scenario: Scenario
    city: City
    service: Service
    board: Board
    journal: Journal
    alert: int
    closed: bool = False

    async def lead(self) -> None:
        """Decide, step by step, until the alert is closed.

        Raises:
            DrillError: if the story's limit passes before, naming who is still in question.
        """
        time = self.board.time
        dice = seeded(self.city.seed, self.scenario.leader)
        try:
            async with asyncio.timeout(time.real(LIMIT)):
                await time.until(dice.uniform(*_CONFIRM))
                await self.service.tell(self._path("confirm"))
                self._tell("confirms the call (叫应)")
                await time.until(dice.uniform(*_WIDEN))
                await self._widen()
                await time.until(EARLY_CLOSE)
                await self._try_to_close()
                await self._close_at_zero()
        except TimeoutError:
            raise DrillError(await self._stuck()) from None

    async def _widen(self) -> None:
        towns = self.scenario.towns
        if not towns:
            return
        area = {"area": {"divisions": list(towns)}}
        reached = (await self.service.tell(self._path("widen"), area))["reached"]
        self._tell(
            f"widens it to {reached['households']:,} households more, {reached['people']:,} "
            f"people, {reached['texts']:,} texts: {'、'.join(map(self.city.name, towns))}"
        )

    async def _close_at_zero(self) -> None:
        while not self.closed:
            await asyncio.sleep(_LOOK_SECONDS)
            if self.board.zero_at is None or self.board.owed or await self._unspoken():
                continue
            await self._try_to_close()

    async def _unspoken(self) -> bool:
        """Whether somebody stays to whom no officer has spoken yet."""
        staying = await self.service.households(self.alert, standing="staying")
        return any(household["settled_by"] is None for household in staying)

    async def _try_to_close(self) -> None:
        answer = await self.service.post(self._path("close"))
        if answer.status >= 400:
            # Closed already, where the service fell before it could say so.
            self.closed = (await self.service.get(self._path()))["state"] == "closed"
        else:
            self.closed = True
        refused = f"may not close it yet: {'; '.join(answer.reasons)}"
        self._tell("closes the alert" if self.closed else refused)

    async def _stuck(self) -> str:
        homes = await self.service.households(self.alert)
        names = [f"{h['code']} ({h['standing']})" for h in homes if h["standing"] in _IN_QUESTION]
        rest = " ..." if len(names) > _NAMED else ""
        return (
            f"the story is stuck: {LIMIT / 3600:.0f} hours after the alert {len(names)} households "
            f"are in question: {', '.join(names[:_NAMED])}{rest}"
        )

    def _path(self, verb: str = "") -> str:
        return f"/api/alerts/{self.alert}" + (f"/{verb}" if verb else "")

    def _tell(self, words: str) -> None:
        seat = self.city.name(self.scenario.seat)
        self.journal.tell(f"{seat}: the {self.scenario.leader_title} {words}")
