"""Grid officers on their rounds: one a village, from door to door among those still in question."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from alerting.drill.board import Board
from alerting.drill.chance import seeded
from alerting.drill.city import City
from alerting.drill.people import DoorTruth
from alerting.drill.service import Service

_DOOR_STEP_SECONDS: Final = 480.0
"""Of silence, after which a household is a door task (the policy's default)."""
_JITTER_SECONDS: Final = 60.0
_PATIENCE_SECONDS: Final = 20.0
_LIST_LENGTH: Final = "40"
_OPEN: Final = frozenset({"unaccounted", "partly"})

Json = dict[str, Any]


@dataclass
class GridOfficer:
    """Knocks where nobody has answered, and at once where help is called for.

    `announce` tells the city that an officer stands at a door: who lives there then says the
    rest to the officer, and writes no more.
    """

    village: str
    alert: int
    city: City
    board: Board
    service: Service
    announce: Callable[[str], Awaitable[None]]
    narrate: Callable[[str], None]
    _visits: int = 0
    _stayed: set[str] = field(default_factory=set)
    """Households who told this officer that they stay."""

    async def work(self) -> None:
        """Go from door to door until cancelled."""
        while True:
            household = await self._next()
            if household is None:
                patience = self.board.time.real(_PATIENCE_SECONDS)
                await self.board.news(self.village, patience)
            else:
                await self._knock(household)

    async def _next(self) -> Json | None:
        """Return the household to go to now, those in most danger first."""
        if not self._has_work():
            return None
        page = await self.service.get(
            f"/api/alerts/{self.alert}/households", division=self.village, limit=_LIST_LENGTH
        )
        return choose(page["households"], doors_due=self._doors_due())

    def _has_work(self) -> bool:
        """Whether the counts of the village tell of somebody to go to."""
        counts = self.board.villages.get(self.village)
        if counts is None:
            return False
        homes = counts.households
        waiting = (
            homes["unaccounted"] + homes["partly"] + max(0, homes["staying"] - len(self._stayed))
        )
        return homes["needs_help"] > 0 or (waiting > 0 and self._doors_due())

    def _doors_due(self) -> bool:
        jitter = seeded(self.city.seed, f"officer:{self.village}").uniform(0, _JITTER_SECONDS)
        due = self.board.reached[self.village] + _DOOR_STEP_SECONDS + jitter
        return self.board.time.elapsed() >= due

    async def _knock(self, household: Json) -> None:
        code, in_need = household["code"], household["standing"] == "needs_help"
        place = self.city.name(self.village)
        self.narrate(f"{place}: the grid officer {'runs' if in_need else 'walks'} to {code[12:]}")
        await self.board.time.sleep(self.city.knock_seconds(code))
        await self.announce(code)
        found = self.city.at_door(code)
        self._visits += 1
        finding = _finding(code, found) | {
            "given_at": self.board.time.now().isoformat(),
            "key": f"door-{code}-{self._visits}",
        }
        await self.service.tell(f"/api/alerts/{self.alert}/evidence", finding)
        if found.standing == "staying":
            self._stayed.add(code)


def choose(households: Sequence[Json], *, doors_due: bool) -> Json | None:
    """Return the first household to go to, or None.

    They come in the service's order: help first, then unaccounted, the vulnerable before others.
    """
    for household in households:
        standing = household["standing"]
        unspoken = standing == "staying" and household["settled_by"] is None
        if standing == "needs_help" or (doors_due and (standing in _OPEN or unspoken)):
            return household
    return None


def _finding(code: str, found: DoorTruth) -> Json:
    """Return the report; of those who stay, nobody left."""
    people = 0 if found.standing == "staying" else found.people
    return {"household": code, "report": found.standing, "people": people}
