"""Sensors of the tests' city, and a runtime and a service that receive their readings."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from alerting.access.machines import MachineKind
from alerting.clock_file import FixedPace
from alerting.ledger.tables import alerts
from alerting.policy.policy import parse_policy
from alerting.policy.sensors import Sensor
from alerting.runtime import Clock
from alerting.sensors.receive import Received, receive
from alerting.sensors.rules import OK, Reading
from alerting.sensors.silence import look_at_sensors
from alerting.sensors.store import Followed, states
from alerting.sensors.tables import sensor_notes
from tests.support.city import NOW, QIANFO
from tests.support.gateway import Gateway
from tests.support.machines import service_under, tokens_of
from tests.support.running import Json, Running, Workplace, workplace

GAUGE = f"""
[cap]
sender = "alerts.example.org"

[[sensors]]
name = "gauge-1"
hazard = "暴雨"
place = "{QIANFO}"
unit = "mm/h"
yellow = {{ reach = 30.0 }}
red = {{ reach = 50.0, below = 40.0 }}
silent_after = 600
"""

CRACK = f"""
[[sensors]]
name = "crack-1"
hazard = "滑坡"
place = "{QIANFO}"
unit = "mm"
yellow = {{ reach = 5.0 }}
red = {{ reach = 9.0 }}
silent_after = 600
on_red = "alert"
acts_for = "county-duty"
"""

POLICY = GAUGE + CRACK
"""A policy with a rain gauge that proposes alerts, and a crack meter that raises them at once."""


def sensor(name: str = "gauge-1") -> Sensor:
    """Return a sensor of `POLICY`."""
    return next(each for each in parse_policy(POLICY).sensors if each.name == name)


def reading(value: float | None, minutes: float = 0, **changes: Any) -> Reading:
    """Return a reading of the rain gauge, made and received `minutes` after `NOW`."""
    at = NOW + timedelta(minutes=minutes)
    given = {"value": value, "unit": "mm/h", "at": at, "status": OK, "received_at": at}
    return Reading(**given | changes)


class _SetClock(Clock):
    """A drill clock that stands at the time that the test sets."""

    def __init__(self, at: datetime) -> None:
        super().__init__(FixedPace(1, at))
        self._at = at

    def now(self) -> datetime:
        return self._at


@dataclass(frozen=True)
class Hut:
    """A runtime without a server, in a drill, whose policy names sensors."""

    work: Workplace

    async def read(self, *values: float, minutes: float = 0, name: str = "gauge-1") -> Received:
        """Receive readings made and received `minutes` after `NOW`."""
        policy = self.work.runtime.policy
        one = next(each for each in policy.sensors if each.name == name)
        readings = [reading(value, minutes, unit=one.unit) for value in values]
        return await self.take(readings, minutes, name)

    async def take(
        self, readings: Sequence[Reading], minutes: float = 0, name: str = "gauge-1"
    ) -> Received:
        policy = self.work.runtime.policy
        one = next(each for each in policy.sensors if each.name == name)
        return await receive(self.work.runtime, one, NOW + timedelta(minutes=minutes), readings)

    async def look_for_silence(self, minutes: float) -> int:
        """Run the step that looks for silent sensors, `minutes` after `NOW`."""
        at = NOW + timedelta(minutes=minutes)
        return await self.work.runtime.ledger.write(
            lambda tx: look_at_sensors(tx, at, is_drill=True)
        )

    def known(self, name: str = "gauge-1") -> Followed:
        """Return a sensor's state."""
        return self.work.runtime.database.look(states)[name]

    def news(self, name: str = "gauge-1") -> list[str]:
        """Return the kinds of a sensor's reports, in order."""
        mine = select(sensor_notes.c.news).where(sensor_notes.c.sensor == name)
        return [news for (news,) in self.work.rows(mine.order_by(sensor_notes.c.id))]

    def details(self) -> list[str]:
        """Return, in order, why red readings had less effect than the policy states."""
        rows = self.work.rows(select(sensor_notes.c.detail).order_by(sensor_notes.c.id))
        return [detail for (detail,) in rows]

    def alerts(self) -> list[tuple[str, str]]:
        """Return the state and the raiser of each alert, in order."""
        rows = self.work.rows(select(alerts).order_by(alerts.c.id))
        return [(row.state, row.raised_by) for row in rows]


@contextlib.asynccontextmanager
async def open_hut(database_url: str, policy: str = POLICY) -> AsyncIterator[Hut]:
    """Yield a runtime on the tests' city, in a drill at `NOW`."""
    async with workplace(database_url, _SetClock(NOW), parse_policy(policy)) as work:
        yield Hut(work)


@dataclass(frozen=True)
class Station:
    """A running service, and the tokens of its sensors."""

    service: Running
    tokens: dict[str, str]

    async def post(
        self, body: object, name: str = "gauge-1", token: str | None = None
    ) -> tuple[int, Any]:
        """Post a body as a sensor; return the status and the response."""
        path = f"/api/sensors/{name}/readings"
        return await self.service.post(path, token or self.tokens.get(name, "none"), body)

    async def read(self, *values: float, name: str = "gauge-1", unit: str = "mm/h") -> Json:
        """Post readings made now; return the response."""
        at = self.service.runtime.clock.now().isoformat()
        readings = [{"value": each, "unit": unit, "at": at, "status": "ok"} for each in values]
        status, taken = await self.post({"readings": readings}, name)
        assert status == 200, taken
        result: Json = taken
        return result

    async def seen(self, caller: str = "commander") -> list[Json]:
        """Return the sensors listed for an officer."""
        status, found = await self.service.get("/api/sensors", caller)
        assert status == 200, found
        result: list[Json] = found
        return result


@contextlib.asynccontextmanager
async def running_station(
    database_url: str, gateway: Gateway, folder: Path, policy: str = POLICY, **changes: Any
) -> AsyncIterator[Station]:
    """Yield a service whose policy names sensors, each with a token."""
    async with service_under(policy, database_url, gateway, folder, **changes) as service:
        yield await station_of(service)


async def station_of(service: Running) -> Station:
    """Return the service with a token for each sensor in its policy."""
    names = [sensor.name for sensor in service.runtime.policy.sensors]
    return Station(service, await tokens_of(service, MachineKind.SENSOR, names))
