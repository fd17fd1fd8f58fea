"""Officers on their rounds: from door to door among those still in question.

As the policy has it: after eight minutes of silence a household is a door task of its village's
grid officer; after fifteen the town's deputy helps, after twenty its duty officer.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from alerting.drill.board import Board
from alerting.drill.chance import seeded
from alerting.drill.city import City
from alerting.drill.people import DoorTruth
from alerting.drill.service import Service
from contacts.division import village_of

DOOR_STEPS: Final = {"grid": 480.0, "deputy": 900.0, "duty": 1200.0}
"""Story seconds of silence after which each of them sets out."""

_JITTER_SECONDS: Final = 60.0
_PATIENCE_SECONDS: Final = 20.0
_LIST_LENGTH: Final = "10"
_OPEN: Final = frozenset({"unaccounted", "partly"})

Json = dict[str, Any]


@dataclass
class Rounds:
    """What the officers of a drill share.

    `announce` tells the city that an officer stands at a door: who lives there then says the
    rest to the officer, and writes no more.
    """

    alert: int
    city: City
    board: Board
    announce: Callable[[str], Awaitable[None]]
    narrate: Callable[[str], None]
    under_way: set[str] = field(default_factory=set)
    """Households that somebody is going to."""
    stayed: set[str] = field(default_factory=set)
    """Households who told an officer that they stay."""
    visits: int = 0


@dataclass
class DoorOfficer:
    """Knocks where nobody has answered, and at once where help is called for."""

    id: str
    service: Service
    rounds: Rounds

    @property
    def division(self) -> str:
        """Where this officer goes from door to door."""
        return self.id.rpartition("-")[2]

    async def work(self) -> None:
        """Go from door to door until cancelled."""
        board = self.rounds.board
        while True:
            household = await self._next()
            if household is None:
                await board.news(self.division, board.time.real(_PATIENCE_SECONDS))
            else:
                await self._go(household)

    async def _next(self) -> Json | None:
        """Return the household to go to now, those in most danger first."""
        if not self._has_work():
            return None
        page = await self.service.get(
            f"/api/alerts/{self.rounds.alert}/households",
            division=self.division,
            limit=_LIST_LENGTH,
        )
        return choose(page["households"], self.rounds.under_way, doors_due=self._doors_due())

    def _has_work(self) -> bool:
        """Whether the counts tell of somebody to go to."""
        homes = self.rounds.board.below(self.division).households
        spoken_to = sum(code.startswith(self.division) for code in self.rounds.stayed)
        silent = homes["unaccounted"] + homes["partly"] + max(0, homes["staying"] - spoken_to)
        return homes["needs_help"] > 0 or (silent > 0 and self._doors_due())

    def _doors_due(self) -> bool:
        board = self.rounds.board
        jitter = seeded(self.rounds.city.seed, f"door:{self.id}").uniform(0, _JITTER_SECONDS)
        step = DOOR_STEPS[self.id.partition("-")[0]]
        return board.time.elapsed() >= board.reached_at(self.division) + step + jitter

    async def _go(self, household: Json) -> None:
        code = household["code"]
        self.rounds.under_way.add(code)
        try:
            await self._knock(code, in_need=household["standing"] == "needs_help")
        finally:
            self.rounds.under_way.discard(code)

    async def _knock(self, code: str, *, in_need: bool) -> None:
        rounds = self.rounds
        village = village_of(code)
        verb = "runs" if in_need else "walks"
        rounds.narrate(f"{rounds.city.name(village)}: an officer {verb} to {code[len(village) :]}")
        await rounds.board.time.sleep(rounds.city.knock_seconds(code))
        await rounds.announce(code)
        found = rounds.city.at_door(code)
        rounds.visits += 1
        finding = finding_of(code, found) | {
            "given_at": rounds.board.time.now().isoformat(),
            "key": f"door-{code}-{rounds.visits}",
        }
        await self.service.tell(f"/api/alerts/{rounds.alert}/evidence", finding)
        if found.standing == "staying":
            rounds.stayed.add(code)


def choose(
    households: Sequence[Json], under_way: Collection[str], *, doors_due: bool
) -> Json | None:
    """Return the first household to go to, or None; nobody goes where somebody is going.

    They come in the service's order: help first, then unaccounted, the vulnerable before others.
    """
    for household in households:
        standing = household["standing"]
        unspoken = standing == "staying" and household["settled_by"] is None
        due = standing == "needs_help" or (doors_due and (standing in _OPEN or unspoken))
        if due and household["code"] not in under_way:
            return household
    return None


def finding_of(code: str, found: DoorTruth) -> Json:
    """Return the report; of those who stay, nobody left."""
    people = 0 if found.standing == "staying" else found.people
    return {"household": code, "report": found.standing, "people": people}
