"""Raises an alert, gets everybody out and closes it, at times that the tests set."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Executable, select

from alerting.accounting.evidence import NewEvidence
from alerting.accounting.record import record_evidence
from alerting.accounting.report import Finding, report
from alerting.alerts.close import close, expire_alerts
from alerting.alerts.raise_alert import raise_alert
from alerting.cap.alert import AlertRequest
from alerting.cap.lifecycle import AlertState
from alerting.deliveries.tables import deliveries, texts
from alerting.escalation.loop import Step
from alerting.escalation.roll_calls import call_rolls, end_rolls
from alerting.ledger.tables import alerts, events
from alerting.replies.statements import IncomingText
from alerting.replies.take import take_text
from alerting.roll.rules.evidence import Report, Rung
from alerting.roll.tables import roll
from alerting.runtime import Runtime
from tests.support.city import POLICY, QIANFO, after, household_code, household_phone
from tests.support.clocks import fixed_clock
from tests.support.running import Workplace, message_id, request_for

HOMES: Final = 10
PHONELESS: Final = 10
IN_SHELTER: Final = 9
AT_HIGH_RISK: Final = 5
BY_PHONE: Final = range(1, 9)
CLOSED_AT: Final = after(1800)
CALLED_AT: Final = CLOSED_AT + POLICY.roll_call.interval
ENDS_AT: Final = CALLED_AT + POLICY.roll_call.answer_within
STEPS: Final[tuple[Step, ...]] = (expire_alerts, end_rolls, call_rolls)


@dataclass
class AfterZero:
    """A raised alert, with actions on it at given times."""

    work: Workplace
    alert: int

    def runtime(self, at: datetime) -> Runtime:
        """Return the runtime with its clock stopped at `at`."""
        return replace(self.work.runtime, clock=fixed_clock(0.0, at))

    async def tick(self, now: datetime, steps: tuple[Step, ...] = STEPS) -> int:
        """Run all steps that are due; return the number of rows handled."""
        done = 0
        while some := await self._take(steps, now):
            done += some
        return done

    async def text(self, number: int, body: str, at: datetime) -> None:
        """Receive a text from a household."""
        phone = household_phone(QIANFO, number)
        await take_text(self.runtime(at), IncomingText(message_id(), phone, body, at))

    async def report(
        self, what: Report, *numbers: int, at: datetime, people: int | None = None
    ) -> None:
        """Record the grid officer's report on households."""
        for number in numbers:
            household = household_code(QIANFO, number)
            finding = Finding(household, what, people, None, "", message_id())
            await report(self.runtime(at), self.work.somebody("grid"), self.alert, finding)

    async def check_in(self, number: int, at: datetime) -> None:
        """Record that a household checked in at the shelter."""
        item = NewEvidence(
            alert=self.alert,
            household=household_code(QIANFO, number),
            given_at=at,
            recorded_at=at,
            rung=Rung.SHELTER,
            given_by="grid",
            report=Report.EVACUATED,
            people=None,
            channel="shelter",
            source=message_id(),
        )
        await self.work.runtime.ledger.write(lambda tx: record_evidence(tx, [item]))

    async def close(self, at: datetime) -> AlertState:
        return await close(self.runtime(at), self.work.somebody("commander"), self.alert)

    def rows(self, statement: Executable) -> list[Any]:
        return self.work.rows(statement)

    @property
    def row(self) -> Any:
        """Return the alert's row."""
        return self.rows(select(alerts).where(alerts.c.id == self.alert))[0]

    def on_roll(self, number: int) -> Any:
        """Return a household's row on the roll."""
        household = roll.c.household == household_code(QIANFO, number)
        return self.rows(select(roll).where(roll.c.alert == self.alert, household))[0]

    def events(self, kind: str) -> list[Any]:
        of_kind = select(events).where(events.c.alert == self.alert, events.c.kind == kind)
        return self.rows(of_kind.order_by(events.c.seq))

    def owed(self, kind: str) -> list[Any]:
        """Return recipient and channel of each queued text of this kind, in sending order."""
        d = deliveries.c
        columns = (d.recipient, d.channel, d.number, d.due_at, d.expires_at, d.priority)
        owed = select(*columns, d.division, d.state, texts.c.language, texts.c.body)
        owed = owed.join(texts, texts.c.id == d.text)
        owed = owed.where(d.alert == self.alert, texts.c.kind == kind)
        return self.rows(owed.order_by(d.priority, d.id))

    async def _take(self, steps: tuple[Step, ...], now: datetime) -> int:
        """Run the steps in one transaction, as a tick does."""
        return await self.work.runtime.ledger.write(lambda tx: sum(step(tx, now) for step in steps))


async def raised(work: Workplace, **changes: Any) -> AfterZero:
    """Raise an alert for Qianfo at `NOW`."""
    request = AlertRequest.model_validate(request_for(QIANFO, **changes))
    runtime = AfterZero(work, 0).runtime(after(0))
    accepted = await raise_alert(runtime, work.somebody("informant"), request, None, again=True)
    return AfterZero(work, accepted.alert.id)


async def at_zero(work: Workplace, **changes: Any) -> AfterZero:
    """Raise an alert and get everybody out: most by text, one by an officer, one checked in.

    The households at high risk are verified by an officer.
    """
    zero = await raised(work, **changes)
    for number in BY_PHONE:
        await zero.text(number, "1", after(300 + number))
    await zero.check_in(IN_SHELTER, after(400))
    await zero.report(Report.EVACUATED, PHONELESS, at=after(401))
    await zero.report(Report.EVACUATED, AT_HIGH_RISK, at=after(402))
    return zero


async def closed(work: Workplace, **changes: Any) -> AfterZero:
    """Return an alert with everybody out, closed."""
    zero = await at_zero(work, **changes)
    assert await zero.close(CLOSED_AT) is AlertState.CLOSED
    return zero
