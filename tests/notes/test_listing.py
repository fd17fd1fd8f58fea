"""The list of notes: their outcomes, and how long they are listed."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from alerting.notes.listing import Listed, NoteState, listed_for
from alerting.sensors.rules import News
from contacts.directory import officer
from tests.support.city import NOW
from tests.support.sensors import Hut, open_hut


@pytest.fixture
async def hut(database_url: str) -> AsyncIterator[Hut]:
    """Start a runtime with a policy that names sensors."""
    async with open_hut(database_url) as found:
        yield found


def listed(hut: Hut, minutes: float = 0, caller: str = "commander") -> list[Listed]:
    """Return the notes listed for an officer `minutes` after `NOW`."""
    runtime, at = hut.work.runtime, NOW + timedelta(minutes=minutes)

    def look(db: Connection) -> list[Listed]:
        found = officer(db, caller)
        assert found is not None
        return listed_for(db, runtime.policy, found, at)

    return runtime.database.look(look)


def told(hut: Hut, minutes: float = 0) -> list[tuple[News, NoteState]]:
    """Return the kind and outcome of each listed sensor report."""
    return [
        (each.note.reading.news, each.note.state)
        for each in listed(hut, minutes)
        if each.note.reading
    ]


async def test_red_that_raises_an_alert_is_not_a_proposal(hut: Hut) -> None:
    await hut.read(9.5, name="crack-1")
    assert told(hut) == [(News.RED, NoteState.ALERTED)]
    (note,) = listed(hut)
    assert (note.note.approval, note.against, note.audience) == (None, None, None)


async def test_sensor_report_is_listed_for_a_day(hut: Hut) -> None:
    await hut.read(31)
    day = timedelta(days=1) / timedelta(minutes=1)
    (note,) = listed(hut, day - 1)
    assert note.note.expires == NOW + timedelta(days=1)
    assert listed(hut, day + 1) == []


async def test_proposal_is_listed_while_it_waits(hut: Hut) -> None:
    await hut.read(55)
    assert told(hut, 2 * 24 * 60) == [(News.RED, NoteState.WAITING)]
    assert told(hut) == [(News.RED, NoteState.WAITING)]
