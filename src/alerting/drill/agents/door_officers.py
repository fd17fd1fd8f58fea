"""Officers who visit the doors that the service assigns to them, one at a time.

Grid officers report by text from their own phone, such as '034 1 4 #4821'; the code at the end
comes from the text that sent them there. Other officers report over HTTP. If the door task is still
open after 120 story seconds, the officer repeats the report over HTTP once. If it stays open even
then, the household has written later, and the officer visits it again. An officer without doors
takes over a door that was passed on to the town.
"""

import contextlib
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from alerting.drill.city.people import DoorTruth, Standing
from alerting.drill.city.roster import City
from alerting.drill.progress.board import Board
from alerting.drill.service.client import Service
from contacts.division import number_of, village_of

_TAKEN_SECONDS: Final = 120.0
"""Story seconds in which the service should accept a report. The door is not visited meanwhile."""

_PATIENCE_SECONDS: Final = 600.0

_LEFT_OVER: Final = timedelta(seconds=60)
"""Age of a door task after which another officer may take it over if nobody is on the way."""

_KEYS: Final[dict[Standing, str]] = {"evacuated": "1", "staying": "3", "elsewhere": "4"}

_DOOR_CODE: Final = re.compile(r"#\d{4}(?!\d)")

_GRID: Final = "grid"

_LIST_LENGTH: Final = "20"

Json = dict[str, Any]


@dataclass
class Rounds:
    """State that all door officers of a drill share.

    `announce` tells the city that an officer is at a door, so that the household answers the
    officer and sends no more texts. `text` sends a text from an officer's phone. `read` returns the
    texts that arrived on a phone, oldest first.
    """

    alert: int
    city: City
    board: Board
    announce: Callable[[str], Awaitable[None]]
    text: Callable[[str, str], Awaitable[None]]
    read: Callable[[str], Awaitable[Sequence[str]]]
    narrate: Callable[[str], None]
    under_way: set[str] = field(default_factory=set)
    """Codes of the households to which an officer is on the way."""
    visited: dict[str, float] = field(default_factory=dict)
    """The story second of the last visit, by household code."""

    def is_free(self, household: str) -> bool:
        """Return whether no officer is on the way to the household or has just been there."""
        if household in self.under_way:
            return False
        last = self.visited.get(household)
        return last is None or self.board.time.elapsed() >= last + _TAKEN_SECONDS


@dataclass
class DoorOfficer:
    """An officer who visits the assigned doors, those at highest risk first."""

    id: str
    service: Service
    rounds: Rounds
    _reported: dict[int, Json] = field(default_factory=dict)
    """Reports that this officer has sent, by door task id."""
    _listed: list[Json] = field(default_factory=list)
    """Doors still to visit, from the last list that was fetched."""

    @property
    def division(self) -> str:
        """The code of the officer's division."""
        return self.id.rpartition("-")[2]

    async def work(self) -> None:
        """Go from door to door until cancelled."""
        board = self.rounds.board
        while True:
            with contextlib.suppress(TimeoutError):
                async with board.time.timeout(self._patience()):
                    await board.log_counts.news(self.id)
            while (door := await self._next()) is not None:
                await self._go(door)

    def _patience(self) -> float:
        """Return the story seconds to wait for news before the list is fetched again."""
        seen = self.rounds.board.log_counts
        waits = seen.doors_of(self.id) or seen.doors_in(self.division)
        return _TAKEN_SECONDS if waits else _PATIENCE_SECONDS

    async def _next(self) -> Json | None:
        """Return the next door to visit; fetch the list again if it may have changed."""
        seen = self.rounds.board.log_counts
        if seen.heard(self.id) or not self._listed:
            self._listed = await self._look()
        self._listed = [
            door for door in self._listed if seen.doors.get(door["household"]) == self.id
        ]
        door = self._first_free(self._listed)
        if door is None:
            self._listed = []
            return await self._take_over()
        self._listed.remove(door)
        return door

    async def _look(self) -> list[Json]:
        """Fetch the officer's doors, and repeat reports on doors that are still open.

        Return the doors without a report.
        """
        mine: list[Json] = await self.service.get("/api/tasks")
        self.rounds.board.log_counts.correct(self.id, [door["household"] for door in mine])
        for door in mine:
            if door["id"] in self._reported and self.rounds.is_free(door["household"]):
                await self._repeat(door)
        return [door for door in mine if door["id"] not in self._reported]

    def _first_free(self, doors: Sequence[Json]) -> Json | None:
        return next((door for door in doors if self.rounds.is_free(door["household"])), None)

    async def _take_over(self) -> Json | None:
        """Take over a door from the town's officers, who have many doors and are far away."""
        seen = self.rounds.board.log_counts
        if not seen.doors_in(self.division):
            return None
        path = f"/api/alerts/{self.rounds.alert}/tasks"
        there = await self.service.get(path, division=self.division, limit=_LIST_LENGTH)
        door = self._first_free([door for door in there if self._is_left_over(door)])
        if door is None:
            return None
        answer = await self.service.post(f"/api/tasks/{door['id']}/take")
        return None if answer.status >= 400 else answer.body

    def _is_left_over(self, door: Json) -> bool:
        """Return whether this officer may take over the door.

        It must have been open for a minute, with nobody on the way. A grid officer's door is left
        to that officer, who knows the way best.
        """
        holder = door["officer"] or ""
        if door["state"] != "open" or holder == self.id or holder.startswith(_GRID):
            return False
        time = self.rounds.board.time
        return time.now() >= datetime.fromisoformat(door["opened_at"]) + _LEFT_OVER

    async def _go(self, door: Json) -> None:
        code = door["household"]
        self.rounds.under_way.add(code)
        try:
            await self._knock(door)
        finally:
            self.rounds.under_way.discard(code)

    async def _knock(self, door: Json) -> None:
        rounds, code = self.rounds, door["household"]
        village = village_of(code)
        verb = "runs" if door["cause"] == "help" else "walks"
        rounds.narrate(f"{rounds.city.name(village)}: an officer {verb} to {code[len(village) :]}")
        await rounds.board.time.sleep(rounds.city.knock_seconds(code))
        await rounds.announce(code)
        await self._report(door, rounds.city.at_door(code))
        rounds.visited[code] = rounds.board.time.elapsed()

    async def _report(self, door: Json, found: DoorTruth) -> None:
        now = self.rounds.board.time.now().isoformat()
        finding = finding_of(door["household"], found) | {
            "given_at": now,
            "key": f"task-{door['id']}-{now}",
        }
        self._reported[door["id"]] = finding
        if self.id.startswith(_GRID):
            phone = self.rounds.city.officers[self.id].phones[0]
            code = code_for(door["household"], await self.rounds.read(phone))
            await self.rounds.text(phone, text_of(door["household"], found) + code)
        else:
            await self._tell(finding)

    async def _repeat(self, door: Json) -> None:
        """Repeat a report over HTTP. Forget it, so that a door that stays open is visited again."""
        self.rounds.visited[door["household"]] = self.rounds.board.time.elapsed()
        await self._tell(self._reported.pop(door["id"]))

    async def _tell(self, finding: Json) -> None:
        await self.service.tell(f"/api/alerts/{self.rounds.alert}/evidence", finding)


def finding_of(code: str, found: DoorTruth) -> Json:
    """Return the JSON body of a report over HTTP; for a staying household, 0 people are out."""
    people = 0 if found.standing == "staying" else found.people
    return {"household": code, "report": found.standing, "people": people}


def text_of(code: str, found: DoorTruth) -> str:
    """Return a report by text: the household's number, the key and the number of people out."""
    words = [f"{int(code[-4:]):03d}", _KEYS[found.standing]]
    return " ".join([*words, str(found.people)] if found.standing == "evacuated" else words)


def code_for(household: str, received: Sequence[str]) -> str:
    """Return the door code to append to a report, such as ' #4821'; empty if there is none.

    It comes from the newest text that names the household, otherwise from the newest door text.
    """
    coded = [(body, found[0]) for body in received if (found := _DOOR_CODE.search(body))]
    number = re.compile(rf"(?<!\d){number_of(household)}(?!\d)")
    naming = [code for body, code in coded if number.search(body)]
    return "".join(f" {code}" for code in (naming or [code for _, code in coded])[-1:])
