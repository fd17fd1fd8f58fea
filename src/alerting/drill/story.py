"""The plot of a drill: an informant's text, the call, the widening, the doors, the closing."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp

from alerting.drill.board import Board
from alerting.drill.chance import seeded
from alerting.drill.chronicle import Chronicle
from alerting.drill.city import City
from alerting.drill.errors import DrillError
from alerting.drill.gateway.exchange import SERVICE_SENDER
from alerting.drill.journal import Journal
from alerting.drill.officers import GridOfficer
from alerting.drill.service import Service
from alerting.drill.stage import SERVICE, Stage
from contacts.division import parent_of

EARLY_CLOSE: Final = 720.0
LIMIT: Final = 7200.0
"""Story seconds after which a drill that has not come to its end is stuck."""

_CONFIRM: Final = (30.0, 90.0)
_WIDEN: Final = (120.0, 240.0)
_RAISE_SECONDS: Final = 30.0  # of the machine
_CALL_SECONDS: Final = 1.0
_RECOUNT_SECONDS: Final = 3.0
_LOOK_SECONDS: Final = 0.1
_SILENCE_SECONDS: Final = 5.0  # the feed has a heartbeat each second
_NAMED: Final = 20

Json = dict[str, Any]


@dataclass
class Story:
    """One drill being played; `crash_at` is when the service is killed, in story seconds."""

    stage: Stage
    session: aiohttp.ClientSession
    board: Board
    journal: Journal
    crash_at: float | None
    alert: int = 0
    closed: bool = False
    _called: asyncio.Queue[Json] = field(default_factory=asyncio.Queue)

    @property
    def leader(self) -> Service:
        """The officer who decides."""
        return self._officer(self.stage.scenario.leader)

    @property
    def city(self) -> City:
        """Who lives there."""
        return self.stage.city

    async def play(self) -> None:
        """Play to the end, which is the closing of the alert.

        Raises:
            DrillError: if it cannot come to its end.
        """
        try:
            async with asyncio.TaskGroup() as group:
                others = [
                    group.create_task(self.stage.processes.watch()),
                    group.create_task(
                        self.leader.follow("/api/inbox", dict, self._called.put_nowait)
                    ),
                ]
                await self._raise()
                others += [group.create_task(work) for work in self._others()]
                await self._lead()
                for task in others:
                    task.cancel()
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None

    def _others(self) -> list[Any]:
        scenario, chronicle = (
            self.stage.scenario,
            Chronicle(self.board, self.city, self.stage.scenario.people, self.journal),
        )
        feed = self.leader.follow(
            f"/api/alerts/{self.alert}/feed",
            lambda: {"division": scenario.seat, "after": str(self.board.seq)},
            self.board.take,
            _SILENCE_SECONDS,
        )
        rounds = [self._grid_officer(village).work() for village in self.city.villages]
        return [feed, self._recount(), chronicle.keep(), self._crash(), *rounds]

    async def _raise(self) -> None:
        """Let the informant write, and wait until the leader is called."""
        scenario, city = self.stage.scenario, self.city
        phone = city.officers[scenario.informant].phones[0]
        place = city.name(scenario.village)
        body = f"滑坡 {place}后山有裂缝，有石头滚落"
        self.journal.tell(f"{place}: the informant texts '{body}'")
        await self._control("inbound", {"from": phone, "to": SERVICE_SENDER, "body": body})
        try:
            async with asyncio.timeout(_RAISE_SECONDS):
                self.alert = await self._alert()
        except TimeoutError:
            raise DrillError(
                f"no alert was raised. {self.stage.processes.last_words(SERVICE)}"
            ) from None
        seen = await self.leader.get(f"/api/alerts/{self.alert}")
        self.stage.time.begin(seen["sent"])
        counts = seen["counts"]
        self.journal.tell(
            f"{place}: alert #{seen['number']} for {counts['households_total']} households, "
            f"{counts['people_total']} people, up to the city"
        )

    async def _alert(self) -> int:
        """Return the alert the leader is called for; the list is asked too, should no call come."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_CALL_SECONDS):
                    return int((await self._called.get())["alert"])
            for alert in await self.leader.get("/api/alerts"):
                return int(alert["id"])

    async def _lead(self) -> None:
        """Decide as the leader does, and close.

        Raises:
            DrillError: if the story's limit passes before, naming who is still unaccounted.
        """
        time = self.stage.time
        dice = seeded(self.stage.seed, self.stage.scenario.leader)
        try:
            async with asyncio.timeout(time.real(LIMIT)):
                await time.until(dice.uniform(*_CONFIRM))
                await self.leader.tell(f"/api/alerts/{self.alert}/confirm")
                self.journal.tell(f"{self._seat()}: {self._title()} confirms the call (叫应)")
                await time.until(dice.uniform(*_WIDEN))
                await self._widen()
                await time.until(EARLY_CLOSE)
                await self._try_to_close()
                await self._close_at_zero()
        except TimeoutError:
            raise DrillError(await self._stuck()) from None

    async def _widen(self) -> None:
        towns = self.stage.scenario.towns
        if not towns:
            return
        area = {"area": {"divisions": list(towns)}}
        reached = (await self.leader.tell(f"/api/alerts/{self.alert}/widen", area))["reached"]
        self.journal.tell(
            f"{self._seat()}: widened to {'、'.join(map(self.city.name, towns))}: "
            f"{reached['households']:,} households more, {reached['people']:,} people, "
            f"{reached['texts']:,} texts"
        )

    async def _close_at_zero(self) -> None:
        while not self.closed:
            await asyncio.sleep(_LOOK_SECONDS)
            if self.board.zero_at is None or self.board.owed or await self._unspoken():
                continue
            await self._try_to_close()

    async def _unspoken(self) -> bool:
        """Whether somebody stays to whom no officer has spoken yet."""
        staying = await self.leader.households(self.alert, standing="staying")
        return any(household["settled_by"] is None for household in staying)

    async def _try_to_close(self) -> None:
        answer = await self.leader.post(f"/api/alerts/{self.alert}/close")
        if answer.status == 200:
            self.closed = True
        else:
            # Closed already, where the service fell before it could say so.
            state = (await self.leader.get(f"/api/alerts/{self.alert}"))["state"]
            self.closed = state == "closed"
        done = "closes the alert" if self.closed else "may not close it yet: "
        reasons = "" if self.closed else "; ".join(answer.reasons)
        self.journal.tell(f"{self._seat()}: {self._title()} {done}{reasons}")

    async def _recount(self) -> None:
        """Count anew, now and then, what the feed may have missed."""
        scenario = self.stage.scenario
        while True:
            await asyncio.sleep(_RECOUNT_SECONDS)
            for town in scenario.towns or (parent_of(scenario.village) or "",):
                seq, at = self.board.seq, self.stage.time.elapsed()
                tally = await self.leader.get(f"/api/alerts/{self.alert}/tally", division=town)
                if seq == self.board.seq:
                    self.board.count({part["division"]: part for part in tally["children"]}, at)

    async def _crash(self) -> None:
        if self.crash_at is None:
            return
        await self.stage.time.until(self.crash_at)
        await self.stage.processes.kill(SERVICE)
        self.journal.tell("the service is killed, and started again")
        await self.stage.start_service()
        self.journal.tell("the service is back")

    def _grid_officer(self, village: str) -> GridOfficer:
        return GridOfficer(
            village,
            self.alert,
            self.city,
            self.board,
            self._officer(f"grid-{village}"),
            lambda code: self._control("visits", {"codes": [code]}),
            lambda words: self.journal.tell(words, minor=True),
        )

    def _officer(self, id_: str) -> Service:
        return Service(self.session, self.stage.service_url, self.stage.tokens[id_])

    async def _control(self, path: str, body: Json) -> None:
        async with self.session.post(
            f"{self.stage.gateway_url}/control/{path}", json=body
        ) as answer:
            if answer.status >= 400:
                raise DrillError(f"the gateway refused: {await answer.text()}")

    def _seat(self) -> str:
        return self.city.name(self.stage.scenario.seat)

    def _title(self) -> str:
        is_commander = self.stage.scenario.leader.startswith("commander")
        return "the commander" if is_commander else "the duty officer"

    async def _stuck(self) -> str:
        homes = await self.leader.households(self.alert)
        open_ = [h for h in homes if h["standing"] in {"unaccounted", "partly", "needs_help"}]
        names = ", ".join(f"{h['code']} ({h['standing']})" for h in open_[:_NAMED])
        return (
            f"the story is stuck: {LIMIT / 3600:.0f} h after the alert {len(open_)} households are "
            f"in question: {names}{' ...' if len(open_) > _NAMED else ''}"
        )
