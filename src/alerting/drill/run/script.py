"""The script of a drill: the alert is raised, and all agents act until the all-clear."""

import asyncio
import contextlib
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp

from alerting.drill.agents.commander import Commander
from alerting.drill.agents.door_officers import DoorOfficer, Rounds
from alerting.drill.agents.shelter import Shelter
from alerting.drill.agents.text_reader import TextReader
from alerting.drill.gateway.exchange import SERVICE_SENDER
from alerting.drill.pacing.lag import Lag, Work
from alerting.drill.pacing.looks import at_answers, at_restarts, at_steps, at_texts
from alerting.drill.pacing.pacer import Pacer
from alerting.drill.progress.board import Board
from alerting.drill.progress.milestones import Journal, Milestones
from alerting.drill.run.environment import Environment
from alerting.drill.run.rain import Rain
from alerting.drill.scenario import (
    BAD_CARRIER,
    BAD_CARRIER_SECONDS,
    FAULT_PROFILES,
    Carrier,
)
from alerting.drill.service.client import Service
from alerting.drill.story_time import DrillError
from contacts.division import parent_of

_RAISE_SECONDS: Final = 120.0  # real time, like the three limits below

_CALL_SECONDS: Final = 1.0

_RECOUNT_SECONDS: Final = 3.0

_SILENCE_SECONDS: Final = 5.0  # the feed sends a heartbeat every second

Json = dict[str, Any]


@dataclass
class Script:
    """A running drill; `faults` tells whether the provider has faults."""

    stage: Environment
    session: aiohttp.ClientSession
    board: Board
    journal: Journal
    faults: bool
    rain: Rain = field(init=False)
    reader: TextReader = field(init=False)
    _called: asyncio.Queue[Json] = field(default_factory=asyncio.Queue)

    def __post_init__(self) -> None:
        self.rain = Rain(self.stage, self.session, self.journal, self._officer)
        reader = self._officer(self.stage.scenario.commander)
        self.reader = TextReader(reader, self.board, self.journal)

    async def play(self) -> Commander:
        """Run the drill until the all-clear is given, and return the commander.

        Raises:
            DrillError: if the drill cannot finish.
        """
        service = self._officer(self.stage.scenario.commander)
        others = [
            self.stage.processes.watch(),
            *self.rain.works(),
            service.follow("/api/inbox", dict, self._called.put_nowait),
        ]
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(work) for work in others]
                commander = await self._raise(service)
                tasks += [group.create_task(work) for work in self._others(commander)]
                await commander.lead()
                for task in tasks:
                    task.cancel()
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None
        return commander

    async def _raise(self, service: Service) -> Commander:
        """Let gauges or an informant raise the alert, and return its commander."""
        scenario, city, journal = self.stage.scenario, self.stage.city, self.journal
        place = city.name(scenario.village)
        is_bad = self.stage.carrier is Carrier.BAD
        if rules := [*(BAD_CARRIER if is_bad else ()), *(FAULT_PROFILES if self.faults else ())]:
            await self._control("faults", rules)
        alert = await (self.rain.alert() if scenario.gauges else self._by_text(service))
        seen = await service.get(f"/api/alerts/{alert}")
        self.stage.time.begin(seen["sent"])
        journal.tell(
            f"{place}: alert #{seen['number']} for {seen['counts']['households_total']} "
            f"households, {seen['counts']['people_total']} people; five tiers are called"
        )
        return Commander(scenario, city, service, self.board, journal, alert)

    async def _by_text(self, service: Service) -> int:
        """Send the informant's text, and return the id of the alert that it raises.

        Raises:
            DrillError: if no alert is raised in time.
        """
        city, village = self.stage.city, self.stage.scenario.village
        body = f"滑坡 {city.name(village)}后山有裂缝，有石头滚落"
        self.journal.tell(f"{city.name(village)}: the informant texts '{body}'")
        await self._text(city.officers[self.stage.scenario.informant].phones[0], body)
        try:
            async with asyncio.timeout(_RAISE_SECONDS):
                return await self._alert(service)
        except TimeoutError:
            words = self.stage.processes.last_words(self.stage.hosting.names[0])
            raise DrillError(f"no alert was raised. {words}") from None

    async def _alert(self, service: Service) -> int:
        """Wait for the alert in the commander's inbox or the list of alerts; return its id."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_CALL_SECONDS):
                    return int((await self._called.get())["alert"])
            for alert in await service.get("/api/alerts"):
                return int(alert["id"])

    def _others(self, commander: Commander) -> list[Coroutine[Any, Any, None]]:
        scenario, city, alert = self.stage.scenario, self.stage.city, commander.alert
        feed = commander.service.follow(
            f"/api/alerts/{alert}/feed",
            lambda: {"division": scenario.seat, "after": str(self.board.seq)},
            self.board.take,
            _SILENCE_SECONDS,
        )
        rounds = Rounds(
            alert,
            city,
            self.board,
            lambda code: self._control("visits", {"codes": [code]}),
            self._text,
            self._received,
            lambda words: self.journal.tell(words, minor=True),
        )
        milestones = Milestones(self.board, city, self.journal)
        shelter = Shelter(alert, city, self.board, self._officer)
        knocking = [
            DoorOfficer(id_, self._officer(id_), rounds).work()
            for id_ in self.stage.door_officers
            if city.is_awake(id_)
        ]
        stage = self.stage
        suffering = stage.hosting.suffer(stage.processes, stage.time, self.journal)
        watching = [self._recount(commander), milestones.keep(), shelter.work(), suffering]
        watching.append(self.reader.work())
        if stage.carrier is Carrier.BAD:
            watching.append(self._tell_of_carrier())
        return [feed, *watching, *self._pacing(alert), *knocking]

    async def _tell_of_carrier(self) -> None:
        dead = len(self.stage.city.dead_homes)
        self.journal.tell(f"the first phones of {dead:,} households are dead")
        await self.stage.time.until(BAD_CARRIER_SECONDS)
        self.journal.tell("the first provider takes every text and delivers none from now on")

    def _pacing(self, alert: int) -> list[Coroutine[Any, Any, None]]:
        """Return the coroutines that adjust the story's speed to the service's lag."""
        stage, onlooker = self.stage, self.stage.onlooker
        lag = Lag(stage.time)
        looks = {
            Work.TEXTS: at_texts(self._officer(onlooker), alert),
            Work.ANSWERS: at_answers(self._waiting),
            Work.RESTARTS: at_restarts(stage.hosting),
            Work.STEPS: at_steps(self.session, stage.hosting.clock_urls, stage.tokens[onlooker]),
        }
        pacer = Pacer(stage.time, lag, stage.speed, self.journal)
        return [pacer.keep(), *(lag.watch(work, look) for work, look in looks.items())]

    async def _waiting(self) -> Json:
        async with self.session.get(f"{self.stage.gateway_url}/control/waiting") as answer:
            waiting: Json = await answer.json()
            return waiting

    async def _recount(self, commander: Commander) -> None:
        """Read the tallies periodically, because the feed may have missed some counts."""
        scenario = self.stage.scenario
        towns = scenario.towns or (parent_of(scenario.village) or "",)
        while True:
            await asyncio.sleep(_RECOUNT_SECONDS)
            for town in towns:
                seq, at = self.board.seq, self.stage.time.elapsed()
                path = f"/api/alerts/{commander.alert}/tally"
                tally = await commander.service.get(path, division=town)
                if seq == self.board.seq:
                    self.board.count({part["division"]: part for part in tally["children"]}, at)

    async def _text(self, phone: str, body: str) -> None:
        await self._control("inbound", {"from": phone, "to": SERVICE_SENDER, "body": body})

    async def _received(self, phone: str) -> list[str]:
        """Return the bodies of the texts that arrived at a phone, oldest first."""
        url = f"{self.stage.gateway_url}/control/messages"
        async with self.session.get(url, params={"to": phone}) as answer:
            return [each["body"] for each in await answer.json() if each["status"] == "delivered"]

    def _officer(self, id_: str) -> Service:
        return Service(self.session, self.stage.service_url, self.stage.tokens[id_])

    async def _control(self, path: str, body: Json | list[Json]) -> None:
        url = f"{self.stage.gateway_url}/control/{path}"
        async with self.session.post(url, json=body) as answer:
            if answer.status >= 400:
                raise DrillError(f"the gateway refused: {await answer.text()}")
