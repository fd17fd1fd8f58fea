"""An alert for Qianfo, on a clock that the tests set."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Executable, select

from alerting.accounting.evidence import NewEvidence
from alerting.accounting.record import record_evidence
from alerting.doors.tables import tasks
from alerting.escalation.loop import STEPS, Step
from alerting.roll.tables import roll
from tests.support.running import Workplace


@dataclass
class Followed:
    """An alert raised at `began`, with actions at given times."""

    work: Workplace
    alert: int
    began: datetime

    def at(self, seconds: float) -> datetime:
        return self.began + timedelta(seconds=seconds)

    async def pass_to(self, seconds: float, steps: tuple[Step, ...] = STEPS) -> None:
        """Set the clock to `seconds` after the alert was raised, and run all steps that are due."""
        for _ in range(100):
            if not await self._take(steps, self.at(seconds)):
                return
        raise AssertionError("the escalation does not come to an end")

    async def live_through(self, until: int, every: int = 10) -> None:
        """Advance the clock step by step, `every` seconds at a time."""
        for second in range(0, until + 1, every):
            await self.pass_to(second)

    async def hear(self, **said: Any) -> None:
        """Record evidence; `given_at` is in seconds after the alert was raised."""
        given_at = self.at(said.pop("given_at"))
        item = NewEvidence(
            alert=self.alert,
            given_at=given_at,
            recorded_at=given_at,
            channel="test",
            source=f"{said}{given_at}",
            **({"people": None} | said),
        )
        await self.work.runtime.ledger.write(lambda tx: record_evidence(tx, [item]))

    def rows(self, statement: Executable) -> list[Any]:
        return self.work.rows(statement)

    def tasks(self) -> list[Any]:
        """Return all tasks, oldest first."""
        return self.rows(select(tasks).where(tasks.c.alert == self.alert).order_by(tasks.c.id))

    def on_roll(self, household: str) -> Any:
        (row,) = self.rows(
            select(roll).where(roll.c.alert == self.alert, roll.c.household == household)
        )
        return row

    async def _take(self, steps: tuple[Step, ...], now: datetime) -> int:
        """Run the steps in one transaction, as a tick does."""
        return await self.work.runtime.ledger.write(lambda tx: sum(step(tx, now) for step in steps))
