"""The commander, who confirms the call, widens the alert, closes it and gives the all-clear.

The commander closes the alert once nobody is missing. Before that, vulnerable households that only
answered for themselves are telephoned. A household that misses the roll-call reopens the alert, and
the all-clear follows when the alert is closed again.
"""

import asyncio
import contextlib
from dataclasses import dataclass
from typing import Final

from alerting.drill.city.roster import City
from alerting.drill.progress.board import Board
from alerting.drill.progress.milestones import Journal
from alerting.drill.scenario import Scenario
from alerting.drill.service.client import Service
from alerting.drill.story_time import DrillError, seeded

EARLY_CLOSE: Final = 720.0

LIMIT: Final = 7200.0
"""Story seconds after which an unfinished drill counts as stuck."""

_CONFIRM: Final = (30.0, 90.0)

_WIDEN: Final = (120.0, 240.0)

_ALL_CLEAR: Final = (20.0, 60.0)

_TELL_SECONDS: Final = 900.0
"""Longest time to wait until the all-clear's texts are sent, in story seconds."""

_LOOK_SECONDS: Final = 10.0

_NAMED: Final = 20

_ROLL_CALL_ENDED: Final = "roll_call.ended"

_CLEAR: Final = "all_clear"

_ACCOUNTED: Final = ("evacuated", "elsewhere")

_BY_TELEPHONE: Final = "by telephone"

_TELEPHONES: Final = 16
"""Number of households that the office telephones at the same time."""

_IN_QUESTION: Final = frozenset({"unaccounted", "partly", "needs_help"})


@dataclass
class Commander:
    """The officer who leads the evacuation for `alert`, from the call to the all-clear."""

    scenario: Scenario
    city: City
    service: Service
    board: Board
    journal: Journal
    alert: int
    closed: bool = False
    all_clear: bool = False

    async def lead(self) -> None:
        """Lead the evacuation until the all-clear is given and its texts are sent.

        Raises:
            DrillError: if this takes more than `LIMIT`; it names the unsettled households.
        """
        time = self.board.time
        dice = seeded(self.city.seed, self.scenario.commander)
        try:
            async with time.timeout(LIMIT):
                await time.until(dice.uniform(*_CONFIRM))
                await self.service.tell(self._path("confirm"))
                self._tell("confirms the call (叫应)")
                await time.until(dice.uniform(*_WIDEN))
                await self._widen()
                await time.until(EARLY_CLOSE)
                await self._try_to_close()
                await self._close_at_zero()
                await self._hear_the_roll_call()
                await self._close_at_zero()
                await time.sleep(dice.uniform(*_ALL_CLEAR))
                await self._give_all_clear()
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
            await self.board.time.sleep(_LOOK_SECONDS)
            if self.board.zero_at is None or self.board.owed or await self._unspoken():
                continue
            await self._ring_high_risk()
            await self._try_to_close()

    async def _ring_high_risk(self) -> None:
        """Telephone the vulnerable households that nobody has seen, and report what they say."""
        now, lines = self.board.time.now().isoformat(), asyncio.Semaphore(_TELEPHONES)

        async def ring(code: str, standing: str) -> None:
            said = {"household": code, "report": standing, "note": _BY_TELEPHONE}
            async with lines:
                await self.service.tell(
                    self._path("evidence"), said | {"key": f"ring-{code}-{now}"}
                )

        for standing in _ACCOUNTED:
            homes = await self.service.households(self.alert, standing=standing)
            claimed = [home for home in homes if home["vulnerable"] and not home["verified"]]
            await asyncio.gather(*(ring(home["code"], standing) for home in claimed))

    async def _hear_the_roll_call(self) -> None:
        """Wait until the first roll-call has ended; then check whether it reopened the alert."""
        await self.board.until(lambda: self.board.log_counts.happened[_ROLL_CALL_ENDED] > 0)
        self.closed = await self._state() == "closed"

    async def _give_all_clear(self) -> None:
        answer = await self.service.post(self._path("all-clear"))
        # An earlier request, whose answer was lost, may have given the all-clear already.
        self.all_clear = answer.status < 400 or await self._state() == _CLEAR
        if not self.all_clear:
            raise DrillError(f"the all-clear was refused: {'; '.join(answer.reasons)}")
        self._tell("gives the all-clear: everybody may return")
        with contextlib.suppress(TimeoutError):
            async with self.board.time.timeout(_TELL_SECONDS):
                await self.board.until(self._everybody_told)

    def _everybody_told(self) -> bool:
        return self.board.log_counts.state == _CLEAR and not self.board.owed

    async def _unspoken(self) -> bool:
        """Return whether an officer must still speak to a household that stays."""
        staying = await self.service.households(self.alert, standing="staying")
        return any(household["settled_by"] is None for household in staying)

    async def _try_to_close(self) -> None:
        answer = await self.service.post(self._path("close"))
        if answer.status >= 400:
            # An earlier request, whose answer was lost, may have closed the alert already.
            self.closed = await self._state() == "closed"
        else:
            self.closed = True
        refused = f"may not close it yet: {'; '.join(answer.reasons)}"
        self._tell("closes the alert" if self.closed else refused)

    async def _state(self) -> str:
        return str((await self.service.get(self._path()))["state"])

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
