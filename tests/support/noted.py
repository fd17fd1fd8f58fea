"""A service that receives CAP messages and sensor reports, and its list of notes."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.support import cap_documents, sensors
from tests.support.gateway import Gateway
from tests.support.running import Json, Running

POLICY: Final = cap_documents.POLICY + sensors.POLICY.partition("\n\n")[2]
"""The CAP senders and the sensors of other tests, in one policy."""


@dataclass(frozen=True)
class Noted:
    """A running service with its CAP senders and its sensors."""

    inbox: cap_documents.Inbox
    station: sensors.Station

    @property
    def service(self) -> Running:
        """The service."""
        return self.station.service

    async def notes(self, caller: str = "commander") -> list[Json]:
        """Return the notes listed for an officer."""
        return await self.inbox.notes(caller)


def reasons(note: Json) -> set[str | None]:
    """Return the reasons why the caller may not act on a proposal; {None} if they may."""
    assert [each["action"] for each in note["allowed_actions"]] == ["approve", "decline"]
    assert all(each["allowed"] is (each["reason"] is None) for each in note["allowed_actions"])
    return {each["reason"] for each in note["allowed_actions"]}


@contextlib.asynccontextmanager
async def running_noted(database_url: str, gateway: Gateway, folder: Path) -> AsyncIterator[Noted]:
    """Yield a service whose policy names CAP senders and sensors, each with a token."""
    async with sensors.running_station(database_url, gateway, folder, POLICY) as station:
        yield Noted(await cap_documents.inbox_of(station.service), station)
