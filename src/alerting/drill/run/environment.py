"""A drill's environment: a fresh folder, a database with a roster, the service, the gateway."""

import asyncio
import json
import secrets
import shutil
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from alerting.clock_file import ClockFile
from alerting.drill.city.languages import DRILL_LANGUAGES, issuer_section
from alerting.drill.city.roster import City, read_city, with_dead_phones
from alerting.drill.gateway.exchange import CENTRE_SENDER, SERVICE_SENDER
from alerting.drill.gauges.plans import policy_of
from alerting.drill.scenario import Carrier, Scenario
from alerting.drill.service.hosting import Hosting
from alerting.drill.service.processes import Processes
from alerting.drill.story_time import StoryTime
from alerting.drill.timers import utc_now
from contacts.division import parent_of

_GATEWAY: Final = "gateway"

_BOARD: Final = "/board/1"

_DIGITS_OF_A_CITY: Final = 4

# Leases are in real time: the default of 30 s would be half an hour of the story. The roll-call
# starts minutes after the close instead of hours.
_POLICY: Final = """
[sending]
answer_within = 6
lease = 8
[roll_call]
interval = 60
answer_within = {answer_within}
"""


class Environment:
    """The environment of a drill, opened by `async with`.

    On exit all processes end. The folder is deleted unless `keep` is set.
    """

    city: City
    tokens: dict[str, str]
    """The officers' bearer tokens by officer's id."""
    gauge_tokens: Mapping[str, str]
    """The gauges' bearer tokens by the gauge's name."""
    link: str
    """The one-time link that signs a browser in as the commander and opens the board."""
    gateway_url: str

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        speed: float,
        hosting: Hosting,
        *,
        keep: bool,
        carrier: Carrier = Carrier.GOOD,
        languages: Collection[str] = tuple(DRILL_LANGUAGES),
    ) -> None:
        self.scenario = scenario
        self.languages = languages
        """The languages that the households read."""
        self.seed = seed
        self.speed = speed
        """The story's greatest speed."""
        self.folder = Path(tempfile.mkdtemp(prefix="alerting-drill-"))
        self._clock = self.folder / "clock"
        # Run at real speed at first: no deadline passes and no gauge falls silent during the start.
        self.time = StoryTime(ClockFile.create(self._clock, 1.0, utc_now()))
        self._keep = keep
        self.carrier = carrier
        self.hosting = hosting
        self.service_url = hosting.url
        self._account, self._secret = f"AC{secrets.token_hex(16)}", secrets.token_hex(16)
        self.processes = Processes(self.folder, self._settings())

    async def __aenter__(self) -> Self:
        try:
            await self._set_up()
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._close()

    @property
    def door_officers(self) -> list[str]:
        """The ids of the officers of the villages and of their towns, who visit doors."""
        return [f"{office}-{place}" for office, place in self._offices()]

    @property
    def onlooker(self) -> str:
        """The id of the city's officer, who may see everything."""
        return f"duty-{self.scenario.seat[:_DIGITS_OF_A_CITY]}"

    @property
    def board_url(self) -> str:
        """The URL of the board of the drill's alert, which is the first in a fresh database."""
        return f"{self.service_url}{_BOARD}"

    def _offices(self) -> list[tuple[str, str]]:
        villages = self.city.villages
        towns = sorted({parent_of(village) or "" for village in villages})
        offices = ("deputy", "duty", "commander")
        return [
            *(("grid", village) for village in villages),
            *((office, town) for town in towns for office in offices),
        ]

    async def _set_up(self) -> None:
        (self.folder / "policy.toml").write_text(self._policy(), "utf-8")
        roster = self.folder / "roster"
        self.processes.environment |= await self.hosting.open(self.processes, self.folder)
        async with asyncio.TaskGroup() as group:
            group.create_task(self.processes.run("migrate"))
            group.create_task(self._make_roster(roster))
        city = read_city(roster, self.seed)
        self.city = with_dead_phones(city) if self.carrier is Carrier.BAD else city
        async with asyncio.TaskGroup() as group:
            group.create_task(self._fill(roster))
            group.create_task(self._open())
        self.time.clock.change(self.speed, utc_now())

    def _policy(self) -> str:
        played = self.scenario
        rules = _POLICY.format(answer_within=played.answer_within) + issuer_section()
        return rules + policy_of(played.gauges, played.village)

    async def _open(self) -> None:
        await self._start_gateway()
        self.processes.environment["ALERTING_TWILIO_BASE_URL"] = self.gateway_url
        await self.hosting.start(self.processes)

    async def _make_roster(self, folder: Path) -> None:
        scenario = self.scenario
        divisions = [word for code in scenario.area for word in ("--division", code)]
        sizes = ("--households", str(scenario.households), "--people", str(scenario.people))
        seed = ("--seed", str(self.seed))
        weights = [f"{code}={DRILL_LANGUAGES[code].households:g}" for code in self.languages]
        languages = [word for weight in weights for word in ("--language", weight)]
        more = (*divisions, *sizes, *seed, *languages)
        await self.processes.run("contacts", "synth", str(folder), *more)

    async def _fill(self, roster: Path) -> None:
        load = ("contacts", "import")
        await self.processes.run(*load, "divisions", str(roster / "divisions.csv"))
        await self.processes.run(*load, "officers", str(roster / "officers.csv"))
        async with asyncio.TaskGroup() as group:
            households = str(roster / "households.csv")
            group.create_task(self.processes.run(*load, "households", households))
            group.create_task(self._issue_tokens())
            group.create_task(self._issue_gauge_tokens())
            group.create_task(self._issue_link())

    async def _start_gateway(self) -> None:
        people = self.folder / "people.json"
        people.write_text(json.dumps(self.city.as_roster()), "utf-8")
        said = await self.processes.start_and_hear(
            *(_GATEWAY, "alerting.drill.gateway"),
            *("--account-sid", self._account, "--auth-token", self._secret),
            *("--sms-webhook", f"{self.service_url}/twilio/sms", "--roster", str(people)),
            *("--seed", str(self.seed), "--clock", str(self._clock)),
            *(("--centre-password", self._secret[:8]) if self.carrier is Carrier.BAD else ()),
        )
        heard = json.loads(said)
        self.gateway_url = heard["url"]
        if self.carrier is Carrier.BAD:
            centre = {"ALERTING_SMPP_URL": heard["smpp_url"], "ALERTING_SMPP_FROM": CENTRE_SENDER}
            self.processes.environment |= centre

    async def _issue_tokens(self) -> None:
        officers = dict.fromkeys((self.scenario.commander, self.onlooker, *self.door_officers))
        self.tokens = await self._tokens("officers", *officers)

    async def _issue_gauge_tokens(self) -> None:
        gauges = [gauge.name for gauge in self.scenario.gauges]
        self.gauge_tokens = await self._tokens("sensors", *gauges) if gauges else {}

    async def _tokens(self, kind: str, *names: str) -> dict[str, str]:
        issued = await self.processes.run(kind, "token", *names)
        return dict(line.split() for line in issued.splitlines())

    async def _issue_link(self) -> None:
        issued = await self.processes.run(
            "officers", "link", self.scenario.commander, "--to", _BOARD
        )
        self.link = issued.split()[-1]

    def _settings(self) -> dict[str, str]:
        return {
            "ALERTING_PUBLIC_URL": self.service_url,
            "ALERTING_TWILIO_ACCOUNT_SID": self._account,
            "ALERTING_TWILIO_AUTH_TOKEN": self._secret,
            "ALERTING_TWILIO_FROM": SERVICE_SENDER,
            "ALERTING_TWILIO_BASE_URL": self.service_url,
            "ALERTING_CLOCK": str(self._clock),
            "ALERTING_POLICY": str(self.folder / "policy.toml"),
        }

    async def _close(self) -> None:
        await self.processes.close()
        if not self._keep:
            shutil.rmtree(self.folder, ignore_errors=True)
