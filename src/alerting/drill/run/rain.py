"""The beginning of a drill with gauges: gauges report, officers are told, an officer approves."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

import aiohttp

from alerting.drill.agents.duty_officer import DutyOfficer
from alerting.drill.agents.gauge import Gauge
from alerting.drill.gauges.news import News, NewsReader
from alerting.drill.gauges.story import GaugeStory, story_of_gauges
from alerting.drill.progress.milestones import Journal
from alerting.drill.run.environment import Environment
from alerting.drill.service.client import Service
from contacts.division import parent_of

_LOOK_SECONDS: Final = 0.25  # real time

_WORDS: Final = {
    News.YELLOW: "officers are told: {gauge} is at yellow",
    News.RED: "officers are told: {gauge} is at red",
    News.SILENT: "officers are told: {gauge} is silent",
    News.BACK: "officers are told: {gauge} reports again",
    News.CLOCK_WRONG: "officers are told: {gauge} has a wrong clock",
    News.SUPPRESSED: "nobody is told again: {gauge} flaps",
}


class Rain:
    """The gauges of a scenario, their duty officer, and the service's news about the gauges."""

    def __init__(
        self,
        stage: Environment,
        session: aiohttp.ClientSession,
        journal: Journal,
        officer: Callable[[str], Service],
    ) -> None:
        self._stage, self._journal, self._officer = stage, journal, officer
        self.gauges = [
            Gauge(
                plan,
                Service(session, stage.service_url, stage.gauge_tokens[plan.name]),
                stage.time,
                journal,
            )
            for plan in stage.scenario.gauges
        ]
        self._news = NewsReader(officer(stage.onlooker))
        self._words = {plan.name: plan.words for plan in stage.scenario.gauges}

    def works(self) -> list[Coroutine[Any, Any, None]]:
        """Return the coroutines that send the readings and write the news to the journal."""
        if not self.gauges:
            return []
        return [*(gauge.report() for gauge in self.gauges), self._tell()]

    async def alert(self) -> int:
        """Wait until the gauges' alert is proposed and approved, and return the alert's id.

        Raises:
            DrillError: if no alert is proposed in time.
        """
        stage = self._stage
        stage.time.begin(stage.time.now().isoformat())
        id_ = self._decider()
        officer = DutyOfficer(id_, self._officer(id_), stage.city, stage.time, self._journal)
        return await officer.approve_first()

    async def story(self) -> GaugeStory | None:
        """Return the summary of the gauges at the end of the drill; None without gauges."""
        if not self.gauges:
            return None
        await self._news.read()
        service = self._officer(self._stage.onlooker)
        proposed = 0
        for alert in await service.get("/api/alerts"):
            log = await service.get(f"/api/alerts/{alert['id']}/log", kind="alert.proposed")
            proposed += len(log)
        began = self._stage.time.began
        return story_of_gauges(self.gauges, self._news.counts, proposed, began)

    def _decider(self) -> str:
        """Return the id of the town's duty officer, or of the commander if that officer sleeps."""
        scenario = self._stage.scenario
        duty = f"duty-{parent_of(scenario.village)}"
        return duty if self._stage.city.is_awake(duty) else scenario.commander

    async def _tell(self) -> None:
        """Write the service's news to the journal until cancelled; repeated news is minor."""
        told = set[str]()
        while True:
            for gauge, news in await self._news.read():
                if gauge in self._words and news in _WORDS:
                    words = _WORDS[News(news)].format(gauge=self._words[gauge])
                    self._journal.tell(words, minor=words in told)
                    told.add(words)
            await asyncio.sleep(_LOOK_SECONDS)
