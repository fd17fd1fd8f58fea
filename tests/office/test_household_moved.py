"""Moves into the area of an open alert: the response names alerts that miss the household."""

from sqlalchemy import update

from alerting.ledger.tables import alerts
from alerting.office.household_moved import missed_by
from alerting.runtime import Clock
from tests.support.city import NEXT_VILLAGE, QIANFO, TOWN
from tests.support.running import workplace


async def test_open_actual_alerts_at_the_new_home_are_named(database_url: str) -> None:
    async with workplace(database_url, Clock()) as work:
        await work.raised("commander", TOWN)
        raised = await work.raised("commander", QIANFO, status="Actual")
        look = work.runtime.database.look
        assert look(lambda db: missed_by(db, QIANFO)) == (f"#{raised.alert.number}",)
        assert look(lambda db: missed_by(db, NEXT_VILLAGE)) == ()
        work.change(update(alerts).values(state="closed"))
        assert look(lambda db: missed_by(db, QIANFO)) == ()
