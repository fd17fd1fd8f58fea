"""Fixture of an alert with households in every standing, on either database."""

from collections.abc import AsyncIterator
from typing import Final

import pytest
from sqlalchemy import update

from alerting.accounting.visitors import Arrival, add_visitors
from alerting.roll.rules.evidence import Report
from contacts.tables import HOUSEHOLDS
from tests.support.city import QIANFO, after, household_code
from tests.support.closed_alert import IN_SHELTER, PHONELESS, AfterZero, raised
from tests.support.running import workplace

NAMED: Final = 7
"""A household of four people whose names the roster has; two of them are out."""
STAYING: Final = 6
HELPED: Final = 4
SAID: Final = ((1, "1"), (2, "1"), (HELPED, "2"), (5, "1 1"), (STAYING, "3"), (8, "4"))
"""Texts from households, ten seconds apart: (number of the household, its text)."""


@pytest.fixture
async def played(database_url: str) -> AsyncIterator[AfterZero]:
    """Yield an alert with households in every standing, once for each kind of database."""
    async with workplace(database_url) as work:
        named = HOUSEHOLDS.c.code == household_code(QIANFO, NAMED)
        work.change(update(HOUSEHOLDS).where(named).values(persons="张一;张二;张三;张四"))
        alert = await raised(work)
        await play(alert)
        yield alert


async def play(alert: AfterZero) -> None:
    """Record answers of households, reports of officers, a shelter check-in and visitors."""
    for place, (number, words) in enumerate(SAID):
        await alert.text(number, words, after(60 + 10 * place))
    await alert.check_in(IN_SHELTER, after(200))
    await alert.report(Report.EVACUATED, PHONELESS, at=after(210))
    await alert.report(Report.STAYING, STAYING, at=after(220))
    await alert.report(Report.EVACUATED, HELPED, at=after(290))
    await alert.report(Report.EVACUATED, NAMED, at=after(300), people=2)
    grid, now = alert.work.somebody("grid"), alert.runtime(after(320))
    arrival = Arrival(QIANFO, "客人", 3, "桥头", Report.RECEIVED, "", "arrived-1")
    await add_visitors(now, grid, alert.alert, arrival)
